"""What a study's figures show, and their drawing by matplotlib where it is installed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: One colour a group; what belongs together has the same.
COLOURS = ("#2563c9", "#c0392b", "#d98324", "#a855be", "#a9870f", "#6e737d")


@dataclass(frozen=True, eq=False)
class Series:
    """One line over `x`, or the values of one group; what is published is dashed."""

    label: str
    values: ArrayLike
    x: Sequence[float] = ()
    colour: int = 0
    published: bool = False

    @property
    def defined(self) -> NDArray[np.float64]:
        """The values that are any."""
        values = np.asarray(self.values, np.float64)
        return values[~np.isnan(values)]

    @property
    def style(self) -> dict[str, Any]:
        """How it is drawn."""
        return {"color": COLOURS[self.colour % len(COLOURS)]}


@dataclass(frozen=True, eq=False, kw_only=True)
class Figure:
    """A figure with the text that says what it shows.

    `kind` is `curves` (lines over a common axis), `violins` (distributions side by side, with their
    medians and quartiles) or `histograms` (distributions over one another, each as shares of its
    own instances). `ticks` are names in place of an axis's numbers, by place.
    """

    kind: str
    title: str
    caption: str
    series: tuple[Series, ...]
    x_label: str = ""
    y_label: str = ""
    low: float = 0.0
    high: float = 1.0
    bins: int = 40
    ticks: Sequence[tuple[float, str]] = ()

    def draw(self) -> str:
        """Return the figure as SVG that loads nothing; without matplotlib, how to get it."""
        try:
            matplotlib = import_module("matplotlib")
            canvas = import_module("matplotlib.figure").Figure((7.2, 3.8), layout="constrained")
        except ImportError:
            return f"<p>{escape(self.title)}: pip install 'attention-assay[plots]' draws it.</p>"
        # Names of parts come from their content, so that equal figures are equal files.
        with matplotlib.rc_context({"svg.hashsalt": self.title, "svg.fonttype": "none"}):
            axes = canvas.add_subplot()
            axes.spines[["top", "right"]].set_visible(False)
            axes.set_title(self.title, loc="left", fontsize=10)
            axes.set(xlabel=self.x_label, ylabel=self.y_label)
            {"curves": _curves, "violins": _violins, "histograms": _histograms}[self.kind](
                self, axes
            )
            file = io.StringIO()
            nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
            canvas.savefig(file, format="svg", metadata=nothing)
        text = file.getvalue()
        return text[text.index("<svg") :]


def _curves(figure: Figure, axes: Any) -> None:
    for one in figure.series:
        marks = {"linestyle": "--"} if one.published else {"marker": "o", "markersize": 4}
        axes.plot(one.x, one.values, label=one.label, **marks, **one.style)
    if figure.ticks:
        axes.set_xticks(*zip(*figure.ticks, strict=True))
    axes.legend(frameon=False, fontsize=8)


def _violins(figure: Figure, axes: Any) -> None:
    for place, one in enumerate(figure.series):
        values = one.defined
        if not values.size:
            continue
        if np.ptp(values):
            drawn = axes.violinplot([values], [place], showextrema=False, widths=0.8)
            drawn["bodies"][0].set(alpha=0.4, **one.style)
        low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
        axes.vlines(place, low, high, color="black", alpha=0.5)
        axes.plot([place], [middle], marker="o", **one.style)
    labels = [one.label for one in figure.series]
    axes.set_xticks(range(len(labels)), labels, fontsize=8)
    axes.set_ylim(figure.low, figure.high)


def _histograms(figure: Figure, axes: Any) -> None:
    edges = np.linspace(figure.low, figure.high, figure.bins + 1)
    for one in figure.series:
        # What lies beyond an end counts there.
        values = np.clip(one.defined, figure.low, figure.high)
        shares = np.histogram(values, edges)[0] / max(values.size, 1)
        axes.stairs(shares, edges, fill=True, alpha=0.4, label=one.label, **one.style)
    axes.set_ylabel("share of instances")
    axes.legend(frameon=False, fontsize=8)
