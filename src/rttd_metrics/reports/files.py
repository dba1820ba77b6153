"""The files of a run: results and student results as CSV, Parquet, JSON and a workbook, and their manifest."""

import io
import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

import polars as pl
from xlsxwriter.exceptions import XlsxWriterException

from rttd_metrics.engine.results import Run
from rttd_metrics.reports.output import (
    FolderLocked,
    OutputError,
    Staging,
    make_folder,
    output_errors,
    output_lock,
    staging,
)
from rttd_metrics.reports.workbook import write_workbook

__all__ = ["FORMATS", "FolderLocked", "OutputError", "output_lock", "run_as_json", "write_results"]

FORMATS = ("csv", "parquet", "json", "xlsx")
_MANIFEST = "manifest.json"
# What makes a spreadsheet read a cell as a formula, the full-width forms included (CWE-1236).
_FORMULA = r"^([=+\-@\t\r\n＝＋－＠])"
_ROWS_AT_ONCE = 50_000


def write_results(run: Run, folder: Path, formats: Sequence[str], *, raw_csv: bool = False) -> list[Path]:
    """Write the run into `folder` in these FORMATS, and manifest.json last; returns the paths written.

    Everything is written beside the files of an earlier run before the first of those is replaced, so a full disk
    costs nothing. A set of files is whole when the hashes of its manifest hold. The caller holds `output_lock`.
    Files are readable by their owner only. `raw_csv` leaves texts as they are that a spreadsheet would take for
    formulas. Raises OutputError.
    """
    unknown = set(formats) - set(FORMATS)
    if unknown:
        raise ValueError(f"no formats of results: {', '.join(sorted(unknown))}")
    with output_errors(folder), staging(folder) as staged:
        make_folder(folder)
        names = []
        for format_ in (format_ for format_ in FORMATS if format_ in formats):
            names += _write(run, staged, format_, raw_csv=raw_csv)
        manifest = _manifest(run, {name: staged.sha256(name) for name in names})
        staged.path(_MANIFEST).write_text(_json(manifest) + "\n", encoding="utf-8")
        return staged.replace()


def run_as_json(run: Run) -> str:
    """The text of results.json: an object with `run` and `results`."""
    text = io.StringIO()
    _write_json(run, "results", run.all_results, text)
    return text.getvalue()


def _write(run: Run, staged: Staging, format_: str, *, raw_csv: bool) -> list[str]:
    if format_ == "xlsx":
        name = "results.xlsx"
        path = staged.path(name)
        try:
            write_workbook(run, path, scratch=staged.scratch(name))
        except XlsxWriterException as error:
            raise OutputError(path, str(error)) from error
        return [name]
    frames = {"results": run.all_results, "student_results": run.all_student_results}
    paths = {stem: staged.path(f"{stem}.{format_}") for stem in frames}

    def write(stem: str) -> None:
        if format_ == "csv":
            write_csv(frames[stem], paths[stem], raw=raw_csv)
        elif format_ == "parquet":
            write_parquet(frames[stem], paths[stem])
        else:
            with paths[stem].open("w", encoding="utf-8") as file:
                _write_json(run, stem, frames[stem], file)

    with ThreadPoolExecutor(2) as pool:  # one file does not keep every core busy
        list(pool.map(write, frames))
    return [f"{stem}.{format_}" for stem in frames]


def write_csv(frame: pl.DataFrame, path: Path, *, raw: bool = False) -> None:
    """A frame as CSV, safe to open in a spreadsheet unless `raw`."""
    (frame if raw else frame.with_columns(_harmless())).write_csv(path, float_scientific=False)


def _harmless() -> pl.Expr:
    """Text columns with a `'` before what a spreadsheet would take for a formula; numbers are not touched."""
    return pl.col(pl.String).str.replace(_FORMULA, "'${1}")


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """A frame as Parquet. Raises OutputError where the disk takes no more."""
    try:
        # Lightly packed and without statistics: a run's rows are read whole, and a night has many other things to do.
        frame.rechunk().write_parquet(path, compression_level=1, statistics=False)
    except pl.exceptions.ComputeError as error:  # a full disk, in the words of the Parquet writer
        raise OutputError(path, str(error)) from error


def _write_json(run: Run, name: str, frame: pl.DataFrame, file: IO[str]) -> None:
    """`run` as an indented object, then the rows, one a line."""
    about = _json(_about(run)).replace("\n", "\n  ")
    file.write(f'{{\n  "run": {about},\n  "{name}": [')
    separator = "\n    "
    for rows in _json_rows(frame):
        file.write(separator + rows)
        separator = ",\n    "
    file.write("\n  ]\n}\n")


def _json_rows(frame: pl.DataFrame) -> Iterator[str]:
    for rows in frame.iter_slices(_ROWS_AT_ONCE) if frame.height else ():
        yield rows.write_ndjson().removesuffix("\n").replace("\n", ",\n    ")


def _about(run: Run) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "version": run.version,
        "district_id": run.district_id,
        "district_name": run.district_name,
        "school_year": run.school_year,
        "as_of": run.as_of.isoformat(),
        "data_through": run.data_through.isoformat() if run.data_through else None,
        **({"other_years": [_year(other) for other in run.other_years]} if run.other_years else {}),
        "measures": [asdict(info) for info in run.measures],
    }


def _year(run: Run) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "school_year": run.school_year,
        "as_of": run.as_of.isoformat(),
        "data_through": run.data_through.isoformat() if run.data_through else None,
    }


def _manifest(run: Run, outputs: dict[str, str]) -> dict[str, Any]:
    about = _about(run)
    del about["measures"]
    inputs = {file for year in run.years for file in year.files}
    return {
        **about,
        "inputs": [{"path": path, "sha256": digest} for path, digest in sorted(inputs)],
        "outputs": [{"path": path, "sha256": digest} for path, digest in outputs.items()],
    }


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)
