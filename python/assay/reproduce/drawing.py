"""A study's figures as inline SVG, coloured by the page's style."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import NDArray

from assay.reproduce.figures import Curves, Figure, Histograms, Violin, Violins
from assay.show.audit_drawing import figure
from assay.show.blocks import number

WIDTH, HEIGHT = 640.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 16.0, 34.0, 42.0
#: The key below the axis: entries side by side, and the height of a row of them.
KEY_COLUMNS, KEY_ROW = 4, 20.0
#: Points of a violin's outline from one end to the other.
OUTLINE = 48


def draw(one: Figure) -> str:
    """Return the figure with its title and caption."""
    match one:
        case Curves():
            parts = _curves(one)
        case Violins():
            parts = _violins(one)
        case Histograms():
            parts = _histograms(one)
    title = f'<text class="strong" x="{LEFT}" y="16">{escape(one.title)}</text>'
    return figure([title, *parts], WIDTH, _height(one), one.caption, "wide study")


def _height(one: Figure) -> float:
    """Return how tall the figure is: a line for the axis, and one for each row of the key."""
    match one:
        case Curves():
            return HEIGHT + KEY_ROW * _key_rows(len(one.curves))
        case Violins():
            return HEIGHT
        case Histograms():
            return HEIGHT + KEY_ROW * _key_rows(len(one.violins))


def _curves(one: Curves) -> list[str]:
    points = [value for curve in one.curves for value in curve.x]
    edges = [
        value + sign * (curve.spread[place] if curve.spread else 0.0)
        for curve in one.curves
        for place, value in enumerate(curve.y)
        for sign in (-1, 1)
    ]
    if not points:
        return []
    axes = _Axes(min(points), max(points), min(*edges, 0.0), max(edges))
    parts = axes.horizontal(one.x_label, one.ticks) + axes.vertical(one.y_label)
    for curve in one.curves:
        kind = f"s{curve.colour % 6}"
        if curve.spread:
            pairs = list(zip(curve.x, curve.y, curve.spread, strict=True))
            outline = [axes.point(x, y + wide) for x, y, wide in pairs]
            outline += [axes.point(x, y - wide) for x, y, wide in reversed(pairs)]
            parts.append(f'<polygon class="{kind} area" points="{" ".join(outline)}"/>')
        line = [axes.point(x, y) for x, y in zip(curve.x, curve.y, strict=True)]
        dashed = " published" if curve.published else ""
        parts.append(f'<polyline class="{kind} stroke{dashed}" points="{" ".join(line)}"/>')
        if not curve.published:
            for dot in line:
                x, y = dot.split(",")
                parts.append(f'<circle class="{kind} fill" cx="{x}" cy="{y}" r="3.2"/>')
    return parts + _key([(curve.label, curve.colour, curve.published) for curve in one.curves])


def _violins(one: Violins) -> list[str]:
    count = max(len(one.violins), 1)
    axes = _Axes(0.0, float(count), one.low, one.high)
    places = tuple((place + 0.5, violin.label) for place, violin in enumerate(one.violins))
    parts = axes.horizontal("", places) + axes.vertical(one.y_label)
    half = axes.across(0.42) - axes.across(0.0)
    for place, violin in enumerate(one.violins):
        values = _defined(violin)
        if not values.size:
            continue
        middle = axes.across(place + 0.5)
        levels, widths = _outline(values)
        right = [
            f"{middle + half * wide:.1f},{axes.up(level):.1f}"
            for level, wide in zip(levels, widths, strict=True)
        ]
        left = [
            f"{middle - half * wide:.1f},{axes.up(level):.1f}"
            for level, wide in zip(levels[::-1], widths[::-1], strict=True)
        ]
        parts.append(
            f'<polygon class="s{violin.colour % 6} area stroke" points="{" ".join(right + left)}"/>'
        )
        q25, median, q75 = np.quantile(values, [0.25, 0.5, 0.75])
        parts.append(
            f'<line class="whisker" x1="{middle:.1f}" x2="{middle:.1f}" '
            f'y1="{axes.up(q25):.1f}" y2="{axes.up(q75):.1f}"/>'
            f'<circle class="s{violin.colour % 6} fill" cx="{middle:.1f}" '
            f'cy="{axes.up(median):.1f}" r="4"><title>{escape(violin.label)}: median '
            f"{number(float(median))}, {values.size:,} instances</title></circle>"
        )
    return parts


def _histograms(one: Histograms) -> list[str]:
    edges = np.linspace(one.low, one.high, one.bins + 1)
    shares = [
        np.histogram(np.clip(_defined(violin), one.low, one.high), edges)[0]
        / max(_defined(violin).size, 1)
        for violin in one.violins
    ]
    top = max((float(share.max()) for share in shares), default=0.0) or 1.0
    axes = _Axes(one.low, one.high, 0.0, top)
    parts = axes.horizontal(one.x_label) + axes.vertical("share of instances")
    for violin, share in zip(one.violins, shares, strict=True):
        outline = [axes.point(one.low, 0.0)]
        for place, value in enumerate(share.tolist()):
            outline += [axes.point(edges[place], value), axes.point(edges[place + 1], value)]
        outline.append(axes.point(one.high, 0.0))
        parts.append(
            f'<polygon class="s{violin.colour % 6} area stroke" points="{" ".join(outline)}"/>'
        )
    return parts + _key([(violin.label, violin.colour, False) for violin in one.violins])


class _Axes:
    """Where numbers lie on the figure, and the lines that say so."""

    def __init__(self, left: float, right: float, low: float, high: float) -> None:
        self._left, self._low = left, low
        self._wide = (right - left) or 1.0
        self._tall = (high - low) or 1.0

    def across(self, x: float) -> float:
        return LEFT + (x - self._left) / self._wide * (WIDTH - LEFT - RIGHT)

    def up(self, y: float) -> float:
        return HEIGHT - BOTTOM - (y - self._low) / self._tall * (HEIGHT - TOP - BOTTOM)

    def point(self, x: float, y: float) -> str:
        return f"{self.across(float(x)):.1f},{self.up(float(y)):.1f}"

    def horizontal(self, label: str, ticks: Sequence[tuple[float, str]] = ()) -> list[str]:
        base = HEIGHT - BOTTOM
        shown = ticks or [
            (self._left + share * self._wide, _tick(self._left + share * self._wide, self._wide))
            for share in (0.0, 0.25, 0.5, 0.75, 1.0)
        ]
        parts = [f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}"/>']
        parts += [
            f'<text x="{self.across(x):.1f}" y="{base + 16}" text-anchor="middle">'
            f"{escape(name)}</text>"
            for x, name in shown
        ]
        middle = (LEFT + WIDTH - RIGHT) / 2
        parts.append(
            f'<text x="{middle}" y="{base + 34}" text-anchor="middle">{escape(label)}</text>'
        )
        return parts

    def vertical(self, label: str) -> list[str]:
        parts = []
        for share in (0.0, 0.25, 0.5, 0.75, 1.0):
            value = self._low + share * self._tall
            y = self.up(value)
            parts.append(
                f'<line class="axis faint" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" '
                f'y2="{y:.1f}"/><text x="{LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">'
                f"{_tick(value, self._tall)}</text>"
            )
        middle = (TOP + HEIGHT - BOTTOM) / 2
        parts.append(
            f'<text transform="translate(14,{middle}) rotate(-90)" text-anchor="middle">'
            f"{escape(label)}</text>"
        )
        return parts


def _key_rows(entries: int) -> int:
    return -(-entries // KEY_COLUMNS)


def _key(entries: Sequence[tuple[str, int, bool]]) -> list[str]:
    """Return the legend below the axis, its entries spread evenly over as few rows as will do."""
    columns = -(-len(entries) // max(_key_rows(len(entries)), 1)) or 1
    step = (WIDTH - LEFT - RIGHT) / columns
    parts = []
    for place, (label, colour, published) in enumerate(entries):
        x, y = LEFT + place % columns * step, HEIGHT + KEY_ROW * (place // columns) + 10
        dashed = " published" if published else ""
        parts.append(
            f'<line class="s{colour % 6} stroke{dashed}" x1="{x:.1f}" x2="{x + 18:.1f}" '
            f'y1="{y - 4}" y2="{y - 4}"/><text x="{x + 23:.1f}" y="{y}">{escape(label)}</text>'
        )
    return parts


def _tick(value: float, span: float) -> str:
    """Write a number on an axis with as many decimals as tell its neighbours apart.

    >>> _tick(0.25, 1.0), _tick(-0.0008, 0.004), _tick(1e-17, 1.0)
    ('0.25', '-0.0008', '0')
    """
    digits = max(2, 1 - int(np.floor(np.log10(span))))
    text = f"{value:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _defined(violin: Violin) -> NDArray[np.float64]:
    values = np.asarray(violin.values, np.float64)
    return values[~np.isnan(values)]


def _outline(values: NDArray[np.float64]) -> tuple[list[float], list[float]]:
    """Return levels and half-widths of a violin: a Gaussian kernel, Silverman's width.

    Silverman 1986, eq. 3.31; the widest place has half-width 1.
    """
    low, high = float(values.min()), float(values.max())
    q25, q75 = np.quantile(values, [0.25, 0.75])
    spread = min(float(values.std()), float(q75 - q25) / 1.34) or float(values.std())
    width = max(0.9 * spread * values.size**-0.2, 1e-3 * ((high - low) or 1.0))
    levels = np.linspace(low, high, OUTLINE)
    density = np.exp(-0.5 * ((levels[:, None] - values[None, :]) / width) ** 2).sum(axis=1)
    return levels.tolist(), (density / density.max()).tolist()
