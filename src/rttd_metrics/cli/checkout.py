"""Where CI and editors find a file: problems name files from the project's folder, and commands run elsewhere."""

import os
from collections.abc import Callable
from pathlib import Path

from rttd_metrics.definitions.sources import PACKAGE


def path_from_checkout(folder: Path) -> Callable[[str], str]:
    """How to find a file that is shown as seen from `folder`.

    From the top of the checkout where GitHub Actions runs us (GITHUB_WORKSPACE), which may be above the current directory
    of a step; else from the current directory. A file that lies below neither is named by its whole path. Files that ship
    with rttd are in no checkout: they keep their names.
    """
    roots = [root for root in (os.environ.get("GITHUB_WORKSPACE"), Path.cwd()) if root]

    def find(shown: str) -> str:
        if shown.startswith(PACKAGE):
            return shown
        ways = (_way(root, folder / shown) for root in roots)
        return next((way for way in ways if way is not None), str(_as_named(folder / shown)))

    return find


def _way(root: str | Path, file: Path) -> str | None:
    """From `root` down to the file, as the two are named, else as they are without symbolic links."""
    for form in (_as_named, Path.resolve):
        path, top = form(file), form(Path(root))
        if path.is_relative_to(top):
            return path.relative_to(top).as_posix()
    return None


def _as_named(path: Path) -> Path:
    """The whole path, symbolic links left as they are: they may be part of the checkout."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow them
