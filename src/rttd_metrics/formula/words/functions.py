"""Row functions in words."""

from dataclasses import replace
from typing import TYPE_CHECKING

from rttd_metrics.formula.nodes import Column, Constant, Function, Literal, Node, Type
from rttd_metrics.formula.values import month_day
from rttd_metrics.formula.words import values
from rttd_metrics.formula.words.noun import Noun

if TYPE_CHECKING:
    from rttd_metrics.formula.words.speaker import Speaker

_EXTREMES = {
    "least": {Type.DATE: "earliest", Type.SCHOOL_YEAR: "earliest", Type.GRADE_LEVEL: "lowest"},
    "greatest": {Type.DATE: "latest", Type.SCHOOL_YEAR: "latest", Type.GRADE_LEVEL: "highest"},
}
FROM_A_CONSTANT = ("add_months", "add_years", "school_year_day")
"""What they give reads as one thing, without brackets."""
_OF_NUMBERS = {"least": "smallest", "greatest": "largest"}


def function(speaker: "Speaker", node: Function) -> Noun:
    """What a function gives that is not true or false."""
    texts = [speaker.part(argument) for argument in node.arguments]
    match node.name, texts:
        case "coalesce", _:
            return _first_known(speaker, node)
        case "least" | "greatest", _:
            word = _EXTREMES[node.name].get(node.type, _OF_NUMBERS[node.name])
            return Noun(f"{word} of {enumerated(texts)}")
        case "abs", [text]:
            return Noun(f"absolute value of {text}")
        case "round", [text, *_]:
            return Noun(f"{text} rounded to {_precision(node)}", article=False)
        case "floor", [text]:
            return Noun(f"{text} rounded down to a whole number", article=False)
        case "ceil", [text]:
            return Noun(f"{text} rounded up to a whole number", article=False)
        case "lower", [text]:
            return Noun(f"{text} in small letters", article=False)
        case "number", _:
            return Noun(f"1 if {speaker.clause(node.arguments[0]).statement}, 0 if not", article=False)
        case "days_between", [start, end]:
            return Noun(f"number of days from {start} to {end}")
        case "add_months" | "add_years", [start, _]:
            return Noun(_away_from(speaker, node, start), article=False)
        case "week", [day]:
            return Noun(f"Monday of the week of {day}")
        case "school_days", [school, start, end]:
            return Noun(f"number of school days from {start} to {end}, both included, at {_school(node, school)}")
        case "attendance_through", [school]:
            return Noun(f"day of the latest attendance of {_school(node, school)}")
        case "school_year_day", _:
            return Noun(f"{_day_of_year(node)} of the school year", article=False)
    raise AssertionError(f"no words for {node.name}")


def _school(node: Function, text: str) -> str:
    return text if isinstance(node.arguments[0], Column) else f"the school whose number is {text}"


def not_there(node: Node) -> str:
    """How a value is spoken of that is null: a cell is not given, all else is not known."""
    return "given" if isinstance(node, Column) and not node.steps and node.fact_of is None else "known"


def enumerated(texts: list[str]) -> str:
    """a, b and c; with semicolons where one has a comma."""
    if not any("," in text or " and " in text for text in texts):
        return values.together(texts)
    return "; ".join(texts[:-1]) + f"; and {texts[-1]}"


def _first_known(speaker: "Speaker", node: Function) -> Noun:
    first, *others = node.arguments
    found = speaker.noun(first)
    if len(others) == 1 and isinstance(others[0], Literal | Constant):
        constant = others[0]
        instead = (
            speaker.constant(constant, share=speaker.kinds.share(first))
            if isinstance(constant, Literal)
            else speaker.noun(constant).full
        )
        if not found.simple or "(" in found.bare:
            return Noun(f"({found.full}), or {instead} where that is not known", article=False)
        bare = f"{found.bare} ({instead} where not {not_there(first)})"
        return replace(found, bare=bare)
    return Noun(f"first that is known of {enumerated([speaker.part(argument) for argument in node.arguments])}")


def _precision(node: Function) -> str:
    digits = int(_constant(node, 1)) if len(node.arguments) > 1 else 0
    if digits < 0:
        return f"the nearest {10**-digits:,}"
    return {0: "a whole number", 1: "1 decimal"}.get(digits, f"{digits} decimals")


def _away_from(speaker: "Speaker", node: Function, start: str) -> str:
    """`16 months after the diploma date`, `1 year before the school year that is computed`."""
    steps, unit = int(_constant(node, 1)), node.name.removeprefix("add_").removesuffix("s")
    count = f"{abs(steps):,}" + (speaker.notes.mark(name) if (name := _parameter(node, 1)) else "")
    return f"{count} {unit}{'' if abs(steps) == 1 else 's'} {'before' if steps < 0 else 'after'} {start}"


def _day_of_year(node: Function) -> str:
    found = month_day(str(_literal(node, 0).value))
    assert found is not None, "the type check has seen that it is one"
    return values.month_day(*found)


def _literal(node: Function, position: int) -> Literal:
    argument = node.arguments[position]
    assert isinstance(argument, Literal), "the type check has seen that it is a constant"
    return argument


def _constant(node: Function, position: int) -> float:
    value = _literal(node, position).value
    assert isinstance(value, float)
    return value


def _parameter(node: Function, position: int) -> str | None:
    return _literal(node, position).parameter
