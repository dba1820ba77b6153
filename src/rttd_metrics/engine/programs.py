"""Programs that subgroups ask for and the data do not tell of."""

from collections.abc import Iterator

import narwhals.stable.v2 as nw

from rttd_metrics.data.findings import Finding, Place
from rttd_metrics.definitions.program_subgroups import PROGRAMS
from rttd_metrics.engine.backend import collect
from rttd_metrics.engine.dataset import Dataset


def doubtful_programs(dataset: Dataset) -> Iterator[Finding]:
    """Warnings: no file of programs, so that nothing is known of a subgroup; or no row of one of them, so that all are No."""
    portfolio = dataset.plan.portfolio
    asked = {name: subgroup.program for name, subgroup in portfolio.project.subgroups.items() if subgroup.program is not None}
    if not asked:
        return
    if not dataset.has(PROGRAMS):
        detail = f"without it {', '.join(asked)} {'is' if len(asked) == 1 else 'are'} Unknown for everyone"
        place = (Place(portfolio.tables[PROGRAMS].paths[0]),)
        yield Finding("missing-file", PROGRAMS, place, detail=detail, severity="warning")
        return
    rows = dataset.rows(PROGRAMS).select(nw.col("programs.program").cast(nw.String).alias("program")).unique()
    there = set(collect(rows)["program"])
    source = dataset.tables[PROGRAMS].source
    header = source.table.fields["program"].header
    for name, program in asked.items():
        if program not in there:
            detail = f"'{program}', so {name} is No for everyone"
            place = (Place(source.files[0].shown, 1),)
            yield Finding("unknown-program", PROGRAMS, place, "program", header, detail=detail, severity="warning")
