"""The smallest changes that would give a unit another role: so many rows more, fewer or otherwise, or a value of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from rttd_metrics.definitions.lineage import stands_on
from rttd_metrics.definitions.measure import Measure
from rttd_metrics.definitions.readings import title_of
from rttd_metrics.definitions.tables import TableDefinition
from rttd_metrics.engine.explain import TableUnit
from rttd_metrics.engine.explanation.contents import Action, Change
from rttd_metrics.engine.explanation.labels import labelled
from rttd_metrics.engine.explanation.places import Places
from rttd_metrics.engine.explanation.what_if import Edit, EditedUnit, edited, with_cells
from rttd_metrics.engine.table_rows import TableRow
from rttd_metrics.formula.nodes import Aggregate, Column, Comparison, Literal, Node, Type, Value
from rttd_metrics.formula.rows import evaluate
from rttd_metrics.formula.scope import UNIT

MOST_ROWS = 60
"""A change of more rows than this is no advice."""

_OTHER_SIDE = {"n": "numerator", "numerator": "n"}


@dataclass(frozen=True)
class _Option:
    """Edits of one kind, to be made one after another until the role is another one."""

    action: Action
    table: str
    edits: Sequence[Edit]
    columns: Mapping[str, Value]


def smallest_changes(measure: Measure, unit: TableUnit, places: Places, most: int = MOST_ROWS) -> tuple[Change, ...]:
    """For each way to edit the rows behind the measure, the fewest that put a counted unit on the other side, and an excluded
    one among those that count; the smallest first. Empty for averages, and where nothing up to `most` rows does it.

    Rows are the unit's own; facts that other units' rows make are left as they are.
    """
    asked = _asked(measure, unit)
    if asked is None:
        return ()
    formulas, wanted = asked
    tried = (_fewest(measure, unit, option, wanted, most, places) for option in _options(unit, formulas))
    found = [change for change in tried if change is not None]
    return tuple(sorted(_one_of_a_kind(found), key=lambda change: change.size))


def _asked(measure: Measure, unit: TableUnit) -> tuple[Sequence[Node], Sequence[str]] | None:
    """The formulas whose rows are to be edited, and the roles to arrive at; None where nothing is to be looked for."""
    role = unit.role(measure)
    if measure.formula.aggregate not in ("percent", "count"):
        return None
    if role.role in _OTHER_SIDE:
        return [measure.formula.arguments[0]], [_OTHER_SIDE[role.role]]
    if role.role == "excluded":
        return [when for when, because in measure.exclusions if because == role.reason], ["n", "numerator"]
    return None


def _one_of_a_kind(found: Sequence[Change]) -> list[Change]:
    """Of changes that do the same to the same table the smallest."""
    best: dict[tuple[str, str, tuple[str, ...]], Change] = {}
    for change in found:
        key = (change.action, change.table, tuple(change.fields) if change.action == "set" else ())
        if key not in best or change.size < best[key].size:
            best[key] = change
    return list(best.values())


def _fewest(
    measure: Measure, unit: TableUnit, option: _Option, wanted: Sequence[str], most: int, places: Places
) -> Change | None:
    if option.columns:
        then = edited(unit, columns=option.columns)
        return _change(measure, unit, then, option, 0, places) if then.role(measure).role in wanted else None
    for rows in range(1, min(len(option.edits), most) + 1):
        then = edited(unit, option.edits[:rows])
        if then.role(measure).role in wanted:
            return _change(measure, unit, then, option, rows, places)
    return None


def _change(measure: Measure, unit: TableUnit, then: EditedUnit, option: _Option, rows: int, places: Places) -> Change:
    edits = option.edits[:rows]
    at = tuple(place for edit in edits if edit.row is not None for place in places.of(edit.row)[:1])
    return Change(
        option.action,
        option.table,
        rows,
        at,
        _fields(edits) if edits else option.columns,
        tuple(_days(edits)) if option.action == "add" else (),
        _facts_that_differ(measure, unit, then),
        then.role(measure).role,
    )


def _fields(edits: Sequence[Edit]) -> dict[str, Value]:
    """What rows that are changed, or added, hold that those they stand for do not."""
    found: dict[str, Value] = {}
    for edit in edits:
        if edit.instead is None:
            continue
        before = edit.row.read_cells if edit.row is not None else {}
        fields = edit.instead.tables.shapes[edit.instead.table].fields
        for name, shape in fields.items():
            value = edit.instead.read_cells.get(f"{edit.instead.table}.{name}")
            if value != before.get(f"{edit.instead.table}.{name}"):
                found[name] = labelled(value, shape.type)
    return found


def _days(edits: Sequence[Edit]) -> Iterator[Value]:
    """The day of each row that is added."""
    for edit in edits:
        if edit.instead is not None and (dated := edit.instead.tables.portfolio.tables[edit.instead.table].date) is not None:
            yield edit.instead.cell(dated)


def _facts_that_differ(measure: Measure, unit: TableUnit, then: TableUnit) -> dict[str, tuple[str, Value, Value]]:
    book = unit.units.portfolio.facts
    found: dict[str, tuple[str, Value, Value]] = {}
    for fact in book.needed(unit.level, measure.nodes()):
        before, after = unit.fact(fact.name), then.fact(fact.name)
        if before != after:
            title = title_of(fact.definition.title or fact.name)
            found[fact.name] = (title, labelled(before, fact.type), labelled(after, fact.type))
    return found


# -- what can be edited ---------------------------------------------------------------------------------------


def _options(unit: TableUnit, formulas: Sequence[Node]) -> Iterator[_Option]:
    """Every way to edit what these formulas are made of."""
    facts = unit.units.portfolio.facts.needed(unit.level, formulas)
    aggregates = [
        node for formula in [*formulas, *(fact.node for fact in facts)] for node in formula.walk() if isinstance(node, Aggregate)
    ]
    for aggregate in dict.fromkeys(aggregates):
        yield from _of_rows(unit, aggregate)
    for formula in [*formulas, *(fact.node for fact in facts)]:
        for name, value in _other_values(formula):
            yield _Option("set", unit.row.table if unit.row else "", (), {name: value})


def _of_rows(unit: TableUnit, aggregate: Aggregate) -> Iterator[_Option]:
    """Fewer of the rows that count, more like them, and some that count otherwise; and the same of those that do not."""
    rows = unit.rows(aggregate)
    counted = [row for row in rows if aggregate.where is None or evaluate(aggregate.where, unit, row) is True]
    kept = {id(row) for row in counted}
    others = [row for row in rows if id(row) not in kept]
    counted.sort(key=lambda row: _weight(aggregate, unit, row), reverse=True)  # the heaviest first: fewest rows
    own = _own_fields(aggregate, unit.units.portfolio.tables[aggregate.table])
    if counted:
        yield _Option("remove", aggregate.table, [Edit(row, None) for row in counted], {})
        yield _Option("add", aggregate.table, [Edit(None, row) for row in _more_like(unit, counted[0], rows)], {})
    if counted and others and own:
        yield _Option("change", aggregate.table, [Edit(row, _as(row, others[0], own)) for row in counted], {})
        yield _Option("change", aggregate.table, [Edit(row, _as(row, counted[0], own)) for row in others], {})
        yield _Option("add", aggregate.table, [Edit(None, row) for row in _more_like(unit, others[0], rows)], {})


def _weight(aggregate: Aggregate, unit: TableUnit, row: TableRow) -> float:
    value = evaluate(aggregate.argument, unit, row) if aggregate.argument is not None else 1.0
    return abs(value) if isinstance(value, float) else 0.0


def _own_fields(aggregate: Aggregate, table: TableDefinition) -> list[str]:
    """The fields of the row itself that decide whether it counts, and for how much: not its keys, year or date."""
    schema = table.table_schema
    keys = {*schema.primary_key, *(key.fields for key in schema.foreign_keys), table.year_field, table.date, table.end_date}
    own = (node.field for node in aggregate.walk() if isinstance(node, Column) and node.base == table.name and not node.steps)
    return list(dict.fromkeys(name for name in own if name not in keys))


def _as(row: TableRow, like: TableRow, fields: Sequence[str]) -> TableRow:
    """`row` with what makes `like` count as it does, and what these fields are made from where they are empty."""
    names = dict.fromkeys([*fields, *(name for field in fields for name in _made_from(row, field))])
    return with_cells(row, {name: like.read_cells.get(f"{row.table}.{name}") for name in names})


def _made_from(row: TableRow, field: str) -> list[str]:
    portfolio = row.tables.portfolio
    default = portfolio.defaults.get((row.table, field))
    made_of = stands_on(portfolio.facts.tables, portfolio.defaults, default, row.table) if default is not None else {}
    return [name for table, name in made_of if table == row.table]


def _more_like(unit: TableUnit, row: TableRow, rows: Sequence[TableRow]) -> Iterator[TableRow]:
    """Copies of a row, each on a day of its own where rows are dated; then up to as-of, which ends them."""
    table = row.tables.portfolio.tables[row.table]
    dated = table.date if table.end_date is None else None
    if dated is None:
        return
    taken = {other.cell(dated) for other in rows}
    day = unit.units.dataset.as_of
    first = unit.units.dataset.period.first_day
    made = 0
    while day >= first and made < MOST_ROWS:
        if day not in taken:
            made += 1
            yield with_cells(row, {dated: day})
        day -= timedelta(days=1)


def _other_values(formula: Node) -> Iterator[tuple[str, Value]]:
    """Other values of the unit's own columns that a formula compares: numbers at the bound, truth values the other way."""
    for node in formula.walk():
        match node:
            case Comparison(left=Column(base=base, steps=()) as column, right=Literal(value=float(bound))) if base == UNIT:
                yield from ((column.field, value) for value in (bound, bound + 1.0, bound - 1.0))
            case Comparison(right=Column(base=base, steps=()) as column, left=Literal(value=float(bound))) if base == UNIT:
                yield from ((column.field, value) for value in (bound, bound + 1.0, bound - 1.0))
            case Column(base=base, steps=(), type=Type.BOOLEAN) if base == UNIT:
                yield from ((node.field, value) for value in (True, False))
