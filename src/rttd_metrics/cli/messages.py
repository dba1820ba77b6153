"""Messages for people and logs for machines, on stderr; never a student's values."""

import json
import os
import sys
from dataclasses import asdict, dataclass
from typing import IO

from rttd_metrics.problems import Problem


@dataclass(frozen=True)
class Messages:
    """How a command speaks: `quiet` leaves only errors, `verbose` tells each step, `log_json` writes a JSON object a line."""

    quiet: bool = False
    verbose: bool = False
    log_json: bool = False
    output_format: str = "text"

    def info(self, text: str, **facts: object) -> None:
        if self.verbose or self.log_json:
            self._say("info", text, facts)

    def warning(self, text: str, **facts: object) -> None:
        if not self.quiet:
            self._say("warning", text, facts)

    def error(self, text: str, **facts: object) -> None:
        self._say("error", text, facts)

    def tells(self, problem: Problem) -> bool:
        """Whether a problem is to be shown at all."""
        return problem.severity == "error" or not self.quiet

    def problem(self, problem: Problem) -> None:
        """A problem as a line of the log."""
        facts = {key: value for key, value in asdict(problem).items() if key not in ("severity", "message") and value is not None}
        self._say(problem.severity, problem.message, facts)

    def plain(self, text: str) -> None:
        print(text, file=sys.stderr)

    def _say(self, level: str, text: str, facts: dict[str, object]) -> None:
        if self.log_json:
            print(json.dumps({"level": level, "message": text, **facts}, default=str), file=sys.stderr)
        else:
            print(f"{level}: {text}" if level != "info" else text, file=sys.stderr)

    def color(self, stream: IO[str]) -> bool:
        return stream.isatty() and not os.environ.get("NO_COLOR")


def counted(number: int, noun: str) -> str:
    """`1 measure`, `2 measures`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
