"""The tables of Abnar & Zuidema 2020 (2020.acl-main.385): Spearman's rank correlation by layer."""

from __future__ import annotations

from typing import TypeAlias

from assay.reproduce.tables import Measure

#: Method to mean and standard deviation over instances, layer by layer.
Layers: TypeAlias = dict[str, tuple[tuple[float, float], ...]]

SOURCE = (
    "Published: Abnar & Zuidema 2020, {table}; means and standard deviations over instances of one "
    "model."
)

#: Table 1: with blank-out, 2,000 sentences, verb number, 6 layers.
BLANK_OUT: Layers = {
    "raw": (
        (0.69, 0.27), (0.10, 0.43), (-0.11, 0.49), (-0.09, 0.52), (0.20, 0.45), (0.29, 0.39),
    ),
    "rollout": (
        (0.32, 0.26), (0.38, 0.27), (0.51, 0.26), (0.62, 0.26), (0.70, 0.25), (0.71, 0.24),
    ),
    "flow": (
        (0.32, 0.26), (0.44, 0.29), (0.70, 0.25), (0.70, 0.22), (0.71, 0.22), (0.70, 0.22),
    ),
}  # fmt: skip
#: Table 2: with input gradients, the same sentences.
GRADIENT: Layers = {
    "raw": (
        (0.53, 0.33), (0.16, 0.38), (-0.06, 0.42), (0.00, 0.47), (0.24, 0.40), (0.46, 0.35),
    ),
    "rollout": (
        (0.22, 0.31), (0.27, 0.32), (0.39, 0.32), (0.47, 0.32), (0.53, 0.32), (0.54, 0.31),
    ),
    "flow": (
        (0.22, 0.31), (0.31, 0.34), (0.54, 0.32), (0.61, 0.28), (0.60, 0.28), (0.61, 0.28),
    ),
}  # fmt: skip
#: Table 3: with input gradients, about 100 sentences, DistilBERT on SST-2; layers 1, 3, 5 and 6.
SENTIMENT: Layers = {
    "raw": ((0.12, 0.21), (0.09, 0.21), (0.08, 0.20), (0.09, 0.21)),
    "rollout": ((0.11, 0.19), (0.12, 0.21), (0.13, 0.21), (0.13, 0.20)),
    "flow": ((0.11, 0.19), (0.11, 0.21), (0.12, 0.22), (0.14, 0.21)),
}


def measure(table: Layers, method: str, place: int) -> Measure | None:
    """Return one published cell, counted from 0; `None` beyond the last one.

    >>> measure(BLANK_OUT, "rollout", 5)
    Measure(value=0.71, spread=0.24, n=None, undefined=0)
    """
    cells = table[method]
    return Measure(*cells[place]) if place < len(cells) else None
