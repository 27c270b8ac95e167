"""Shapley values from about 500 evaluations, against torch with its best batch size."""

from __future__ import annotations

from benchmarks.harness.bench import Bench
from benchmarks.harness.result import Result
from benchmarks.integrated_gradients import many

TITLE = "Shapley values, 500 evaluations"

#: Task, model, tokens and goal.
CASES: list[tuple[str, str, int, float]] = [
    ("kernel_shap", "minilm", 32, 2),
    ("shapley_sampling", "minilm", 32, 1.3),
    ("kernel_shap", "bert-base", 32, 1.3),
    ("shapley_sampling", "bert-base", 32, 1.3),
]


def measure(bench: Bench) -> list[Result]:
    """Time and peak memory, two threads."""
    cases = [("kernel_shap", "bert-tiny", 32, 2.0)] if bench.quick else CASES
    return [row for case in cases for row in many(bench, *case, names_task=True)]
