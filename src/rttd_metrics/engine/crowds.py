"""Crowds: the units of a measure gathered in classrooms, schools and the district, with the roles each of these sees."""

from collections.abc import Mapping, Sequence

import narwhals.stable.v2 as nw
import polars as pl

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.engine.attribution import SCHOOL, STUDENT
from rttd_metrics.engine.backend import Frame, collect, materialize
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.membership import SECTION, WEIGHT, Membership
from rttd_metrics.engine.paths import with_paths
from rttd_metrics.engine.roles import COUNTED, NUMERATOR, OUTSIDE, Roles, role_columns
from rttd_metrics.engine.rollup import UNIT_ID, Crowd
from rttd_metrics.engine.units import AT_SCHOOL
from rttd_metrics.formula.nodes import Column


def student_crowds(
    dataset: Dataset, whole: Roles, own: Roles | None, members: Membership, dimensions: Sequence[str]
) -> dict[str, Crowd]:
    """Students in the district (each once, the whole year), in the schools they are attributed to, in their classrooms.

    A school and its classrooms see the whole year of a student, and of an `at_school: own` measure only the days
    and rows there.
    """
    persons = _educators(dataset, whole.measures)
    by_student = {number: _with_sections(frame, members) for number, frame in persons.items()} if members.classrooms else {}
    district = whole.frame.with_columns(nw.lit(dataset.plan.portfolio.project.district.id).alias(UNIT_ID))
    crowds = {"district": Crowd(district, whole.measures, dimensions, by_student)}
    if (schools := members.any_school) is not None:
        seen = _only_attributed(_seen(whole, own, schools, UNIT_ID, SCHOOL), members, whole)
        crowds["school"] = Crowd(seen, whole.measures, dimensions, by_student)
    if members.classrooms is not None:
        weighed = [number for number, measure in whole.measures.items() if measure.definition.weight]
        seen = _seen(whole, own, members.classrooms, UNIT_ID, SECTION, [WEIGHT] if weighed else [])
        seen = _weighed(seen, {number: whole.measures[number] for number in weighed})
        by_section = {number: frame.rename({SECTION: UNIT_ID}) for number, frame in persons.items()}
        sensible = _only_sensible(dataset, seen, whole.measures)
        crowds["classroom"] = Crowd(sensible, whole.measures, dimensions, by_section, frozenset(weighed))
    return crowds


def _seen(whole: Roles, own: Roles | None, pairs: Frame, unit: str, key: str, also: Sequence[str] = ()) -> Frame:
    """Roles of the students of `pairs` (student_id, school_id and, of classrooms, section_id) as these units see them, with
    the columns `also` of the pairs."""
    student = whole.view.key
    owned = list(own.measures) if own else []
    dropped = [name for number in owned for name in role_columns(number, whole.measures[number])]
    placed = pairs.select(
        nw.col(STUDENT).alias(student), nw.col(key).alias(unit), *([nw.col(SCHOOL).alias(AT_SCHOOL)] if own else []), *also
    )
    seen = placed.join(whole.frame.drop(*dropped), on=student, how="inner")
    if own is None:
        return materialize(seen)
    return materialize(seen.join(own.frame, on=[student, AT_SCHOOL], how="left").drop(AT_SCHOOL))


def _weighed(frame: Frame, measures: Mapping[int, Measure]) -> Frame:
    """Each value times the student's weight in the classroom, and that weight of those who count; who weighs nothing is
    outside."""
    weight = nw.col(WEIGHT)
    for number, measure in measures.items():
        frame = _outside_unless(frame, weight > 0, number, measure)
        counts = (nw.col(f"role.{number}") == COUNTED) | (nw.col(f"role.{number}") == NUMERATOR)
        values = [name for name in (f"value.{number}", f"other.{number}") if name in role_columns(number, measure)]
        frame = frame.with_columns(
            nw.when(counts).then(weight).alias(f"weight.{number}"), *(nw.col(name) * weight for name in values)
        )
    return materialize(frame.drop(WEIGHT)) if measures else frame


def _only_attributed(frame: Frame, members: Membership, roles: Roles) -> Frame:
    """Students are outside a measure at the schools that its rule, or the project's, does not give them."""
    if not members.own or members.schools is None:
        return frame
    student = roles.view.key
    for number, measure in roles.measures.items():
        placed = members.own.get(number, members.schools)
        pairs = placed.select(nw.col(STUDENT).alias(student), nw.col(SCHOOL).alias(UNIT_ID), nw.lit(True).alias("__here"))
        frame = _outside_unless(
            frame.join(pairs, on=[student, UNIT_ID], how="left"), ~nw.col("__here").is_null(), number, measure
        )
        frame = frame.drop("__here")
    return materialize(frame)


def _outside_unless(frame: Frame, inside: nw.Expr, number: int, measure: Measure) -> Frame:
    names = role_columns(number, measure)
    role = nw.when(inside).then(nw.col(names[0])).otherwise(nw.lit(OUTSIDE)).cast(nw.Int16).alias(names[0])
    return frame.with_columns(role, *(nw.when(inside).then(nw.col(name)).alias(name) for name in names[1:]))


def sensible_sections(dataset: Dataset, measure: Measure) -> pl.Series | None:
    """The sections in which a measure makes sense (its `classrooms`), as text; None where in all."""
    node = measure.classrooms
    if node is None:
        return None
    reached = [part for part in node.walk() if isinstance(part, Column)]
    rows = with_paths(dataset.rows("sections"), dataset, "sections", "sections", reached)
    kept = rows.filter(dataset.columns().expression(node)).select(nw.col("sections.section_id").cast(nw.String).alias(SECTION))
    return collect(kept)[SECTION]


def _only_sensible(dataset: Dataset, frame: Frame, measures: Mapping[int, Measure]) -> Frame:
    """Students are outside a measure in the classrooms where it makes no sense."""
    for number, measure in measures.items():
        sections = sensible_sections(dataset, measure)
        if sections is not None:
            frame = _outside_unless(frame, nw.col(UNIT_ID).cast(nw.String).is_in(sections.to_list()), number, measure)
    return materialize(frame)


def unit_crowds(dataset: Dataset, roles: Roles) -> dict[str, Crowd]:
    """Classrooms in their schools and the district, schools in the district, the district by itself."""
    level, key = roles.view.level, roles.view.key
    district = nw.lit(dataset.plan.portfolio.project.district.id).alias(UNIT_ID)
    none: tuple[str, ...] = ()
    if level == "district":
        return {"district": Crowd(roles.frame.with_columns(district), roles.measures, none, {})}
    frame = roles.frame
    if level == "classroom":
        schools = dataset.rows("sections").select(
            nw.col("sections.section_id").alias(key), nw.col("sections.school_id").alias(SCHOOL)
        )
        frame = _only_sensible(dataset, frame.with_columns(nw.col(key).alias(UNIT_ID)), roles.measures).drop(UNIT_ID)
        frame = materialize(frame.join(schools, on=key, how="left"))
    persons = {number: educators.rename({SECTION: key}) for number, educators in _educators(dataset, roles.measures).items()}
    school = nw.col(SCHOOL if level == "classroom" else key).alias(UNIT_ID)
    return {
        level: Crowd(frame.with_columns(nw.col(key).alias(UNIT_ID)), roles.measures, none, persons),
        "school": Crowd(frame.with_columns(school), roles.measures, none, persons),
        "district": Crowd(frame.with_columns(district), roles.measures, none, persons),
    }


def _educators(dataset: Dataset, measures: Mapping[int, Measure]) -> dict[int, Frame]:
    """section_id, person: the educators a confidential measure's values would tell about: those who teach the section, as
    teacher of record or beside one, on any day up to as-of. Support staff, and who has no share in the teaching, are not."""
    asked = [
        number
        for number, measure in measures.items()
        if measure.definition.confidential
        and measure.definition.confidential.of == "educator"
        and not measure.definition.confidential.count
    ]
    if not asked:
        return {}
    role, share = nw.col("section_educators.role").cast(nw.String), nw.col("section_educators.share")
    teaching = role.is_in(["teacher_of_record", "co_teacher"]) & (share.is_null() | (share > 0))
    rows = (
        dataset.rows("section_educators")
        .filter(teaching)
        .select(nw.col("section_educators.section_id").alias(SECTION), nw.col("section_educators.educator_id").alias("person"))
    )
    educators = materialize(rows.unique())
    return dict.fromkeys(asked, educators)


def _with_sections(educators: Frame, members: Membership) -> Frame:
    """unit.student_id, person: the educators of the students' classrooms."""
    assert members.classrooms is not None
    joined = members.classrooms.join(educators, on=SECTION, how="inner")
    return materialize(joined.select(nw.col(STUDENT).alias("unit.student_id"), "person").unique())
