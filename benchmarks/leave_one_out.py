"""Leave-one-out over every token, against torch with its best batch size."""

from __future__ import annotations

from benchmarks.harness.bench import Bench
from benchmarks.harness.result import Result
from benchmarks.integrated_gradients import CASES, many

TITLE = "Leave-one-out over every token"


def measure(bench: Bench) -> list[Result]:
    """Time and peak memory, two threads."""
    cases = CASES[: 1 if bench.quick else None]
    return [row for case in cases for row in many(bench, "leave_one_out", *case)]
