"""Ids that are one for a person and two for a program: leading zeros lost, other Unicode forms, case, spaces."""

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from rttd_metrics.data.checks.found import rows_holding
from rttd_metrics.data.findings import Finding
from rttd_metrics.data.keys import TableRows

_Form = Callable[[pl.Series], pl.Series]
_DIGITS = r"^[0-9]+$"


def id_findings(rows: TableRows, tables: Mapping[str, TableRows]) -> Iterator[Finding]:
    """Ids of a table's own key that are alike, and ids that would be found in the table they refer to if written as there."""
    for field in dict.fromkeys(foreign.fields for foreign in rows.source.table.table_schema.foreign_keys):
        yield from _of_reference(rows, field, tables)
    for field in rows.source.table.table_schema.primary_key:
        own = _ids(rows, field)
        if own is None:
            continue
        stripped = list(_stripped_here(rows, field, own, tables))
        yield from stripped or _mixed_widths(rows, field, own)
        yield from _alike(rows, field, own)


def _ids(rows: TableRows, field: str) -> pl.Series | None:
    """The different ids of a field; None where it is no text or no file has it."""
    column = rows.source.column(field)
    if column not in rows.good.columns or not isinstance(rows.good.schema[column], pl.String | pl.Categorical):
        return None
    return rows.all[column].unique().cast(pl.String).drop_nulls().sort()


def _of_reference(rows: TableRows, field: str, tables: Mapping[str, TableRows]) -> Iterator[Finding]:
    """Ids that are not in the table they refer to, where another way to write them is."""
    for foreign in rows.source.table.table_schema.foreign_keys:
        name = foreign.reference.resource
        known = _ids(tables[name], foreign.reference.fields) if foreign.fields == field and name in tables else None
        used = _ids(rows, field)
        if used is None or known is None:
            continue
        lost = used.filter(~used.is_in(known.implode()))
        padded = _paired(lost.filter(lost.str.contains(_DIGITS)), known, _without_zeros)
        short = padded.filter(pl.col("lost").str.len_chars() < pl.col("known").str.len_chars())
        yield from rows_holding(rows, "lost-zeros", field, short["lost"], detail=f"'{name}' has them with zeros")
        alike = _paired(lost.filter(~lost.is_in(padded["lost"].implode())), known, _folded)
        if alike.height:
            detail = f"'{name}' has them {_how(pl.concat([alike['lost'], alike['known']]))}"
            yield from rows_holding(rows, "alike-ids", field, alike["lost"], detail=detail)
            return


def _stripped_here(rows: TableRows, field: str, own: pl.Series, tables: Mapping[str, TableRows]) -> Iterator[Finding]:
    """Ids of a table's own key that other tables write with zeros before them."""
    stripped, among = [own.clear()], []
    for other, there in tables.items():
        for foreign in there.source.table.table_schema.foreign_keys:
            leads_here = (foreign.reference.resource, foreign.reference.fields) == (rows.source.table.name, field)
            used = _ids(there, foreign.fields) if leads_here else None
            if used is None:
                continue
            lost = used.filter(~used.is_in(own.implode()) & used.str.contains(_DIGITS))
            pairs = _paired(lost, own, _without_zeros)
            found = pairs.filter(pl.col("lost").str.len_chars() > pl.col("known").str.len_chars())["known"]
            stripped.append(found)
            among += [f"'{other}'"] if found.len() and f"'{other}'" not in among else []
    detail = f"{', '.join(among)} {'has' if len(among) == 1 else 'have'} them with zeros"
    yield from rows_holding(rows, "lost-zeros", field, pl.concat(stripped), detail=detail)


def _without_zeros(ids: pl.Series) -> pl.Series:
    return ids.str.strip_chars_start("0")


def _paired(lost: pl.Series, known: pl.Series, form: _Form) -> pl.DataFrame:
    """`lost` ids beside the `known` ones that have the same form."""
    return pl.DataFrame({"form": form(lost), "lost": lost}).join(pl.DataFrame({"form": form(known), "known": known}), on="form")


def _folded(ids: pl.Series) -> pl.Series:
    """Without what the eye does not tell: the Unicode form, case, spaces around."""
    return ids.str.normalize("NFKC").str.to_lowercase().str.strip_chars()


def _alike(rows: TableRows, field: str, ids: pl.Series) -> Iterator[Finding]:
    forms = pl.DataFrame({"id": ids, "form": _folded(ids)})
    alike = forms.filter(pl.col("form").is_duplicated())["id"]
    yield from rows_holding(rows, "alike-ids", field, alike, detail=_how(alike) if alike.len() else None)


def _how(ids: pl.Series) -> str:
    """In what ids differ that are the same to the eye."""
    composed = ids.str.normalize("NFKC")
    trimmed = composed.str.strip_chars()
    ways = ["another Unicode form"] if (composed != ids).any() else []
    ways += ["other spaces"] if (trimmed != composed).any() else []
    ways += ["another case"] if trimmed.n_unique() > trimmed.str.to_lowercase().n_unique() else []
    return f"with {' and '.join(ways)}"


def _mixed_widths(rows: TableRows, field: str, ids: pl.Series) -> Iterator[Finding]:
    """Ids of digits that are shorter than those that begin with zeros."""
    digits = ids.filter(ids.str.contains(_DIGITS))
    widths = digits.str.len_chars()
    longest = widths.filter(digits.str.starts_with("0")).max()
    if isinstance(longest, int):
        yield from rows_holding(rows, "mixed-widths", field, digits.filter(widths < longest))
