"""The site: the report of a run as pages that open from disk, from the district down to the student."""

from rttd_metrics.reports.site.sources import Definition, Sources
from rttd_metrics.reports.site.write import pages, pages_alone, school_pages, write_pages

__all__ = ["Definition", "Sources", "pages", "pages_alone", "school_pages", "write_pages"]
