"""KernelSHAP from 500 coalitions, against torch with its best batch size."""

from __future__ import annotations

from benchmarks.harness.bench import Bench
from benchmarks.harness.result import Result
from benchmarks.integrated_gradients import many

TITLE = "KernelSHAP, 500 evaluations"


def measure(bench: Bench) -> list[Result]:
    """Time and peak memory, two threads."""
    name = "bert-tiny" if bench.quick else "minilm"
    return many(bench, "kernel_shap", name, 32, 2)
