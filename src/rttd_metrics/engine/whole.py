"""The whole of a project's data: every table that has a file, with all declared fields and all school years."""

from dataclasses import replace
from datetime import date

import polars as pl

from rttd_metrics.data.findings import Finding
from rttd_metrics.data.source import YEAR, Period, open_table
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.plan import Plan
from rttd_metrics.engine.read import read_tables


def read_whole(plan: Plan, period: Period) -> Dataset:
    """Read every table that has a file; a table that the measures of `plan` cannot do without is missed where it has none.

    Nothing is cut to a year or a day. What is wrong stands in the dataset's findings, not yet judged; nothing is raised.
    A column that a table must have but no measure needs is only warned of. The dataset's as-of is that of `period`, else the
    latest day of attendance in its school year, else the year's last.
    """
    whole = replace(plan, fields={name: set(table.fields) for name, table in plan.portfolio.tables.items()})
    whole.all_years = set(whole.fields)
    # Tables are checked one after the other, so pools of keys that they share would not pay.
    dataset = Dataset(whole, replace(period, as_of=date.max), period.as_of or period.last_day, shared_keys=False)
    for name in list(whole.fields):
        _leave_out_unused(dataset, plan, name)
    read_tables(dataset, whole.fields)
    if period.as_of is None:
        dataset.as_of = _latest_attendance(dataset) or period.last_day
    return dataset


def _leave_out_unused(dataset: Dataset, plan: Plan, name: str) -> None:
    """Warn of a file that rttd.yml names and that is not there, and of columns that no measure needs and a file lacks: the
    others are read, if there are any."""
    fields, table = dataset.plan.fields, plan.portfolio.tables[name]
    source = open_table(table, plan.portfolio.folder, fields[name], dataset.period, all_years=True)
    used = plan.fields.get(name, set())
    if table.path and name not in plan.required:
        lost = [finding for finding in source.findings if finding.rule == "missing-file"]
        dataset.findings += [replace(finding, severity="warning") for finding in lost if lost == source.findings]
    lacking = [finding for finding in source.findings if finding.rule == "missing-label" and finding.field not in used]
    dataset.findings += [_as_warning(finding) for finding in lacking]
    fields[name] -= {finding.field for finding in lacking if finding.field}
    if lacking and set(source.absent) == set(source.fields) and not used:
        del fields[name]  # it may be a file of another kind that has the name of a table


def _as_warning(finding: Finding) -> Finding:
    meant = [finding.detail] if finding.detail and finding.detail.startswith("did you mean") else []
    return replace(finding, severity="warning", detail="; ".join(["no measure needs it", *meant]))


def _latest_attendance(dataset: Dataset) -> date | None:
    rows = dataset.tables.get("attendance")
    if rows is None or "attendance.date" not in rows.good.columns:
        return None
    of_year = rows.all.filter(pl.col(YEAR) == dataset.period.school_year)
    latest = of_year["attendance.date"].max()
    return min(latest, dataset.period.last_day) if isinstance(latest, date) else None
