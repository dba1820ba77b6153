"""Where the pages of a site lie, and how one names another: always by a relative address, so that the site can be moved."""

import hashlib
import posixpath
import re
from functools import cache

from rttd_metrics.reports.cells import WHOLE_YEAR, Line

STYLE = "style.css"
DISTRICT = "index.html"
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
"""Names that Windows keeps for itself."""


@cache
def file_name(id_: str) -> str:
    """A name for files that every file system takes, another for every id: ids are texts from the data."""
    if _PLAIN.fullmatch(id_) and not _RESERVED.fullmatch(id_):
        return id_
    readable = re.sub(r"[^a-z0-9]+", "-", id_.lower()).strip("-")[:40]
    return f"{readable or 'id'}-{hashlib.sha256(id_.encode()).hexdigest()[:8]}"


def line_name(line: Line) -> str:
    """The name of a measure in one of its windows."""
    name = line.info.id.replace(".", "-") if line.window == WHOLE_YEAR else f"{line.info.id}-{line.window}".replace(".", "-")
    return file_name(name)


def measure_page(line: Line) -> str:
    return f"measures/{line_name(line)}.html"


def school_folder(school_id: str) -> str:
    return f"schools/{file_name(school_id)}"


def school_page(school_id: str) -> str:
    return f"{school_folder(school_id)}/index.html"


def student_list(school_id: str) -> str:
    return f"{school_folder(school_id)}/students.html"


def classroom_page(school_id: str, classroom_id: str) -> str:
    return f"{school_folder(school_id)}/classes/{file_name(classroom_id)}.html"


@cache
def way(path: str, to: str) -> str:
    """The address under which the page at `path` names another: no longer than it must be, so that the folder of a school
    can go on a way of its own. `to` may end in the name of a part of that page."""
    page, sign, part = to.partition("#")
    return posixpath.relpath(page, posixpath.dirname(path) or ".") + sign + part
