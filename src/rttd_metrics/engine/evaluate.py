"""The whole way from definitions and files to the results of a run."""

import datetime
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from rttd_metrics.data.source import Period
from rttd_metrics.definitions.gap import gap_id
from rttd_metrics.definitions.portfolio import Portfolio
from rttd_metrics.engine.class_names import read_class_names, read_teachers
from rttd_metrics.engine.crowds import sensible_sections
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.doubts import doubts
from rttd_metrics.engine.gaps import absent_references, gap_cells, gap_in
from rttd_metrics.engine.gather import Gathered, gathered
from rttd_metrics.engine.infos import measure_infos
from rttd_metrics.engine.judge import Judgement, judged
from rttd_metrics.engine.plan import make_plan
from rttd_metrics.engine.read import read, tell
from rttd_metrics.engine.results import RESULT_SCHEMA, Run
from rttd_metrics.engine.rollup import Crowd, cells, cells_of
from rttd_metrics.engine.run_id import Fingerprints, run_id_of
from rttd_metrics.engine.student_details import StudentDetails
from rttd_metrics.engine.student_results import student_results
from rttd_metrics.engine.tally import tally
from rttd_metrics.engine.unit_names import unit_names
from rttd_metrics.formula.values import school_year_label

_Part = tuple[str, str, str]
"""Measure, window and level."""


def evaluate(
    portfolio: Portfolio,
    *,
    school_year: int | None = None,
    as_of: datetime.date | None = None,
    keep_going: bool = False,
    version: str,
    details: StudentDetails | None = None,
) -> Run:
    """Read the data of a project and compute every measure at every level.

    `details` are filled with what they want of the students. Raises read.DataFaults where the data do not allow it.
    """
    project = portfolio.project
    year = school_year or portfolio.school_year
    day = as_of or (project.as_of if year == portfolio.school_year else None)
    plan = make_plan(portfolio)
    dataset = read(plan, Period(year, project.school_year_starts, day), keep_going=keep_going, tally=tally)
    data_through = dataset.data_through
    tell(dataset, doubts(dataset), keep_going=keep_going)
    dataset.class_names, shown = read_class_names(dataset) if dataset.has("sections") else (None, [])
    if details is not None and dataset.has("sections"):
        details.teachers = read_teachers(dataset)
    with Fingerprints(dataset, shown) as fingerprints:
        parts, students = _judged(dataset, details)
        files = fingerprints.files()
    stamp = {
        "run_id": run_id_of(portfolio, files, year, dataset.as_of, version),
        "school_year": school_year_label(year),
        "as_of": dataset.as_of,
    }
    with ThreadPoolExecutor(1) as beside:
        of_students = beside.submit(student_results, students, stamp)
        results = _in_one_piece([parts.pop(key) for key in sorted(parts)])
        stamped = _stamped(results, stamp, project.district.id)
    return Run(
        run_id=str(stamp["run_id"]),
        district_id=project.district.id,
        district_name=project.district.name,
        school_year=school_year_label(year),
        as_of=dataset.as_of,
        data_through=data_through,
        version=version,
        measures=tuple(info for measure in portfolio.measures for info in measure_infos(measure, portfolio.subgroups)),
        results=stamped,
        student_results=of_students.result(),
        problems=(*(finding.as_problem() for finding in dataset.findings), *absent_references(portfolio.measures, results)),
        files=files,
    )


_UNSTAMPED = {name: kind for name, kind in RESULT_SCHEMA.items() if name not in ("run_id", "school_year", "as_of", "district_id")}


def _in_one_piece(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """The rows of all parts, a column at a time: so not everything is held twice at once. Empties the parts."""
    if not parts:
        return pl.DataFrame(schema=_UNSTAMPED)
    return pl.DataFrame([pl.concat([part.drop_in_place(name) for part in parts], rechunk=True) for name in _UNSTAMPED])


def _judged(dataset: Dataset, details: StudentDetails | None) -> tuple[dict[_Part, pl.DataFrame], dict[str, dict[str, Crowd]]]:
    """The results, and by window the crowds of students by the level they are seen at."""
    found = gathered(dataset, details)
    waiting = [(part, level) for part in found for level in part.crowds]
    # Two at once: judging is many small steps, which do not keep every core busy.
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda one: _results(dataset, *one), waiting)
        parts = {key: frame for frames in results for key, frame in frames.items()}
    # Classrooms, the largest crowd, have no rows a student: they are let go of once they are judged.
    students = {
        part.name: {level: crowd for level, crowd in part.crowds.items() if level != "classroom"}
        for part in found
        if part.unit_level == "student"
    }
    return parts, students


def _results(dataset: Dataset, part: Gathered, level: str) -> dict[_Part, pl.DataFrame]:
    """By measure, its judged rows in one window at one level, without what is the same in all rows of the run; sorted by
    unit, dimension and subgroup."""
    crowd, labels = part.crowds[level], part.labels
    named = unit_names(dataset, level)
    if part.window is not None:  # the district itself has no school
        named = named.filter(pl.col("school_id").is_null() | pl.col("school_id").is_in(list(part.window.starts)))
    wide = cells(crowd, named.select("unit_id"), labels)
    places = wide.select("unit_id").join(named, on="unit_id", how="left", maintain_order="left")
    wide = wide.with_columns(places["unit_id"].cast(pl.String))
    judgement = Judgement(school_year_label(dataset.period.school_year), dataset.as_of, dataset.year_end)
    found = {}
    for number, measure in crowd.measures.items():
        of_measure = cells_of(wide, number).with_columns(places["unit_name"], places["school_id"])
        sections = sensible_sections(dataset, measure) if level == "classroom" else None
        if sections is not None:
            of_measure = of_measure.filter(pl.col("unit_id").is_in(sections.implode()))
        rows = {measure.id: judged(of_measure, measure, judgement, level)}
        if gap := gap_in(measure, labels):
            rows[gap_id(measure.id)] = gap_cells(rows[measure.id], measure, gap, judgement, level)
        for id_, frame in rows.items():
            placed = frame.with_columns(level=pl.lit(level), measure=pl.lit(id_), window=pl.lit(part.name))
            found[id_, part.name, level] = placed.select(pl.col(name).cast(kind) for name, kind in _UNSTAMPED.items())
    return found


def _stamped(results: pl.DataFrame, stamp: Mapping[str, object], district_id: str) -> pl.DataFrame:
    """The columns of the contract, in its order."""
    full = results.with_columns(
        *(pl.lit(value, dtype=RESULT_SCHEMA[name]).alias(name) for name, value in stamp.items()),
        pl.lit(district_id).alias("district_id"),
    )
    return full.select(list(RESULT_SCHEMA))
