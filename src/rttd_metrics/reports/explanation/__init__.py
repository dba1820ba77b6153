"""Explanations as text on a terminal and as JSON."""

from rttd_metrics.reports.explanation.crowd_text import print_crowd
from rttd_metrics.reports.explanation.documents import crowd_json, measure_json, unit_json
from rttd_metrics.reports.explanation.measure_text import print_measure
from rttd_metrics.reports.explanation.unit_text import print_unit

__all__ = ["crowd_json", "measure_json", "print_crowd", "print_measure", "print_unit", "unit_json"]
