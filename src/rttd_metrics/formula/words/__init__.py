"""Formulas in plain English: resolved nodes -> sentences that say the same."""

from rttd_metrics.formula.words.notes import Notes, Text
from rttd_metrics.formula.words.speaker import Speaker
from rttd_metrics.formula.words.vocabulary import FactWords, Vocabulary

__all__ = ["FactWords", "Notes", "Speaker", "Text", "Vocabulary"]
