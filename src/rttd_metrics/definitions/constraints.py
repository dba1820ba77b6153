"""Constraints: what the cells of a field may be besides being of its type, in the words of Frictionless Table Schema."""

from typing import Annotated

from pydantic import Field

from rttd_metrics.definitions.base import Label, Model

_Length = Annotated[int, Field(ge=0)]


class Constraints(Model):
    """What the cells of a field may be. They stand on the field; a descriptor's `constraints:` mapping is understood too."""

    required: bool = False
    """True: the column must be there, and no cell may be empty."""
    unique: bool = False
    """True: no two rows of a school year have the same value; empty cells do not count."""
    minimum: Label | None = None
    """The least value: of numbers, dates, grade levels and school years. `UG` is before and after no grade."""
    maximum: Label | None = None
    """The greatest value."""
    exclusive_minimum: Label | None = Field(None, alias="exclusiveMinimum")
    """A value that all are greater than."""
    exclusive_maximum: Label | None = Field(None, alias="exclusiveMaximum")
    """A value that all are less than."""
    min_length: _Length | None = Field(None, alias="minLength")
    """Of strings: the fewest characters."""
    max_length: _Length | None = Field(None, alias="maxLength")
    """Of strings: the most characters."""
    pattern: str | None = None
    """Of strings: a regular expression that the text in the file matches from end to end, without look-around or
    back-references."""
    enum: Annotated[list[Label], Field(min_length=1)] | None = None
    """The only values there are, as the file writes them; `categories` also give them labels that formulas know."""
