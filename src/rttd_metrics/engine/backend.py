"""The few things that differ by engine: how a frame is made from values, and how a lazy one is computed once.

Polars is the engine; everything else is written against Narwhals.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import narwhals.stable.v2 as nw
import polars as pl

Frame: TypeAlias = nw.LazyFrame[pl.LazyFrame]


def frame_of(values: Mapping[str, Sequence[Any]], schema: Mapping[str, pl.DataType]) -> Frame:
    """A frame from columns of values."""
    return nw.from_native(pl.DataFrame(values, schema=schema).lazy())


def materialize(frame: Frame) -> Frame:
    """Compute a frame now: what follows reads it many times."""
    return nw.from_native(collect(frame).lazy())


def here(frame: Frame) -> pl.LazyFrame:
    """A frame for Polars to go on with, still to be computed where that is the engine."""
    return frame.to_native()


def collect(frame: Frame) -> pl.DataFrame:
    """The rows of a frame, here."""
    return frame.to_native().collect(engine="streaming")
