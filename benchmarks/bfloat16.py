"""Blocks in bfloat16 on BERT-base, against torch in float32 and in bfloat16, and float32 here.

The goal is set against torch in float32: that is the answer which is asked for, and
`tools/measure_precision.py` says how near bfloat16 comes to it. Nothing is measured on a processor
that has no such products.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import assay
from benchmarks.harness import models
from benchmarks.harness.bench import Bench
from benchmarks.harness.ours import Ours
from benchmarks.harness.result import Result

TITLE = "Blocks in bfloat16"
MODEL = "bert-base"
TOKENS = 128
BATCHES = (5, 10)

#: Task, its options and the goal: the ratio to torch in float32.
CASES: list[tuple[str, dict[str, int], float | None]] = [
    ("integrated_gradients", {"steps": 10}, 2.5),
    ("leave_one_out", {}, 2.5),
]


def measure(bench: Bench) -> list[Result]:
    """Two threads; the differences are those of scores or logits to torch in float32."""
    if bench.quick or "bfloat16" not in assay.build_info()["supported_precisions"]:
        return []
    ours = Ours(MODEL, precision="bfloat16")
    ids = models.ids(TOKENS)
    rows = _rows(
        bench,
        "forward",
        partial(ours.forward, [ids]),
        partial(bench.ours(MODEL).forward, [ids]),
        partial(bench.torch(MODEL).forward, [ids]),
        None,
    )
    for task, options, goal in CASES:
        torch = partial(getattr(bench.torch(MODEL), task), ids, **options)
        batch = bench.best_batch(torch, BATCHES)
        rows += _rows(
            bench,
            task.replace("_", " "),
            partial(getattr(ours, task), ids, **options),
            partial(getattr(bench.ours(MODEL), task), ids, **options),
            partial(torch, batch),
            goal,
            f"torch in batches of {batch}"
            + "".join(f", {value} {option}" for option, value in options.items()),
        )
    return rows


def _rows(
    bench: Bench,
    task: str,
    ours: Callable[[], Any],
    float32: Callable[[], Any],
    torch: Callable[[], Any],
    goal: float | None,
    note: str = "",
) -> list[Result]:
    """One task against torch in float32 and, without a goal, against the other precisions."""
    label = f"{MODEL}, {TOKENS} tokens, {task}"
    common: dict[str, Any] = {"threads": 2, "rounds": 5 if goal is None else 3, "seconds": 10}
    difference = float(abs(ours() - torch()).max())
    return [
        bench.compare(
            label, ours, {"torch": torch}, goal=goal, difference=difference, note=note, **common
        ),
        bench.compare(
            f"{label}, other precisions",
            ours,
            {"assay float32": float32, "torch autocast": partial(_autocast, torch)},
            note="torch.autocast to bfloat16",
            **common,
        ),
    ]


def _autocast(work: Callable[[], Any]) -> object:
    import torch

    with torch.autocast("cpu", dtype=torch.bfloat16):
        return work()
