"""Forward passes: one input, and batches of equal length."""

from __future__ import annotations

from benchmarks.harness import models
from benchmarks.harness.bench import Bench
from benchmarks.harness.result import Result

TITLE = "Forward passes"

#: (model, batch, tokens) and the goals that were set: ratio to the best peer, fraction of peak.
CASES: list[tuple[str, int, int, float | None, float | None]] = [
    ("bert-tiny", 1, 16, 1.5, None),
    ("minilm", 1, 32, 1.1, None),
    ("minilm", 1, 128, 1.1, None),
    ("bert-base", 1, 128, 1.2, 0.68),
    ("bert-tiny", 32, 128, None, None),
    ("minilm", 32, 128, None, None),
    ("distilbert", 1, 128, None, None),
    ("gpt2", 1, 128, None, None),
    ("bert-base", 1, 16, None, None),
    ("bert-base", 1, 512, None, None),
    ("bert-base", 32, 128, 1.2, 0.80),
]


def measure(bench: Bench) -> list[Result]:
    """Every case with two threads, the ones with goals with one thread as well."""
    rows = []
    for name, batch, tokens, goal, peak_goal in CASES[:3] if bench.quick else CASES:
        inputs = [models.ids(tokens, seed) for seed in range(batch)]
        ours, torch = bench.ours(name), bench.torch(name)
        threads = (2,) if goal is None or batch > 1 or bench.quick else (2, 1)
        for count in threads:
            peers = {"torch": torch.forward, "onnxruntime": bench.onnx(name, count).forward}
            expected = torch.forward(inputs)
            rows.append(
                bench.compare(
                    f"{name}, {batch} × {tokens} tokens, {count} thread{'s' * (count > 1)}",
                    lambda: ours.forward(inputs),
                    {side: lambda run=run: run(inputs) for side, run in peers.items()},
                    threads=count,
                    rounds=2 if name == "bert-base" and batch > 1 else 5,
                    goal=goal if count == 2 else None,
                    operations=models.SHAPES[name].operations([tokens] * batch),
                    peak_goal=peak_goal if count == 2 else None,
                    difference=float(abs(ours.forward(inputs) - expected).max()),
                )
            )
    return rows
