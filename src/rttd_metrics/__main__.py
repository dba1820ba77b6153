"""`python -m rttd_metrics` is `rttd`."""

from rttd_metrics.cli.main import run

run()
