"""Verdicts as tests: the fixture `assay_verify`, with thresholds by the marker `assay`.

pytest finds it by its entry point where Assay is installed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

import assay

#: Every threshold: its default, and what a report must be for it.
THRESHOLDS: Mapping[str, Any] = {
    "fail_on": ("not trustworthy",),
    "min_ladder": 0,
    "min_strength": 0.0,
    "exclusive": False,
}
_VERDICTS = ("trustworthy", "not trustworthy", "inconclusive")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "assay(fail_on=('not trustworthy',), min_ladder=0, min_strength=0.0, exclusive=False): "
        "what a verdict of `assay_verify` must be; nearer markers go before farther ones",
    )


@pytest.fixture
def assay_verify(request: pytest.FixtureRequest) -> Callable[..., assay.Report]:
    """Return `assay.verify`, which fails the test where the report misses a threshold.

    The thresholds are those of the marker: `fail_on` (verdicts), `min_ladder` (0 to 4),
    `min_strength` (0 to 1) and `exclusive` (whether other attention would have done as well).
    """
    wanted = thresholds(request.node)

    def verify(model: Any, text: Any, **arguments: Any) -> assay.Report:
        __tracebackhide__ = True
        report = assay.verify(model, text, **arguments)
        missed = shortfalls(report, wanted)
        if missed:
            listed = "\n".join(f"  - {one}" for one in missed)
            shown = "\n".join(f"  {line}" for line in str(report).splitlines())
            pytest.fail(f"the explanation misses what was asked:\n{listed}\n\n{shown}", False)
        return report

    return verify


def thresholds(node: pytest.Item) -> dict[str, Any]:
    """Return the thresholds of a test, by its own marker and those around it.

    Raises:
        UsageError: a marker names an unknown threshold or verdict.
    """
    wanted = dict(THRESHOLDS)
    for marker in reversed(list(node.iter_markers("assay"))):
        unknown = set(marker.kwargs) - set(THRESHOLDS)
        if unknown or marker.args:
            found = ", ".join(sorted(unknown)) or f"{marker.args!r}"
            raise pytest.UsageError(f"assay: expected {', '.join(THRESHOLDS)}=…, found {found}")
        wanted |= marker.kwargs
    if isinstance(wanted["fail_on"], str):
        wanted["fail_on"] = (wanted["fail_on"],)
    for verdict in wanted["fail_on"]:
        if verdict not in _VERDICTS:
            raise pytest.UsageError(
                f"assay: fail_on: expected one of {', '.join(_VERDICTS)}, found {verdict!r}"
            )
    return wanted


def shortfalls(report: assay.Report, wanted: Mapping[str, Any]) -> list[str]:
    """Say which thresholds a report misses, and by what."""
    missed: list[str] = []
    if report.verdict in wanted["fail_on"]:
        why = "" if report.reason == "none" else f" ({report.reason})"
        missed.append(f"verdict: {report.verdict}{why}")
    if report.ladder < wanted["min_ladder"]:
        missed.append(f"ladder: {report.ladder} of 4 rungs, {wanted['min_ladder']} asked")
    strength = 0.0 if report.strength is None else report.strength
    if strength < wanted["min_strength"]:
        shown = "undefined" if report.strength is None else f"{strength:.2f}"
        missed.append(f"strength: {shown}, {wanted['min_strength']:.2f} asked")
    if wanted["exclusive"] and report.exclusive is not True:
        others = ", ".join(f"“{one.token}”" for one in report.rivals) or "unknown tokens"
        missed.append(f"exclusive: no, attention on {others} would have done as well")
    return missed
