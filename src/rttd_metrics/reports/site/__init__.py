"""The site: the report of a run as pages that open from disk, from the district down to the student."""

from rttd_metrics.reports.site.sources import Definition, Sources
from rttd_metrics.reports.site.write import pages, school_pages, write_site

__all__ = ["Definition", "Sources", "pages", "school_pages", "write_site"]
