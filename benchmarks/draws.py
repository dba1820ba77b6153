"""Draws from a counter (SplitMix64): the same seed gives the same numbers under any version of Polars."""

import hashlib
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Draws:
    """Uniform numbers in [0, 1): a stream for each purpose, a number for each value of the column `i`."""

    seed: int

    def uniform(self, purpose: str) -> pl.Expr:
        digest = hashlib.blake2b(f"{self.seed}/{purpose}".encode(), digest_size=8).digest()
        z = (pl.col("i").cast(pl.UInt64) + _u64(int.from_bytes(digest))) * _u64(0x9E3779B97F4A7C15)
        z = (z ^ (z // _u64(1 << 30))) * _u64(0xBF58476D1CE4E5B9)
        z = (z ^ (z // _u64(1 << 27))) * _u64(0x94D049BB133111EB)
        z = z ^ (z // _u64(1 << 31))
        return (z // _u64(1 << 11)).cast(pl.Float64) * 2.0**-53

    def below(self, purpose: str, limit: int | pl.Expr) -> pl.Expr:
        """A whole number from 0 to `limit` - 1."""
        return (self.uniform(purpose) * limit).floor().cast(pl.Int64)


def _u64(value: int) -> pl.Expr:
    return pl.lit(value, dtype=pl.UInt64)


def pick(draw: pl.Expr, shares: dict[str, float]) -> pl.Expr:
    """A text by its share; null for what the shares leave over."""
    result = pl.lit(None, dtype=pl.String)
    top = sum(shares.values())
    for text, share in reversed(shares.items()):
        result = pl.when(draw < top).then(pl.lit(text)).otherwise(result)
        top -= share
    return result
