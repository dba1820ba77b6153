"""Values, roles and changes in words."""

from datetime import date

from rttd_metrics.definitions.unit_role import UnitRole
from rttd_metrics.engine.explanation.contents import Change
from rttd_metrics.formula.nodes import Value
from rttd_metrics.reports.numbers import plain_number

NOT_KNOWN = "not known"
ROLES = {
    "outside": "outside: not in the population",
    "missing": "missing",
    "excluded": "excluded",
    "n": "counted",
    "numerator": "counted, in the numerator",
}


def value_text(value: Value) -> str:
    """A value as people write it."""
    match value:
        case None:
            return NOT_KNOWN
        case bool():
            return "yes" if value else "no"
        case date():
            return value.isoformat()
        case int() | float():
            return plain_number(float(value))
    return str(value)


def role_text(role: UnitRole) -> str:
    """`counted, in the numerator`, `excluded: Enrolled fewer than 10 days`, `counted: 3.25`."""
    said = ROLES[role.role]
    if role.reason:
        return f"{said}: {role.reason}"
    if role.parts and role.value is not None:
        return f"{said}: {plain_number(role.value)}"
    return said


def change_text(change: Change) -> str:
    """`2 rows of attendance fewer (Days absent: 13 instead of 15)`."""
    fields = ", ".join(f"{name} {value_text(value)}" for name, value in change.fields.items() if value is not None)
    rows = f"{change.rows} row{'s' * (change.rows > 1)} of {change.table}"
    match change.action:
        case "remove":
            said = f"{rows} fewer"
        case "add":
            said = f"{rows} more, like the others but for the date"
        case "change":
            said = f"{rows} with {fields}"
        case _:
            said = f"{fields} in {change.table}"
    facts = "; ".join(f"{title}: {value_text(then)} instead of {value_text(now)}" for title, now, then in change.facts.values())
    return f"{said} ({facts})" if facts else said
