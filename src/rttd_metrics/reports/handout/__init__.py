"""The handout: the district, or one school, on two pages to print."""

from rttd_metrics.reports.handout.content import handout
from rttd_metrics.reports.handout.render import HandoutError, render_handout

__all__ = ["HandoutError", "handout", "render_handout"]
