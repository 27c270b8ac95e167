"""How the cost of a forward pass grows: with tokens, batch, layers, and threads."""

from __future__ import annotations

import numpy as np

from benchmarks.harness import models
from benchmarks.harness.bench import Bench
from benchmarks.harness.ours import Ours
from benchmarks.harness.result import Result
from benchmarks.harness.torch_peer import TorchPeer

TITLE = "How cost grows (MiniLM's width, forward passes)"
MODEL = "minilm"


def measure(bench: Bench) -> list[Result]:
    """Four curves, both sides on each point."""
    return [*_tokens(bench), *_batch(bench), *_layers(bench), *_threads(bench)]


def _point(
    bench: Bench,
    sides: tuple[Ours, TorchPeer],
    axis: str,
    value: int,
    inputs: list[np.ndarray],  # type: ignore[type-arg]
    threads: int = 2,
) -> Result:
    return bench.compare(
        f"{axis}: {value}",
        lambda: sides[0].forward(inputs),
        {"torch": lambda: sides[1].forward(inputs)},
        threads=threads,
        seconds=3,
        point=(axis, value),
    )


def _tokens(bench: Bench) -> list[Result]:
    lengths = (16, 64) if bench.quick else (16, 32, 64, 128, 256, 512, 1024, 2048)
    sides = (Ours(MODEL, positions=2048), TorchPeer(MODEL, positions=2048))
    return [_point(bench, sides, "tokens of one input", n, [models.ids(n)]) for n in lengths]


def _batch(bench: Bench) -> list[Result]:
    sizes = (1, 8) if bench.quick else (1, 2, 4, 8, 16, 32, 64, 128, 256)
    sides = (bench.ours(MODEL), bench.torch(MODEL))
    return [
        _point(bench, sides, "inputs of 32 tokens", n, [models.ids(32, seed) for seed in range(n)])
        for n in sizes
    ]


def _layers(bench: Bench) -> list[Result]:
    return [
        _point(
            bench,
            (Ours(MODEL, layers=n), TorchPeer(MODEL, layers=n)),
            "layers at 128 tokens",
            n,
            [models.ids(128)],
        )
        for n in ((1, 2) if bench.quick else (1, 2, 4, 8, 16))
    ]


def _threads(bench: Bench) -> list[Result]:
    sides = (bench.ours(MODEL), bench.torch(MODEL))
    inputs = [models.ids(128, seed) for seed in range(8)]
    return [_point(bench, sides, "threads at 8 × 128 tokens", n, inputs, threads=n) for n in (1, 2)]
