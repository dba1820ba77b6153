"""The handout as PDF, tagged for readers of screens (PDF/UA-1)."""

import json
from importlib.resources import files
from typing import Any


class HandoutError(Exception):
    """The typesetter is not installed, or could not set the page; the text says which."""


def render_handout(content: dict[str, Any]) -> bytes:
    """The PDF of what `content.handout` gives. The same content gives the same bytes. Raises HandoutError."""
    try:
        import typst  # noqa: PLC0415 - 80 MB that only handouts need
    except ImportError:
        raise HandoutError("PDF needs the extra `pdf`: pip install 'rttd-metrics[pdf]'") from None
    template = files("rttd_metrics.reports.handout").joinpath("templates/handout.typ").read_bytes()
    inputs = {"content": json.dumps(content, ensure_ascii=False)}
    try:
        made = typst.compile(template, format="pdf", sys_inputs=inputs, pdf_standards=["ua-1"], timestamp=0)
    except RuntimeError as error:  # its message may hold texts from the data
        raise HandoutError(f"the page could not be set ({type(error).__name__})") from None
    assert isinstance(made, bytes)
    return made
