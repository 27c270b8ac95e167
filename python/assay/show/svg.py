"""Inline SVG, coloured by the page's style: what chance gives, curves, strips, bars, shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from typing import Any

from assay.show.blocks import TONES, Bars, Curve, Dots, Histogram, number, words

#: The figures of a report, and the margins of those with axes.
WIDTH, HEIGHT = 520.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 16.0, 26.0, 34.0
BASE = HEIGHT - BOTTOM
#: The figures of an audit: their width, that of the names to the left, the height of a row.
WIDE, NAMES, ROW = 640.0, 190.0, 34.0


def histogram(block: Histogram) -> str:
    """Draw the null's draws in bins and the observed value as a marked line."""
    if not block.values:
        return ""
    low, high = min(*block.values, block.observed), max(*block.values, block.observed)
    margin = (high - low or 1.0) * 0.04
    low, high = low - margin, high + margin
    bins = 32
    counts = [0] * bins
    for value in block.values:
        counts[min(int((value - low) / (high - low) * bins), bins - 1)] += 1
    step = (WIDTH - LEFT - RIGHT) / bins
    parts = []
    for place, count in enumerate(counts):
        tall = (BASE - TOP) * count / max(counts)
        if count:
            parts.append(_rectangle("null", LEFT + place * step + 0.5, BASE - tall, step - 1, tall))
    x = _scale(low, high, LEFT, WIDTH - RIGHT)(block.observed)
    parts += _marked(x, 8, BASE, f"observed {number(block.observed)}", 6, 17, WIDTH)
    return _figure(parts + _x_axis(low, high), block.caption)


def curve(block: Curve) -> str:
    """Draw the observed line over the band and mean of random rankings."""
    if not block.x or len(block.x) != len(block.observed):
        return ""
    series = [*block.observed, *block.mean, *block.low, *block.high, 0.0]
    low, high = min(series), max(series) or 1.0
    if low > -0.05 * high:  # a trace below zero, whose label would stand on that of zero
        low = 0.0
    left, right = min(block.x), max(block.x)
    across, up = _scale(left, right, LEFT, WIDTH - RIGHT), _scale(low, high, BASE, TOP)

    def points(values: Sequence[float], x: Sequence[float] = block.x) -> str:
        pairs = zip(x, values, strict=True)
        return " ".join(f"{across(one):.1f},{up(value):.1f}" for one, value in pairs)

    parts = []
    if len(block.low) == len(block.high) == len(block.x):
        band = f"{points(block.high)} {points(block.low[::-1], block.x[::-1])}"
        parts.append(_tag("polygon", class_="band", points=band))
    if low < 0 < high:
        parts.append(_line("axis", LEFT, WIDTH - RIGHT, up(0.0), up(0.0)))
        parts.append(_text("0", LEFT - 6, up(0.0) + 4, anchor="end"))
    if len(block.mean) == len(block.x):
        parts.append(_tag("polyline", class_="random", points=points(block.mean)))
    parts.append(_tag("polyline", class_="line", points=points(block.observed)))
    for x, value in zip(block.x, block.observed, strict=True):
        parts.append(_circle("dot", across(x), up(value), 3.5))
    parts.append(_key(LEFT, line="●  observed", random="▬  random order"))
    parts += [_text(number(one, 2), LEFT - 6, up(one) + 4, anchor="end") for one in (low, high)]
    return _figure(parts + _x_axis(left, right), block.caption)


def dots(block: Dots) -> str:
    """Draw strips of dots: random values stacked where they meet, the observed one and the best."""
    if not block.rows:
        return ""
    top = max(max(row.observed, row.best or 0.0, *row.random, 0.0) for row in block.rows) or 1.0
    tall, name, radius = 58.0, 112.0, 3.2
    across = _scale(0.0, top, name, WIDTH - RIGHT - 12)
    parts: list[str] = []
    for place, row in enumerate(block.rows):
        base = TOP + place * tall + tall - 12
        parts.append(_line("axis", name, WIDTH - RIGHT, base, base))
        parts.append(_text(row.label, name - 12, base, anchor="end"))
        columns: dict[int, int] = {}
        for value in sorted(row.random):
            x = across(max(value, 0.0))
            column = round(x / (2 * radius))
            height = columns[column] = columns.get(column, -1) + 1
            # A column that would reach the strip above is drawn no higher.
            y = base - radius - min(height * 1.5 * radius, tall - 26)
            parts.append(_circle("chance", x, y, radius - 0.4))
        if row.best is not None:
            x = across(max(row.best, 0.0))
            turned = f"rotate(45 {x:.1f} {base - 4.5:.1f})"
            parts.append(_rectangle("best", x - 4.5, base - 9, 9, 9, transform=turned))
        parts.append(_circle("tested", across(max(row.observed, 0.0)), base - 4.5, 4.6))
        if row.note:
            at = (WIDTH - RIGHT, base - tall + 22)
            parts.append(_text(row.note, *at, kind="strong", anchor="end"))
    base = TOP + tall * len(block.rows)
    for value in (0.0, top / 2, top):
        parts.append(_text(number(value, 2), across(value), base + 6, anchor="middle"))
    parts.append(_key(name, tested="●  the map", best="◆  the best found", chance="●  random sets"))
    return _figure(parts, block.caption, base + 14)


def bars(block: Bars) -> str:
    """Draw named magnitudes as rows, with the threshold across them."""
    if not block.items:
        return ""
    top = max(max(value for _, value in block.items), block.threshold or 0.0) or 1.0
    row = 19.0
    tall = TOP + row * len(block.items) + 8
    across = _scale(0.0, top, NAMES, WIDTH - 52)
    parts = []
    for place, (name, value) in enumerate(block.items):
        y, x = TOP + place * row, across(max(value, 0.0))
        weak = block.threshold is not None and value < block.threshold
        parts.append(_text(_cut(name), NAMES - 8, y + 12, anchor="end"))
        kind = "weak" if weak else "bar"
        parts.append(_rectangle(kind, NAMES, y + 2, max(x - NAMES, 1), row - 6, rx=2))
        parts.append(_text(number(value), x + 6, y + 12))
    if block.threshold is not None:
        x = across(block.threshold)
        parts.append(_line("observed", x, x, TOP - 4, tall))
        parts.append(_text(f"ε = {number(block.threshold)}", x + 5, 14, kind="strong"))
    return _figure(parts, block.caption, tall)


def stacked(groups: Mapping[str, Mapping[str, Mapping[str, Any]]], caption: str) -> str:
    """Draw each group as one bar of shares that add up to 1, with the shares written in."""
    parts = []
    for place, (name, shares) in enumerate(groups.items()):
        y, x = place * ROW + 4, NAMES
        parts.append(_text(name, NAMES - 10, y + 18, anchor="end"))
        for outcome, one in shares.items():
            wide = (WIDE - NAMES - 8) * (one["share"] or 0.0)
            if wide <= 0:
                continue
            said = f"{outcome}: {one['share']:.1%} ({one['low']:.0%} to {one['high']:.0%})"
            bar = _rectangle("share", x, y, max(wide - 1.5, 0.5), ROW - 8, rx=3, title=said)
            label = f"{outcome} {one['share']:.0%}"
            if wide < 7.2 * len(label):
                label = f"{one['share']:.0%}"
            if wide > 34:
                bar += _text(label, x + wide / 2, y + 18, kind="on", anchor="middle")
            parts.append(_tag("g", bar, class_=TONES.get(outcome, "neutral")))
            x += wide
    return figure(parts, WIDE, len(groups) * ROW + 4, caption, "wide")


def intervals(items: Sequence[tuple[str, Mapping[str, Any]]], caption: str) -> str:
    """Draw means or shares with their intervals on an axis from 0 to 1."""
    across = _scale(0.0, 1.0, NAMES, WIDE - 60)
    tall = len(items) * 28 + 30
    parts = _ticks(across, tall - 22, tall - 6)
    for place, (name, one) in enumerate(items):
        value = one.get("mean", one.get("share"))
        if value is None:
            continue
        y, high = place * 28 + 18, across(one["high"])
        parts.append(_text(name, NAMES - 10, y + 4, anchor="end"))
        parts.append(_line("whisker", across(one["low"]), high, y, y))
        parts.append(_circle("dot", across(value), y, 5))
        parts.append(_text(f"{value:.1%}", high + 9, y + 4, kind="strong"))
    return figure(parts, WIDE, tall, caption, "wide")


def standings(items: Sequence[Mapping[str, Any]], caption: str) -> str:
    """Draw where each map stands between chance and what can be attained, as shares of texts.

    A band leads from chance to the leave-one-out map, cut at its half; the dot is the map, with its
    interval.
    """
    across = _scale(0.0, 1.0, NAMES, WIDE - 60)
    tall = len(items) * 40 + 44
    parts = _ticks(across, tall - 36, tall - 20)
    for place, one in enumerate(items):
        y = place * 40 + 24
        parts.append(_text(words(one["map"]), NAMES - 10, y + 4, anchor="end"))
        own, shares = one["trusted"], (one["chance"]["share"], one["ceiling"]["trusted"]["share"])
        if own["share"] is None or None in shares:
            continue
        chance, best = map(across, shares)
        left, right, half = min(chance, best), max(chance, best), (chance + best) / 2
        said = f"from chance ({shares[0]:.1%}) to the leave-one-out map ({shares[1]:.1%})"
        parts.append(_rectangle("way", left, y - 11, right - left, 22, rx=3, title=said))
        parts.append(_line("half", half, half, y - 11, y + 11))
        parts.append(_line("end", best, best, y - 14, y + 14))
        high = across(own["high"])
        reach = _line("reach", across(own["low"]), high, y, y)
        place_of = _circle("place", across(own["share"]), y, 6)
        tone = TONES.get(one["answer"], "unsure")
        parts.append(_tag("g", reach + place_of, class_=tone))
        parts.append(_text(f"{own['share']:.0%}", max(high, right) + 9, y + 4, kind="strong"))
    parts.append(_text("testable texts in which the map is trusted", NAMES, tall - 3))
    return figure(parts, WIDE, tall, caption, "wide")


def distribution(one: Mapping[str, Any], title: str) -> str:
    """Draw a distribution with its median and its middle half."""
    wide, tall, base = 300.0, 120.0, 98.0
    edges, counts = one["histogram"]["edges"], one["histogram"]["counts"]
    low, high = float(edges[0]), float(edges[-1])
    across = _scale(low, high, 8, wide - 8)
    left, right = across(one["quantiles"]["0.25"]), across(one["quantiles"]["0.75"])
    parts = [_rectangle("band", left, 24, max(right - left, 1), base - 24)]
    for place, count in enumerate(counts):
        x, following = across(edges[place]), across(edges[place + 1])
        height = (base - 28) * count / (max(counts) or 1)
        if count:
            at = (x + 0.5, base - height, max(following - x - 1, 1), height)
            parts.append(_rectangle("bar", *at))
    median = f"median {number(one['median'])}"
    parts += _marked(across(one["median"]), 20, base, median, 5, 16, wide)
    parts.append(_line("axis", 8, wide - 8, base, base))
    parts.append(_text(number(low, 2), 8, base + 15))
    parts.append(_text(number(high, 2), wide - 8, base + 15, anchor="end"))
    return figure(parts, wide, tall, f"{title} ({one['n']:,} examples)", "small")


def heat(methods: Sequence[str], values: Sequence[Sequence[float | None]], caption: str) -> str:
    """Draw a matrix: colour by value, the value written in each cell."""
    cell, left, top = 56.0, 160.0, 104.0
    parts = []
    for place, name in enumerate(methods):
        x, y = left + place * cell + cell / 2, top + place * cell + cell / 2
        parts.append(_text(words(name), left - 10, y + 4, anchor="end"))
        turned = f"translate({x + 4},{top - 8}) rotate(-40)"
        parts.append(_tag("text", escape(words(name)), transform=turned))
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            x, y = left + column * cell, top + row * cell
            text = "none" if value is None else f"{value:.2f}"
            parts.append(
                _rectangle(
                    "cell negative" if value is not None and value < 0 else "cell",
                    x + 1, y + 1, cell - 2, cell - 2, rx=4,
                    style=f"--v:{0.0 if value is None else min(abs(value), 1.0):.3f}",
                    title=words(f"{methods[row]} and {methods[column]}: {text}"),
                )
            )  # fmt: skip
            parts.append(_text(text, x + cell / 2, y + cell / 2 + 4, "strong", "middle"))
    side = cell * len(methods)
    return figure(parts, left + side + 60, top + side + 4, caption, "heat")


def figure(parts: Iterable[str], wide: float, tall: float, caption: str, kind: str = "") -> str:
    """Return a figure with a caption, which is also its name for those who cannot see it."""
    label = escape(caption, quote=True)
    view = f"0 0 {wide:.0f} {tall:.0f}"
    drawn = _tag("svg", "".join(parts), viewBox=view, role="img", aria_label=label)
    return _tag("figure", drawn + _tag("figcaption", escape(caption)), class_=kind)


def _figure(parts: Iterable[str], caption: str, tall: float = HEIGHT) -> str:
    return figure(parts, WIDTH, tall, caption)


def _tag(name: str, inside: str | None = None, **attributes: object) -> str:
    """Return an element; lengths are written to a tenth, and what is empty is left out."""
    written = "".join(
        f' {key.strip("_").replace("_", "-")}="{value:.1f}"' if isinstance(value, float)
        else f' {key.strip("_").replace("_", "-")}="{value}"'
        for key, value in attributes.items() if value != ""
    )  # fmt: skip
    return f"<{name}{written}/>" if inside is None else f"<{name}{written}>{inside}</{name}>"


def _text(text: str, x: float, y: float, kind: str = "", anchor: str = "") -> str:
    return _tag("text", escape(text), class_=kind, x=x, y=y, text_anchor=anchor)


def _line(kind: str, x1: float, x2: float, y1: float, y2: float) -> str:
    return _tag("line", class_=kind, x1=x1, x2=x2, y1=y1, y2=y2)


def _circle(kind: str, x: float, y: float, radius: float) -> str:
    return _tag("circle", class_=kind, cx=x, cy=y, r=radius)


def _rectangle(
    kind: str, x: float, y: float, wide: float, tall: float, title: str = "", **rest: object
) -> str:
    inside = _tag("title", escape(title)) if title else None
    return _tag("rect", inside, class_=kind, x=x, y=y, width=wide, height=tall, **rest)


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return where on the picture a value from `low` to `high` stands."""
    return lambda value: start + (value - low) / ((high - low) or 1.0) * (end - start)


def _marked(
    x: float, top: float, base: float, text: str, nudge: float, y: float, wide: float
) -> list[str]:
    """Draw a value as a line, and its label on the side that has room."""
    left = x > wide / 2
    label = _text(text, x - nudge if left else x + nudge, y, "strong", "end" if left else "start")
    return [_line("observed", x, x, top, base), label]


def _key(x: float, **entries: str) -> str:
    """Say what marks mean: their kind, the mark, and its words."""
    spans = (
        _tag("tspan", mark, class_=f"{kind}-key") + f" {said}   "
        for kind, (mark, said) in ((kind, one.split("  ")) for kind, one in entries.items())
    )
    return _tag("text", "".join(spans).rstrip(), class_="key", x=x, y=15)


def _ticks(across: Callable[[float], float], base: float, y: float) -> list[str]:
    """Draw an axis of shares, its lines down to `base` and its words at `y`."""
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(_line("axis", across(tick), across(tick), 4, base))
        parts.append(_text(f"{tick:.0%}", across(tick), y, anchor="middle"))
    return parts


def _x_axis(low: float, high: float) -> list[str]:
    across = _scale(0.0, 1.0, LEFT, WIDTH - RIGHT)
    ends = ((0.0, "start"), (0.5, "middle"), (1.0, "end"))
    return [_line("axis", LEFT, WIDTH - RIGHT, BASE, BASE)] + [
        _text(number(low + share * (high - low), 2), across(share), BASE + 17, anchor=anchor)
        for share, anchor in ends
    ]


def _cut(name: str) -> str:
    return name if len(name) <= 30 else name[:29] + "…"
