"""Time `rttd compute` against the hand-written program: `python compare.py DIR [--rounds 3]`.

DIR is a folder that `rttd synth` wrote, with the project of the benchmark laid over it: README.md says how.
Each run is a fresh process; the programs take turns. A first round is not timed: it warms the file cache and
the compiled bytecode. At the end the figures of the programs are compared cell by cell: the exit code is 1
where they differ, 2 where a program did not run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

HERE = Path(__file__).parent
KEYS = ["measure", "level", "unit_id", "dimension", "subgroup"]
COUNTS = ["population", "excluded", "missing", "n"]
AMOUNTS = ["numerator", "denominator", "value"]
TOLERANCE = 1e-6 + 1e-9  # values are rounded to 6 decimals: a tie may go either way
UNIT_OF_RSS = 1 if sys.platform == "darwin" else 1024  # bytes on macOS, KiB elsewhere


@dataclass
class Program:
    name: str
    command: list[str]
    out: Path
    seconds: list[float] = field(default_factory=list)
    mebibytes: list[float] = field(default_factory=list)


def programs(names: list[str], district: Path, work: Path) -> list[Program]:
    script = [sys.executable, str(HERE / "hand_written.py"), str(district)]
    engine = [sys.executable, "-m", "rttd_metrics", "compute", str(district), "--format", "parquet", "--out"]
    commands = {
        "hand-written": [*script, str(work / "hand-written")],
        "hand-written-integers": [*script, str(work / "hand-written-integers"), "--integer-ids"],
        "rttd": [*engine, str(work / "rttd")],
    }
    return [Program(name, commands[name], work / name) for name in names]


def run(program: Program, work: Path) -> tuple[float, float]:
    """One run's wall time in seconds and the peak resident memory of its process in MiB."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(work / "bytecode")  # warm imports, and nothing in the repository
    log = work / f"{program.name}.log"
    with log.open("wb") as stream:
        start = time.perf_counter()
        child = subprocess.Popen(program.command, stdout=stream, stderr=stream, env=environment)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        print(log.read_text(errors="replace"), end="", file=sys.stderr)
        print(f"{program.name} ended with exit code {child.returncode}", file=sys.stderr)
        sys.exit(2)
    return seconds, usage.ru_maxrss * UNIT_OF_RSS / 2**20


def measure(runners: list[Program], rounds: int, work: Path) -> None:
    for number in range(rounds + 1):
        for program in runners if number % 2 else runners[::-1]:
            seconds, mebibytes = run(program, work)
            timed = "not timed" if number == 0 else f"round {number}"
            print(f"{timed:10} {program.name:22} {seconds:6.2f} s {mebibytes:6.0f} MiB", flush=True)
            if number:
                program.seconds.append(seconds)
                program.mebibytes.append(mebibytes)


def table(runners: list[Program]) -> str:
    first = runners[0]
    lines = [
        "| program | seconds, median | lowest to highest | ratio | peak MiB, median | ratio |",
        "|---|---|---|---|---|---|",
    ]
    for program in runners:
        seconds, mebibytes = median(program.seconds), median(program.mebibytes)
        lines.append(
            f"| {program.name} | {seconds:.2f} | {min(program.seconds):.2f} to {max(program.seconds):.2f} "
            f"| {seconds / median(first.seconds):.2f} | {mebibytes:.0f} "
            f"| {mebibytes / median(first.mebibytes):.2f} |"
        )
    return "\n".join(lines)


def differences(ours: Path, theirs: Path) -> tuple[int, list[str]]:
    """The number of cells that both tables of results hold, and what differs between them.

    A cell that only one of them holds differs unless nobody is in its population.
    """
    # not at the top: a child inherits the peak memory of the process that starts it
    import polars as pl  # noqa: PLC0415

    columns = [pl.col(KEYS).cast(pl.String), pl.col(COUNTS).cast(pl.Int64), pl.col(AMOUNTS).cast(pl.Float64)]
    left, right = (pl.read_parquet(path / "results.parquet").select(columns) for path in (ours, theirs))
    found = [
        f"{where}: {count} cells appear more than once"
        for where, frame in ((ours, left), (theirs, right))
        if (count := int(frame.select(pl.struct(KEYS).is_duplicated().sum()).item()))
    ]
    for where, one, other in ((ours, left, right), (theirs, right, left)):
        alone = one.join(other, on=KEYS, how="anti").filter(pl.col("population") > 0)
        if alone.height:
            found.append(f"only in {where}: {alone.height} cells, first {alone.row(0)}")
    both = left.join(right, on=KEYS, how="inner", suffix="_right")
    for name in (*COUNTS, *AMOUNTS):
        a, b = pl.col(name), pl.col(f"{name}_right")
        same = a.eq_missing(b) | ((a - b).abs() <= TOLERANCE).fill_null(value=False)
        if name in ("numerator", "denominator"):
            same |= pl.col("n") == 0  # of nobody: either may write 0 or null
        wrong = both.filter(~same)
        if wrong.height:
            first = wrong.select(*KEYS, a, b).row(0)
            found.append(f"{name}: {wrong.height} cells differ, first {first}")
    return both.height, found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("district", type=Path)
    parser.add_argument("--rounds", type=int, default=3, help="timed rounds (default 3)")
    parser.add_argument(
        "--programs",
        nargs="+",
        choices=["hand-written", "hand-written-integers", "rttd"],
        default=["hand-written", "rttd"],
        help="which to run; ratios are to the first (default hand-written rttd)",
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rttd-benchmark-") as folder:
        work = Path(folder)
        runners = programs(options.programs, options.district, work)
        measure(runners, max(1, options.rounds), work)
        print(table(runners))
        failed = False
        for program in runners[1:]:
            cells, found = differences(runners[0].out, program.out)
            print(f"{runners[0].name} and {program.name}: {cells:,} cells compared, {len(found)} differences")
            print(*(f"  {line}" for line in found), sep="\n", end="\n" if found else "")
            failed |= bool(found) or not cells
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
