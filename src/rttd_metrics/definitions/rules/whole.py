"""Rules about the measures together: how many there are, which slots they fill, what none of them looks at."""

from collections.abc import Iterator

from rttd_metrics.definitions.rules.plan import Plan
from rttd_metrics.definitions.rules.rule import Finding, Rule
from rttd_metrics.definitions.slots import SLOTS, slots_of
from rttd_metrics.formula.scope import LEVELS

_FEWEST, _MOST = 12, 14
_ALL_BANDS = {slot.band for slot in SLOTS.values()} - {None}
_CONDITIONS = ("effective_learning_environments", "effective_student_support", "organizational_efficacy")


def _number(plan: Plan) -> Iterator[Finding]:
    if set(plan.settings.grade_bands) < _ALL_BANDS:
        return
    number = len({measure.document.file for measure in plan.measures})
    if not _FEWEST <= number <= _MOST:
        yield Finding(
            f"the portfolio has {number} measures: about {_FEWEST} to {_MOST} are asked for",
            ("measures",),
            key=True,
            help="`portfolio: false` keeps a measure beside the portfolio",
            severity="warning" if _FEWEST - 1 <= number <= _MOST + 1 else None,
        )


NUMBER = Rule(
    "L01",
    "error",
    "Twelve to fourteen measures",
    "The portfolio of a plan that serves all three grade bands has 12 to 14 measures; 11 or 15 are a warning, since the "
    "notice says approximately. Fewer leave a slot empty, more are not followed by anybody. A file counts once, whatever "
    "its `for_each`; a plan that serves fewer bands has fewer slots, and its number is left to L02. To mend it, fill the "
    "slot that L02 names, or take a measure out with `portfolio: false`. Basis: criterion (E)(3), a total of approximately "
    "12 to 14 performance measures.",
    _number,
    whole=True,
)


def _slots(plan: Plan) -> Iterator[Finding]:
    served = slots_of(plan.settings.grade_bands)
    for name, slot in served.items():
        if not any(plan.in_slot(name)):
            yield Finding(
                f"no measure fills the slot {name}: {slot.asks}",
                ("measures",),
                key=True,
                help=f"a measure does with `slot: {name}`",
            )
    for measure in plan.measures:
        slot_name = measure.definition.slot
        if slot_name is not None and slot_name not in served:
            message = f"the slot {slot_name} is about grades that the plan does not serve"
            bands = ", ".join(plan.settings.grade_bands)
            hint = f"`portfolio: grade_bands:` of rttd.yml names {bands}"
            yield Finding(message, ("slot",), measure, help=hint, severity="warning")


SLOTS_FILLED = Rule(
    "L02",
    "error",
    "Every slot of the grades served is filled",
    "Each slot that the notice has for all participating students, and for each grade band that the plan serves "
    "(`portfolio: grade_bands:` in rttd.yml), is filled by at least one measure: All(a) and (b), PreK-3(a) and (b), 4-8(a) "
    "to (c), 9-12(a) to (e). A slot of a band that is not served is a warning: nobody would be counted. To mend it, give the "
    "measure that belongs there its `slot:`, or write it. Basis: criterion (E)(3), the table of required measures by "
    "applicable population; that a band without students needs no measure is inferred.",
    _slots,
    whole=True,
)


def _balance(plan: Plan) -> Iterator[Finding]:
    conditions = {measure.definition.condition for measure in plan.measures}
    if conditions == {"outcome"}:
        yield Finding("every measure is an outcome: none shows the conditions that lead to it", ("measures",), key=True)
    else:
        for condition in _CONDITIONS:
            if condition not in conditions:
                yield Finding(f"no measure has the condition {condition}", ("measures",), key=True)
    for level in LEVELS:
        if not any(measure.level == level for measure in plan.measures):
            yield Finding(
                f"no measure is about a {level}",
                ("measures",),
                key=True,
                help=f"a measure of `level: {level}` describes one {level}",
            )


BALANCE = Rule(
    "L18",
    "warning",
    "Every condition and every level has a measure",
    "Each of the three conditions (effective learning environments, effective student support, organizational efficacy) and "
    "each level (student, classroom, school, district) has a measure of its own. Outcomes alone tell too late what to "
    "change, and students alone do not tell whose practice. To mend it, choose the measures that the applicant proposes, "
    "and the one or two beside the slots, from what is missing. Basis: the paper behind this toolkit applies measures at the "
    "district, school, classroom and student levels, for three conditions; that each needs one is our reading.",
    _balance,
    whole=True,
)


DUPLICATE_ID = Rule(
    "L03",
    "error",
    "Every measure has an id of its own",
    "No two files define a measure of the same id, and each measure has one slot or none. Results, targets and reports are "
    "kept by the id, so two of one name could not be told apart. Definitions are checked for it with or without a portfolio, "
    "and nothing is computed before it is mended, so its severity cannot be changed. To mend it, give the later file "
    "another `id:`. Basis: the table of criterion (E)(3), where each measure stands once.",
    stands_for="duplicate-measure",
)
