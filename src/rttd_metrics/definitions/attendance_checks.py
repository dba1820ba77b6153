"""What a form of attendance does not allow: days of a district that keeps none, a file of days that are made of periods."""

from collections.abc import Iterator

from rttd_metrics.definitions.attendance_form import AttendanceForm
from rttd_metrics.definitions.facts import FactBook
from rttd_metrics.definitions.measure import Measure, MeasureDefinition
from rttd_metrics.definitions.measure_checks import aggregated_tables
from rttd_metrics.definitions.project import ProjectDefinition
from rttd_metrics.documents import Document
from rttd_metrics.problems import Problem

DAYS = "attendance"
"""The table of a student's days."""
PERIODS = "period_attendance"


def declared_days_problems(document: Document, project: ProjectDefinition) -> Iterator[Problem]:
    """With `attendance: periods` the days are made of the class periods: a project declares the table of these."""
    for position, table in enumerate(project.tables):
        if table.name == DAYS and project.attendance == "periods":
            yield document.problem(
                ("tables", position, "name"),
                "attendance-form",
                f"with `attendance: periods` the rows of '{DAYS}' are made of '{PERIODS}': no file of them is read",
                help=f"declare '{PERIODS}', or say `attendance: daily`",
            )


def days_problems(document: Document, measure: Measure, book: FactBook, project: ProjectDefinition) -> Iterator[Problem]:
    """With `attendance: sums` there are no days for a measure to read."""
    if project.attendance == "sums" and DAYS in aggregated_tables(measure, book):
        yield document.problem(
            ("formula",),
            "attendance-form",
            f"the measure reads days of '{DAYS}', and with `attendance: sums` there are none",
            help="use the facts that ship for each form (days_absent, days_enrolled, tardy_days ...), or the table "
            "'attendance_sums'",
        )


def with_examples_of(form: AttendanceForm, definition: MeasureDefinition) -> MeasureDefinition:
    """A shipped measure without the examples that give days, where there are none: these speak of the other forms."""
    if form != "sums":
        return definition
    kept = [example for example in definition.examples if DAYS not in example.given]
    return definition.model_copy(update={"examples": kept})
