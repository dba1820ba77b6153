"""One unit explained: a student for the whole year and at each school, or a unit of the measure's own level."""

from collections.abc import Sequence

from rttd_metrics.definitions.measure import Measure
from rttd_metrics.engine.explain import TableUnit, TableUnits
from rttd_metrics.engine.explanation.changes import smallest_changes
from rttd_metrics.engine.explanation.clauses import ClauseReader, clause_reader
from rttd_metrics.engine.explanation.contents import UnitExplanation, View
from rttd_metrics.engine.explanation.facts import shown_facts
from rttd_metrics.engine.explanation.places import Places
from rttd_metrics.formula.values import school_year_label


def explain_unit(units: TableUnits, measure: Measure, unit_id: str, places: Places) -> UnitExplanation:
    """`unit_id` is one of `units.ids(measure.level)`; `places` those of the same dataset."""
    reader = clause_reader(measure, units.unit(measure.level, unit_id))
    views = [_view(measure, unit, school, counts, reader, places) for school, counts, unit in _seen(units, measure, unit_id)]
    return UnitExplanation(measure, measure.level, unit_id, school_year_label(units.year), units.dataset.as_of, tuple(views))


def _seen(units: TableUnits, measure: Measure, unit_id: str) -> Sequence[tuple[str | None, bool, TableUnit]]:
    """The whole year, and where a school sees its own rows only each school that the student was at."""
    whole = units.unit(measure.level, unit_id)
    if measure.level != "student":
        return [(None, True, whole)]
    counted = whole.schools(measure)
    own = measure.definition.at_school == "own"
    schools = sorted({*counted, *(whole.stayed_at() if own else ())})
    if len(schools) == 1:  # who was nowhere else is the same there
        return [(None, True, whole)]
    return [
        (None, True, whole),
        *((one, one in counted, units.unit("student", unit_id, one if own else None)) for one in schools),
    ]


def _view(measure: Measure, unit: TableUnit, school: str | None, counts: bool, reader: ClauseReader, places: Places) -> View:
    role = unit.role(measure)
    return View(
        school,
        counts,
        role,
        reader.read(unit, role),
        shown_facts(measure, unit, places),
        smallest_changes(measure, unit, places),
    )
