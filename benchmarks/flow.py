"""Attention flow of the read-out row through 12 layers, against scipy's dinic and igraph.

One maximum flow an input node. scipy takes integers, so capacities are scaled by 10⁶ for it; only
the flows are timed on their side, while ours includes mixing in the residual and building the
network.
"""

from __future__ import annotations

from typing import Any

import igraph
import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

import assay
from benchmarks.harness.bench import Bench, geometric_mean, show
from benchmarks.harness.result import Ratio, Result

TITLE = "Attention flow, read-out row, 12 layers"
LAYERS = 12
SCALE = 10**6
KINDS = ("dense", "peaked", "causal", "near-permutation")
Array = np.ndarray[Any, np.dtype[Any]]


def attention(kind: str, tokens: int, seed: int = 0) -> Array:
    """Attention [layers, 1, tokens, tokens] whose rows sum to one."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(LAYERS, 1, tokens, tokens))
    if kind == "peaked":
        scores *= 4
    elif kind == "near-permutation":
        for layer in range(LAYERS):
            scores[layer, 0, np.arange(tokens), rng.permutation(tokens)] += 8
    if kind == "causal":
        scores = np.where(np.tri(tokens, dtype=bool), scores, -np.inf)
    weights = np.exp(scores - scores.max(-1, keepdims=True))
    return (weights / weights.sum(-1, keepdims=True)).astype(np.float32)


def edges(attentions: Array) -> tuple[Array, Array, Array]:
    """From, to and capacity of every edge; node (l, i) is l · tokens + i, layer 0 the input."""
    tokens = attentions.shape[-1]
    mixed = (attentions[:, 0] + np.eye(tokens, dtype=np.float32)) / 2
    mixed /= mixed.sum(-1, keepdims=True)
    layer, row, column = np.nonzero(mixed)
    return (layer + 1) * tokens + row, layer * tokens + column, mixed[layer, row, column]


def measure(bench: Bench) -> list[Result]:
    """Every kind at every length, and the geometric mean over kinds at each length."""
    rows = []
    for tokens in (16, 32) if bench.quick else (16, 32, 64, 128):
        ratios = []
        for kind in KINDS:
            attentions = attention(kind, tokens)
            source = tokens - 1 if kind == "causal" else 0
            start, end, capacity = edges(attentions)
            top, nodes = LAYERS * tokens + source, (LAYERS + 1) * tokens
            units = np.rint(capacity * SCALE).astype(np.int32)
            matrix = csr_array((units, (start, end)), shape=(nodes, nodes))
            graph = igraph.Graph(nodes, np.stack([start, end], 1).tolist(), directed=True)
            capacities = capacity.tolist()

            def ours() -> Array:
                return assay.flow(attentions, sources=source)

            def scipy() -> Array:
                return np.array(
                    [
                        maximum_flow(matrix, top, sink, method="dinic").flow_value / SCALE
                        for sink in range(tokens)
                    ]
                )

            def by_igraph() -> Array:
                return np.array(
                    [graph.maxflow_value(top, sink, capacities) for sink in range(tokens)]
                )

            row = bench.compare(
                f"{kind}, {tokens} tokens",
                ours,
                {"scipy": scipy, "igraph": by_igraph},
                threads=2,
                seconds=6,
                goal=3,
                difference=float(abs(ours() - by_igraph()).max()),
            )
            rows.append(row)
            if row.best is not None:
                ratios.append(row.best.median)
        mean = geometric_mean(ratios)
        rows.append(
            Result(
                name=f"geometric mean over four kinds, {tokens} tokens",
                unit="s",
                values={},
                ratios={"better of scipy and igraph": Ratio(mean, min(ratios), max(ratios))},
                goal=20,
            )
        )
        show(rows[-1])
    return rows + every_source(bench)


def every_source(bench: Bench) -> list[Result]:
    """All sources at once; scipy's time is that of four sources times the rest."""
    tokens = 16 if bench.quick else 128
    attentions = attention("dense", tokens)
    start, end, capacity = edges(attentions)
    nodes = (LAYERS + 1) * tokens
    units = np.rint(capacity * SCALE).astype(np.int32)
    matrix = csr_array((units, (start, end)), shape=(nodes, nodes))

    def four_sources() -> None:
        for source in range(4):
            for sink in range(tokens):
                maximum_flow(matrix, LAYERS * tokens + source, sink, method="dinic")

    row = bench.compare(
        f"dense, {tokens} tokens, all sources (scipy: 4 sources)",
        lambda: assay.flow(attentions),
        {"scipy": four_sources},
        threads=2,
        seconds=4,
        note=f"scipy ran 4 of {tokens} sources; all of them take {tokens // 4} times its time",
    )
    return [row]
