"""Draws from a counter (SplitMix64): the same seed gives the same numbers under any version of Polars, on any machine."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import accumulate
from random import Random

import polars as pl

_ROOT_OF_3 = 1.7320508075688772


@dataclass(frozen=True)
class Draws:
    """A stream for each purpose, a number for each value of an integer column: what else is drawn does not stir it."""

    seed: int

    def uniform(self, purpose: str, key: str = "i") -> pl.Expr:
        """A number in [0, 1) for each value of the column `key`."""
        digest = hashlib.blake2b(f"{self.seed}/{purpose}".encode(), digest_size=8).digest()
        z = (pl.col(key).cast(pl.UInt64) + _u64(int.from_bytes(digest))) * _u64(0x9E3779B97F4A7C15)
        z = (z ^ (z // _u64(1 << 30))) * _u64(0xBF58476D1CE4E5B9)
        z = (z ^ (z // _u64(1 << 27))) * _u64(0x94D049BB133111EB)
        z = z ^ (z // _u64(1 << 31))
        return (z // _u64(1 << 11)).cast(pl.Float64) * 2.0**-53

    def below(self, purpose: str, limit: int | pl.Expr, key: str = "i") -> pl.Expr:
        """A whole number from 0 to `limit` - 1."""
        return (self.uniform(purpose, key) * limit).floor().cast(pl.Int64)

    def bell(self, purpose: str, key: str = "i") -> pl.Expr:
        """Mean 0, standard deviation 1, bell-shaped: a sum of four uniform numbers, so never beyond 3.5."""
        total = self.uniform(f"{purpose} 0", key)
        for number in range(1, 4):
            total = total + self.uniform(f"{purpose} {number}", key)
        return (total - 2) * _ROOT_OF_3

    def chance(self, purpose: str, share: float | pl.Expr, key: str = "i") -> pl.Expr:
        return self.uniform(purpose, key) < share

    def single(self, purpose: str) -> Random:
        """A stream of its own for the few things that are not rows: schools and days."""
        return Random(f"{self.seed}/{purpose}")


def _u64(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


def pick(draw: pl.Expr, shares: Mapping[str, float]) -> pl.Expr:
    """A text by its share; null for what the shares leave over."""
    result = pl.lit(None, dtype=pl.String)
    tops = list(accumulate(shares.values()))
    for text, top in reversed(list(zip(shares, tops, strict=True))):
        result = pl.when(draw < top).then(pl.lit(text)).otherwise(result)
    return result


def fourth(number: pl.Expr) -> pl.Expr:
    """The fourth power, by multiplication: the same bits on every machine."""
    return number * number * number * number
