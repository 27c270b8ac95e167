"""Gradients: of the input embeddings, and of the attention matrices of every layer."""

from __future__ import annotations

from benchmarks.harness import models
from benchmarks.harness.bench import Bench
from benchmarks.harness.result import Result

TITLE = "Gradients"

CASES: list[tuple[str, int, float | None]] = [
    ("bert-tiny", 16, 8),
    ("minilm", 128, 2),
    ("bert-base", 128, 1.4),
    ("distilbert", 128, None),
    ("gpt2", 128, None),
]


def measure(bench: Bench) -> list[Result]:
    """The input gradient of every model, the attention gradients of the encoders."""
    rows = []
    for name, tokens, goal in CASES[:2] if bench.quick else CASES:
        ids = models.ids(tokens)
        ours, torch = bench.ours(name), bench.torch(name)
        rows.append(
            bench.compare(
                f"input gradient, {name}, {tokens} tokens",
                lambda: ours.gradient(ids),
                {"torch": lambda: torch.gradient(ids)},
                threads=2,
                goal=goal,
                # Backwards without parameters' gradients costs what forwards costs.
                operations=2 * models.SHAPES[name].operations([tokens]),
                difference=float(abs(ours.gradient(ids) - torch.gradient(ids)).max()),
            )
        )
        if name == "gpt2":
            continue
        rows.append(
            bench.compare(
                f"all attention gradients, {name}, {tokens} tokens",
                lambda: ours.attention_gradients(ids),
                {"torch": lambda: torch.attention_gradients(ids)},
                threads=2,
                difference=float(
                    abs(ours.attention_gradients(ids) - torch.attention_gradients(ids)).max()
                ),
            )
        )
    return rows
