"""The figures of an audit: shares, intervals, where maps stand, distributions, a matrix."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from assay.show import svg
from assay.show.blocks import TONES, number, words

#: The width of a figure, that of the names to the left, and the height of a row.
WIDE, NAMES, ROW = 640.0, 190.0, 34.0


def stacked(groups: Mapping[str, Mapping[str, Mapping[str, Any]]], caption: str) -> str:
    """Draw each group as one bar of shares that add up to 1, with the shares written in."""
    parts = []
    for place, (name, shares) in enumerate(groups.items()):
        y, x = place * ROW + 4, NAMES
        parts.append(svg.text(name, NAMES - 10, y + 18, anchor="end"))
        for outcome, one in shares.items():
            wide = (WIDE - NAMES - 8) * (one["share"] or 0.0)
            if wide <= 0:
                continue
            said = f"{outcome}: {one['share']:.1%} ({one['low']:.0%} to {one['high']:.0%})"
            bar = svg.rectangle("share", x, y, max(wide - 1.5, 0.5), ROW - 8, rx=3, title=said)
            label = f"{outcome} {one['share']:.0%}"
            if wide < 7.2 * len(label):
                label = f"{one['share']:.0%}"
            if wide > 34:
                bar += svg.text(label, x + wide / 2, y + 18, kind="on", anchor="middle")
            parts.append(svg.tag("g", bar, class_=TONES.get(outcome, "neutral")))
            x += wide
    rows = [
        (name, outcome, *(one.get(key) for key in ("share", "low", "high", "count", "of")))
        for name, shares in groups.items()
        for outcome, one in shares.items()
    ]
    header = ("group", "outcome", "share", "low", "high", "count", "of")
    return svg.figure(parts, WIDE, len(groups) * ROW + 4, caption, "wide", header=header, rows=rows)


def intervals(items: Sequence[tuple[str, Mapping[str, Any]]], caption: str) -> str:
    """Draw means or shares with their intervals on an axis from 0 to 1."""
    across = svg.scale(0.0, 1.0, NAMES, WIDE - 60)
    tall = len(items) * 28 + 30
    parts = _ticks(across, tall - 22, tall - 6)
    for place, (name, one) in enumerate(items):
        value = one.get("mean", one.get("share"))
        if value is None:
            continue
        y, high = place * 28 + 18, across(one["high"])
        parts.append(svg.text(name, NAMES - 10, y + 4, anchor="end"))
        parts.append(svg.line("whisker", across(one["low"]), high, y, y))
        parts.append(svg.circle("dot", across(value), y, 5))
        parts.append(svg.text(f"{value:.1%}", high + 9, y + 4, kind="strong"))
    rows = [
        (name, one.get("mean", one.get("share")), one.get("low"), one.get("high"))
        for name, one in items
    ]
    header = ("name", "value", "low", "high")
    return svg.figure(parts, WIDE, tall, caption, "wide", header=header, rows=rows)


def standings(items: Sequence[Mapping[str, Any]], caption: str) -> str:
    """Draw where each map stands between chance and what can be attained, as shares of texts.

    A band leads from chance to the leave-one-out map, cut at its half; the dot is the map, with its
    interval.
    """
    across = svg.scale(0.0, 1.0, NAMES, WIDE - 60)
    tall = len(items) * 40 + 44
    parts = _ticks(across, tall - 36, tall - 20)
    for place, one in enumerate(items):
        y = place * 40 + 24
        parts.append(svg.text(words(one["map"]), NAMES - 10, y + 4, anchor="end"))
        own, shares = one["trusted"], (one["chance"]["share"], one["ceiling"]["trusted"]["share"])
        if own["share"] is None or None in shares:
            continue
        chance, best = map(across, shares)
        left, right, half = min(chance, best), max(chance, best), (chance + best) / 2
        said = f"from chance ({shares[0]:.1%}) to the leave-one-out map ({shares[1]:.1%})"
        parts.append(svg.rectangle("way", left, y - 11, right - left, 22, rx=3, title=said))
        parts.append(svg.line("half", half, half, y - 11, y + 11))
        parts.append(svg.line("end", best, best, y - 14, y + 14))
        high = across(own["high"])
        reach = svg.line("reach", across(own["low"]), high, y, y)
        place_of = svg.circle("place", across(own["share"]), y, 6)
        tone = TONES.get(one["answer"], "unsure")
        parts.append(svg.tag("g", reach + place_of, class_=tone))
        parts.append(svg.text(f"{own['share']:.0%}", max(high, right) + 9, y + 4, kind="strong"))
    parts.append(svg.text("testable texts in which the map is trusted", NAMES, tall - 3))
    rows = [
        (words(one["map"]), *(one["trusted"].get(key) for key in ("share", "low", "high")),
         one["chance"]["share"], one["ceiling"]["trusted"]["share"], one["answer"])
        for one in items
    ]  # fmt: skip
    header = ("map", "trusted", "low", "high", "chance", "leave one out", "answer")
    return svg.figure(parts, WIDE, tall, caption, "wide", header=header, rows=rows)


def distribution(one: Mapping[str, Any], title: str) -> str:
    """Draw a distribution with its median and its middle half."""
    wide, tall, base = 300.0, 120.0, 98.0
    edges, counts = one["histogram"]["edges"], one["histogram"]["counts"]
    low, high = float(edges[0]), float(edges[-1])
    across = svg.scale(low, high, 8, wide - 8)
    left, right = across(one["quantiles"]["0.25"]), across(one["quantiles"]["0.75"])
    parts = [svg.rectangle("band", left, 24, max(right - left, 1), base - 24)]
    for place, count in enumerate(counts):
        x, following = across(edges[place]), across(edges[place + 1])
        height = (base - 28) * count / (max(counts) or 1)
        if count:
            at = (x + 0.5, base - height, max(following - x - 1, 1), height)
            parts.append(svg.rectangle("bar", *at))
    median = f"median {number(one['median'])}"
    parts += svg.marked(across(one["median"]), 20, base, median, 5, 16, wide)
    parts.append(svg.line("axis", 8, wide - 8, base, base))
    parts.append(svg.text(number(low, 2), 8, base + 15))
    parts.append(svg.text(number(high, 2), wide - 8, base + 15, anchor="end"))
    caption = f"{title} ({one['n']:,} examples)"
    rows = zip(edges[:-1], edges[1:], counts, strict=True)
    header = ("from", "to", "examples")
    return svg.figure(parts, wide, tall, caption, "small", header=header, rows=rows)


def heat(methods: Sequence[str], values: Sequence[Sequence[float | None]], caption: str) -> str:
    """Draw a matrix: colour by value, the value written in each cell."""
    cell, left, top = 56.0, 160.0, 104.0
    parts = []
    for place, name in enumerate(methods):
        x, y = left + place * cell + cell / 2, top + place * cell + cell / 2
        parts.append(svg.text(words(name), left - 10, y + 4, anchor="end"))
        turned = f"translate({x + 4},{top - 8}) rotate(-40)"
        parts.append(svg.tag("text", escape(words(name)), transform=turned))
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            x, y = left + column * cell, top + row * cell
            text = "none" if value is None else f"{value:.2f}"
            parts.append(
                svg.rectangle(
                    "cell negative" if value is not None and value < 0 else "cell",
                    x + 1, y + 1, cell - 2, cell - 2, rx=4,
                    style=f"--v:{0.0 if value is None else min(abs(value), 1.0):.3f}",
                    title=words(f"{methods[row]} and {methods[column]}: {text}"),
                )
            )  # fmt: skip
            parts.append(svg.text(text, x + cell / 2, y + cell / 2 + 4, "strong", "middle"))
    side = cell * len(methods)
    return svg.figure(
        parts, left + side + 60, top + side + 4, caption, "heat", header=("", *map(words, methods)),
        rows=[(words(name), *line) for name, line in zip(methods, values, strict=True)],
    )  # fmt: skip


def _ticks(across: Callable[[float], float], base: float, y: float) -> list[str]:
    """Draw an axis of shares, its lines down to `base` and its words at `y`."""
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(svg.line("axis", across(tick), across(tick), 4, base))
        parts.append(svg.text(f"{tick:.0%}", across(tick), y, anchor="middle"))
    return parts
