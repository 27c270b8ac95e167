"""What a study's figures show, before they are drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Curve:
    """One line; the published ones are dashed. `spread` draws a band around it."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    spread: tuple[float, ...] = ()
    published: bool = False
    #: Curves of the same colour belong together: ours and the published one.
    colour: int = 0


@dataclass(frozen=True)
class Curves:
    """Lines over a common axis."""

    title: str
    curves: tuple[Curve, ...]
    x_label: str
    y_label: str
    caption: str
    #: Names in place of the numbers on the horizontal axis, by place.
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Violin:
    """The distribution of one group; `colour` tells classes or models apart."""

    label: str
    values: NDArray[np.float64]
    colour: int = 0


@dataclass(frozen=True)
class Violins:
    """Distributions side by side, with their quartiles."""

    title: str
    violins: tuple[Violin, ...]
    y_label: str
    caption: str
    low: float = 0.0
    high: float = 1.0


@dataclass(frozen=True)
class Histograms:
    """Distributions over one another on a common axis, each as shares of its own instances."""

    title: str
    violins: tuple[Violin, ...]
    x_label: str
    caption: str
    low: float
    high: float
    bins: int = 40


Figure: TypeAlias = Curves | Violins | Histograms
