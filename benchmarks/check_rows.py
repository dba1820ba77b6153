"""Time the checks of 5 million rows against reading them: `python check_rows.py DIR [--rounds 5] [--shuffle]`.

A table of four columns is written into DIR: a key, a reference to a table of 100,000, a date and a score. In turns it is read
as text by Polars, read in its types by Polars, read by rttd, and read and checked by rttd: type, pattern, range, key and
reference. Each time is told in seconds of the clock and of all cores together, which other programs on the machine change
less. The exit code is 1 where checking takes more than 1.5 times the processor time of rttd's own reading.
"""

import argparse
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median

import polars as pl

from rttd_metrics.data.source import Period
from rttd_metrics.definitions.portfolio import Portfolio, read_portfolio
from rttd_metrics.engine.dataset import Dataset
from rttd_metrics.engine.plan import Plan
from rttd_metrics.engine.read import check_keys, read_table
from rttd_metrics.synth.draws import Draws

ROWS, PUPILS, LARGEST_RATIO = 5_000_000, 100_000, 1.5
PROJECT = """district: {id: "1", name: District}
school_year: 2012-13
measures: [measures/]
tables:
  - name: pupils
    schema: {fields: [{name: student_id, required: true}], primaryKey: student_id}
  - name: results
    schema:
      fields:
        - {name: result_id%s}
        - {name: student_id%s}
        - {name: date, type: date%s}
        - {name: score, type: number%s}
"""
CONSTRAINTS = (", pattern: 'R[0-9]{8}'", ", pattern: '[0-9]{6}', required: true",
               ", minimum: 2012-09-01, maximum: 2013-08-31", ", minimum: 0, maximum: 100")  # fmt: skip
KEYS = """      primaryKey: result_id
      foreignKeys: [{fields: student_id, reference: {resource: pupils, fields: student_id}}]
"""


def write(folder: Path, shuffle: bool) -> None:
    """The project twice, without and with what is to be checked, over the same files."""
    draws = Draws(7)
    rows = pl.DataFrame({"i": pl.int_range(ROWS, eager=True)}).select(
        pl.format("R{}", pl.col("i") + 10_000_000).alias("result_id"),
        (draws.below("student", PUPILS) + 500_000).alias("student_id"),
        (pl.lit(date(2012, 9, 4)) + pl.duration(days=draws.below("day", 180))).alias("date"),
        (draws.below("score", 1001) / 10).alias("score"),
    )
    for name, text in (("plain", PROJECT % ("", "", "", "")), ("checked", PROJECT % CONSTRAINTS + KEYS)):
        (folder / name / "data").mkdir(parents=True, exist_ok=True)
        (folder / name / "measures").mkdir(exist_ok=True)
        (folder / name / "rttd.yml").write_text(text, encoding="utf-8")
    data = folder / "checked" / "data"
    (rows.sample(fraction=1, shuffle=True, seed=7) if shuffle else rows).write_csv(data / "results.csv")
    pl.DataFrame({"student_id": pl.int_range(500_000, 500_000 + PUPILS, eager=True)}).write_csv(data / "pupils.csv")
    for file in data.iterdir():
        (folder / "plain" / "data" / file.name).unlink(missing_ok=True)
        (folder / "plain" / "data" / file.name).hardlink_to(file)


def read_by_rttd(portfolio: Portfolio) -> None:
    """Every column of both tables, in its type; the lengths of rows, constraints and keys. A finding would be a fault of ours."""
    plan = Plan(portfolio)
    for name in ("pupils", "results"):
        plan.need(name, *portfolio.tables[name].fields)
    day = date(2013, 6, 30)
    dataset = Dataset(plan, Period(2013, "07-01", day), day, shared_keys=False)
    for name in plan.fields:
        rows, findings = read_table(dataset, name)
        assert rows is not None
        assert not findings, findings
        dataset.tables[name] = rows
    check_keys(dataset)
    assert not dataset.findings
    assert dataset.tables["results"].good.height == ROWS


def programs(folder: Path) -> dict[str, Callable[[], object]]:
    file = folder / "checked" / "data" / "results.csv"
    plain, checked = read_portfolio(folder / "plain"), read_portfolio(folder / "checked")
    types = {"result_id": pl.String, "student_id": pl.String, "date": pl.Date, "score": pl.Float64}
    return {
        "Polars, as text": lambda: pl.scan_csv(file, infer_schema=False).collect(engine="streaming"),
        "Polars, in types": lambda: pl.scan_csv(file, schema=types).collect(engine="streaming"),
        "rttd, read": lambda: read_by_rttd(plain),
        "rttd, read and checked": lambda: read_by_rttd(checked),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--shuffle", action="store_true", help="rows in an order that is not that of their key")
    given = parser.parse_args()
    write(given.folder, given.shuffle)
    clock: dict[str, list[float]] = {}
    cores: dict[str, list[float]] = {}
    for number in range(given.rounds + 1):  # the first is not counted: it warms the file cache
        for name, program in programs(given.folder).items():
            start, used = time.perf_counter(), time.process_time()
            program()
            if number:
                clock.setdefault(name, []).append(time.perf_counter() - start)
                cores.setdefault(name, []).append(time.process_time() - used)
    read, text = median(cores["rttd, read"]), median(cores["Polars, as text"])
    for name, seconds in cores.items():
        used = median(seconds)
        ratios = f"{used / read:.2f} of reading, {used / text:.2f} of text"
        print(f"{name:24} {median(clock[name]):6.2f} s by the clock, {used:5.2f} s of all cores: {ratios}")
    ratio = median(cores["rttd, read and checked"]) / read
    print(f"checking takes {ratio:.2f} times the time of reading (at most {LARGEST_RATIO})")
    return int(ratio > LARGEST_RATIO)


if __name__ == "__main__":
    sys.exit(main())
