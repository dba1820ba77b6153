"""YAML with the position of every key and value: read, checked against models, every problem at its place."""

from rttd_metrics.documents.document import Document, load, parse, read_as
from rttd_metrics.documents.positions import Span
from rttd_metrics.documents.tree import Path

__all__ = ["Document", "Path", "Span", "load", "parse", "read_as"]
