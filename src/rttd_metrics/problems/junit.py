"""Suites as JUnit XML, which CI servers show as test results.

There is no standard of it: this is what Jenkins' `junit-10.xsd` allows, which every reader of the format takes. No time
stands in it, so that two runs over the same files are alike byte for byte.
"""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from rttd_metrics.problems.concise import concise_line
from rttd_metrics.problems.harmless import harmless
from rttd_metrics.problems.problem import Problem
from rttd_metrics.problems.suites import Case, Suite


def render_junit(suites: Iterable[Suite], name: str) -> str:
    """The suites as one document: a `failure` where a case has errors, its warnings as `system-out`."""
    listed = list(suites)
    root = ET.Element("testsuites", {"name": name, **_counts([case for suite in listed for case in suite.cases])})
    for suite in listed:
        file = {} if suite.file is None else {"file": harmless(suite.file)}
        element = ET.SubElement(root, "testsuite", {"name": harmless(suite.name), **_counts(suite.cases), **file})
        for case in suite.cases:
            _add(element, case, suite.group)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root).decode("ascii")


def _counts(cases: Iterable[Case]) -> dict[str, str]:
    listed = list(cases)
    return {"tests": str(len(listed)), "failures": str(sum(bool(case.errors) for case in listed)), "errors": "0"}


def _add(suite: ET.Element, case: Case, group: str) -> None:
    element = ET.SubElement(suite, "testcase", {"name": harmless(case.name), "classname": harmless(group)})
    if errors := case.errors:
        more = f" (and {len(errors) - 1} more)" * (len(errors) > 1)
        message = {"type": errors[0].code, "message": harmless(errors[0].message) + more}
        ET.SubElement(element, "failure", message).text = _told(errors)
    if warnings := [problem for problem in case.problems if problem not in errors]:
        ET.SubElement(element, "system-out").text = _told(warnings)


def _told(problems: Iterable[Problem]) -> str:
    """Each problem with its place and its help: readers show nothing else of where it is."""
    lines = []
    for problem in problems:
        lines.append(concise_line(problem))
        lines += [f"help: {harmless(problem.help)}"] if problem.help is not None else []
    return "\n".join(lines)
