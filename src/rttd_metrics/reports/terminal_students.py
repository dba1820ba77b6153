"""The list of students: their role in each measure, why, and on which side of the condition they are."""

from collections.abc import Sequence

import polars as pl
from rich.text import Text

from rttd_metrics.engine.results import Run
from rttd_metrics.reports.cells import Line, Unit
from rttd_metrics.reports.numbers import count, plain_number
from rttd_metrics.reports.terminal_grid import Page, grid
from rttd_metrics.reports.terminal_legend import View

MOST_ROWS = 500
_HEADS = ("student", "school", "measure", "role", "value", "met", "reason")
_CONCERN = (
    pl.when(~pl.col("met"))
    .then(0)
    .when(pl.col("role") == "missing")
    .then(1)
    .when(pl.col("role") == "excluded")
    .then(2)
    .otherwise(3)
)


def students_section(view: View, unit: Unit) -> None:
    """The students of the district, of a school, or one: by measure, those not on its good side first.

    The district lists each student's whole year, a school what counts there, and a student both.
    """
    page, rows = view.page, _chosen(view.run, unit, view.lines)
    print_internal(page)
    if not rows.height:
        page.note("Nobody: none of the chosen measures counts single students here.")
        return
    heads = _HEADS[1:] if unit.level == "student" else _HEADS
    table = [[Text(head, "dim") for head in heads]]
    for student, school, name, role, reason, value, met in rows.head(MOST_ROWS).iter_rows():
        texts = (student, "all" if school is None else school, name, role)
        shown = "" if value is None else plain_number(value)
        cells = [*map(page.data, texts), Text(shown), _met(page, met), page.data(reason)]
        table.append(cells[-len(heads) :])
    laid = grid(page, table, "<<<<><<"[-len(heads) :], flexible=len(heads) - 1)
    page.print([*laid[0], page.rule()])
    for lines in laid[1:]:
        page.print(lines)
    view.legend.explain("role", "met")
    view.legend.print(page)
    if rows.height > MOST_ROWS:
        page.note(
            f"{count(rows.height - MOST_ROWS)} more rows are not shown: choose a school or a measure, or write them to a file."
        )


def print_internal(page: Page) -> None:
    """What stands over every list of students."""
    page.print([Text(), Text("Internal: contains student-level information", "bold yellow"), Text()])


def _chosen(run: Run, unit: Unit, shown: Sequence[Line]) -> pl.DataFrame:
    """student_id, school_id, name of the line, role, reason, value and met, in the order of the list."""
    order = pl.DataFrame(
        {
            "measure": [line.info.id for line in shown],
            "window": [line.window for line in shown],
            "name": [line.name for line in shown],
            "place": range(len(shown)),
        },
        schema={"measure": pl.String, "window": pl.String, "name": pl.String, "place": pl.Int64},
    )
    return (
        run.student_results.filter(_belongs(unit))
        .join(order, on=["measure", "window"])
        .sort("place", _CONCERN, "student_id", "school_id", nulls_last=False)
        .select("student_id", "school_id", "name", "role", "reason", "value", "met")
    )


def _belongs(unit: Unit) -> pl.Expr:
    if unit.level == "district":
        return pl.col("school_id").is_null()
    return pl.col("student_id" if unit.level == "student" else "school_id") == unit.id


def _met(page: Page, met: bool | None) -> Text:
    if met is None:
        return Text()
    symbol = page.marks.status["met" if met else "not_met"]
    return Text(f"{symbol} yes", "green") if met else Text(f"{symbol} no", "bold red")
