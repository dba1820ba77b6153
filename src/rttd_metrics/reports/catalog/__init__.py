"""The measures of a project as a document: what each says in plain words, its targets, its facts down to the columns."""

from rttd_metrics.reports.catalog.collect import collect
from rttd_metrics.reports.catalog.contents import Catalog
from rttd_metrics.reports.catalog.render import FORMATS, render
from rttd_metrics.reports.catalog.write import write_catalog

__all__ = ["FORMATS", "Catalog", "collect", "render", "write_catalog"]
