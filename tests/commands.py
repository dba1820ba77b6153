"""The command line as the tests use it: in this process, or as a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from rttd_metrics.cli.main import app

Found = tuple[str, str | None, int | None]


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and what it said."""

    code: int
    stdout: str
    stderr: str

    @property
    def problems(self) -> list[dict[str, Any]]:
        """The problems it reported with `--output-format json`: on stderr, or on stdout where they are the result."""
        for text in (self.stderr, self.stdout):
            if text.lstrip().startswith('{\n  "problems"'):
                return json.loads(text)["problems"]
        return []

    @property
    def result(self) -> dict[str, Any]:
        """The JSON on stdout."""
        return json.loads(self.stdout)

    @property
    def found(self) -> list[Found]:
        """Code, file and line of each problem, in the order in which they are shown."""
        return [(problem["code"], problem["file"], problem["line"]) for problem in self.problems]

    def message(self, code: str) -> str:
        """What the one problem of this code says."""
        [problem] = [problem for problem in self.problems if problem["code"] == code]
        return problem["message"]


def rttd(*arguments: str | Path, code: int | None = None) -> Ended:
    """Run a command in this process; with `code`, the exit code it must have."""
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="rttd")
    return _checked(Ended(result.exit_code, result.stdout, result.stderr), code)


def rttd_process(*arguments: str | Path, code: int | None = None, before: str = "", folder: Path | None = None,
                 **environment: str) -> Ended:  # fmt: skip
    """Run `python -m rttd_metrics` as a user does, warnings being errors; `before`: Python to run first in that process."""
    start = ["-m", "rttd_metrics"]
    if before:
        start = ["-c", f"{before}\nimport runpy\nrunpy.run_module('rttd_metrics', run_name='__main__')"]
    done = subprocess.run(
        [sys.executable, "-W", "error", *start, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False,
        cwd=folder, env={**os.environ, "COLUMNS": "100", **environment})  # fmt: skip
    return _checked(Ended(done.returncode, done.stdout, done.stderr), code)


def _checked(ended: Ended, code: int | None) -> Ended:
    assert "Traceback" not in ended.stderr
    assert code in (None, ended.code), f"exit code {ended.code}\n{ended.stderr}\n{ended.stdout}"
    return ended
