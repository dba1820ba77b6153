"""Documents as pydantic models: every problem in our words, at the key or value it belongs to."""

import datetime
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from rttd_metrics.documents import parse, read_as
from rttd_metrics.problems import LINE_BREAK, Problem


class Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(Closed):
    formula: str
    via: str | None = None


class Level(Enum):
    STUDENT = "student"
    SCHOOL = "school"


class Annual(Closed):
    kind: Literal["annual"]
    value: float


class Shape(Closed):
    kind: Literal["shape"]
    years: int


def as_fact(value: Any) -> Any:
    return {"formula": value} if isinstance(value, str) else value


def one_of_two(value: str) -> str:
    if value == "both":
        raise PydanticCustomError("own", "take {one} or the other", {"one": "one"})
    return value


class Everything(Closed):
    level: Level = Level.STUDENT
    window: Literal["year", "last 20 days", "it's"] = "year"
    title: str = ""
    core: bool = False
    years: int = 0
    share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] = 0.5
    as_of: datetime.date | None = None
    windows: list[str] = []
    pair: tuple[int, int] = (0, 0)
    facts: dict[Annotated[str, Field(pattern="^[a-z]+$")], Annotated[Fact, BeforeValidator(as_fact)]] = {}
    text_or_fact: str | Fact = ""
    final: Literal["any_day", "year_end"] | datetime.date = "any_day"
    target: Annotated[Annual | Shape, Field(discriminator="kind")] | None = None
    examples: Annotated[list[Fact], Field(max_length=2)] = []
    primary_key: Annotated[list[str], Field(alias="primaryKey", min_length=1)] = ["id"]
    code: Annotated[str, Field(min_length=2)] = "ab"
    choice: Annotated[str, BeforeValidator(one_of_two)] = ""
    parameter: bool | float | list[float] = 0.0

    @field_validator("years")
    @classmethod
    def few(cls, value: int) -> int:
        if value > 10:
            raise ValueError(f"{value} years are too many")
        return value

    @model_validator(mode="after")
    def consistent(self) -> "Everything":
        if self.title == "wrong":
            raise ValueError("the title and the rest disagree")
        return self


def found(text: str, model: type[BaseModel] = Everything) -> list[Problem]:
    document = parse(text, "m.yml")
    value, problems = read_as(document, model)
    assert (value is None) == bool(problems)
    return problems


def only(text: str) -> tuple[str, str, str | None, str]:
    """Code, message, help and the underlined characters of the one problem."""
    (problem,) = found(text)
    assert problem.line is not None and problem.column is not None and problem.end_column is not None
    line = LINE_BREAK.split(text)[problem.line - 1]
    return problem.code, problem.message, problem.help, line[problem.column - 1 : problem.end_column - 1]


def test_a_right_document_is_a_model():
    document = parse("level: school\nfacts: {a: x + 1, b: {formula: y, via: z}}\nas_of: 2012-11-16\n", "m.yml")
    value, problems = read_as(document, Everything)
    assert problems == []
    assert value is not None
    assert (value.level, value.as_of) == (Level.SCHOOL, datetime.date(2012, 11, 16))
    assert value.facts == {"a": Fact(formula="x + 1"), "b": Fact(formula="y", via="z")}


def test_a_part_of_a_document():
    document = parse("facts:\n  - formula: 1 + 1\n  - {formla: x}\n", "m.yml")
    assert read_as(document, Fact, ("facts", 0)) == (Fact(formula="1 + 1"), [])
    value, problems = read_as(document, Fact, ("facts", 1))
    assert value is None
    assert sorted((problem.code, problem.line, problem.column) for problem in problems) == [
        ("missing-key", 3, 5),
        ("unknown-key", 3, 6),
    ]


@pytest.mark.parametrize(
    ("text", "message", "help_", "marked"),
    [
        ("level: schol", "'level' must be 'student' or 'school', not 'schol'", "did you mean 'school'?", "schol"),
        ("window: yaer", "'window' must be 'year', 'last 20 days' or \"it's\", not 'yaer'", "did you mean 'year'?", "yaer"),
        ("level: 7", "'level' must be 'student' or 'school', not the number 7", None, "7"),
        ("level:", "'level' must be 'student' or 'school', not empty", None, "level"),
        ("level: [student]", "'level' must be 'student' or 'school', not a list", None, "level"),
        ("years: 11", "11 years are too many", None, "11"),
        ("share: 0", "'share' must be more than 0, not the number 0", None, "0"),
        ("share: 1.5", "'share' must be at most 1, not the number 1.5", None, "1.5"),
        ("share: nan", "'share' must be a finite number, not 'nan'", None, "nan"),
        ("facts: {Big: x}", "the key 'Big' must match ^[a-z]+$, not 'Big'", None, "Big"),
        ("primaryKey: []", "'primaryKey' must have at least 1 item", None, "primaryKey"),
        ("code: a", "'code' must have at least 2 characters", None, "a"),
        ("choice: both", "'choice': take one or the other", None, "both"),
        ("title: wrong", "the title and the rest disagree", None, "title"),
        ("target: {kind: anual}", "'kind' must be 'annual' or 'shape', not 'anual'", "did you mean 'annual'?", "anual"),
        (
            "final: yearend",
            "'final' must be 'any_day', 'year_end' or a date such as 2012-11-16, not 'yearend'",
            "did you mean 'year_end'?",
            "yearend",
        ),
    ],
)
def test_wrong_values(text: str, message: str, help_: str | None, marked: str):
    assert only(text) == ("wrong-value", message, help_, marked)


@pytest.mark.parametrize(
    ("text", "message", "help_", "marked"),
    [
        ("title: 12", "'title' must be text, not the number 12", "put it in quotes", "12"),
        ("title: true", "'title' must be text, not true", "put it in quotes", "true"),
        ("title: {a: b}", "'title' must be text, not a mapping", None, "title"),
        ("title:", "'title' must be text, not empty", None, "title"),
        ("core: perhaps", "'core' must be true or false, not 'perhaps'", "write true or false, without quotes", "perhaps"),
        ("years: 1.5", "'years' must be a whole number, not the number 1.5", None, "1.5"),
        ("years: many", "'years' must be a whole number, not 'many'", None, "many"),
        ("share: half", "'share' must be a number, not 'half'", None, "half"),
        ("as_of: 16.11.2012", "'as_of' must be a date such as 2012-11-16, not '16.11.2012'", None, "16.11.2012"),
        ("windows: year", "'windows' must be a list, not 'year'", "write it as a list: [a, b]", "year"),
        ("windows: {a: b}", "'windows' must be a list, not a mapping", None, "windows"),
        ("windows: [a, 1]", "item 2 of 'windows' must be text, not the number 1", "put it in quotes", "1"),
        ("facts: []", "'facts' must be a mapping, not a list", None, "facts"),
        ("facts: {a: 5}", "'a' must be a mapping, not the number 5", None, "5"),
        ("text_or_fact: 5", "'text_or_fact' must be text or a mapping, not the number 5", "put it in quotes", "5"),
        ("text_or_fact: {formula: 5}", "'formula' must be text, not the number 5", "put it in quotes", "5"),
        (
            "parameter: x",
            "'parameter' must be true or false, a number or a list, not 'x'",
            "write true or false, without quotes",
            "x",
        ),
        ("target: 5", "'target' must be a mapping, not the number 5", None, "5"),
    ],
)
def test_wrong_types(text: str, message: str, help_: str | None, marked: str):
    assert only(text) == ("wrong-type", message, help_, marked)


@pytest.mark.parametrize(
    ("text", "message", "help_", "marked"),
    [
        ("tilte: x", "unknown key 'tilte'", "did you mean 'title'?", "tilte"),
        ("primarykey: [x]", "unknown key 'primarykey'", "did you mean 'primaryKey'?", "primarykey"),
        ("facts: {a: {formula: x, viaa: y}}", "unknown key 'viaa' in 'a'", "did you mean 'via'?", "viaa"),
        ("examples:\n- formula: x\n  zzz: 1", "unknown key 'zzz' in item 1 of 'examples'", "allowed here: formula, via", "zzz"),
        ("text_or_fact: {formula: x, vai: y}", "unknown key 'vai' in 'text_or_fact'", "did you mean 'via'?", "vai"),
        ("target: {kind: shape, years: 1, yeras: 2}", "unknown key 'yeras' in 'target'", "did you mean 'years'?", "yeras"),
        ("zzzzzz: 1", "unknown key 'zzzzzz'", None, "zzzzzz"),  # too many keys to list
    ],
)
def test_unknown_keys(text: str, message: str, help_: str | None, marked: str):
    assert only(text) == ("unknown-key", message, help_, marked)


@pytest.mark.parametrize(
    ("text", "message", "marked"),
    [
        ("facts:\n  a: {via: x}", "missing key 'formula' in 'a'", "a"),
        ("examples:\n- via: x", "missing key 'formula' in item 1 of 'examples'", "via"),
        ("text_or_fact: {via: x}", "missing key 'formula' in 'text_or_fact'", "text_or_fact"),
        ("target: {years: 3}", "missing key 'kind' in 'target'", "target"),
        ("target: {kind: shape}", "missing key 'years' in 'target'", "target"),
        ("pair: [1]", "missing item 2 in 'pair'", "pair"),
    ],
)
def test_missing_keys_stand_at_their_parent(text: str, message: str, marked: str):
    assert only(text) == ("missing-key", message, None, marked)


def test_a_key_missing_in_the_whole_file_stands_at_its_start():
    (problem,) = found("# a comment\nvia: x\n", Fact)
    assert (problem.code, problem.message, problem.line, problem.column) == ("missing-key", "missing key 'formula'", 2, 1)


def test_every_problem_of_a_file_is_found():
    problems = found("level: x\ntilte: y\nshare: 7\nfacts:\n  a: {}\n  b: 3\n")
    assert {(problem.line, problem.code) for problem in problems} == {
        (1, "wrong-value"), (2, "unknown-key"), (3, "wrong-value"), (5, "missing-key"), (6, "wrong-type"),
    }  # fmt: skip


def test_two_branches_that_both_fit_give_their_messages():
    class Dated(Closed):
        final: Literal["any_day"] | Annotated[str, Field(pattern="^[0-9-]+$")]

    (problem,) = found("final: some day", Dated)
    assert problem.message == "'final' must be 'any_day', not 'some day'"
    assert problem.help == "'final' must match ^[0-9-]+$, not 'some day'"


def test_long_values_are_cut():
    (problem,) = found(f"share: {'x' * 5000}")
    assert problem.message == f"'share' must be a number, not '{'x' * 60}…'"


def test_no_words_of_pydantic_are_left():
    text = (
        "level: x\nwindow: x\ntitle: 1\ncore: x\nyears: x\nshare: 9\nas_of: x\nwindows: x\npair: [1]\nfacts: x\n"
        "text_or_fact: 1\nfinal: x\ntarget: {kind: x}\nexamples: [1, 2, 3]\nprimaryKey: x\ncode: 1\nparameter: x\nz: 1\n"
    )
    for problem in found(text):
        said = f"{problem.message} {problem.help}".lower()
        assert not any(word in said for word in ("input", "field", "function", "literal", "pydantic", "should", "str]"))
