"""The workbook of a report: the district, or one school, for people who work in sheets."""

from rttd_metrics.reports.book.book import write_book

__all__ = ["write_book"]
