"""The figures of a report: what chance gives, curves, strips of dots, bars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from assay.show import svg
from assay.show.blocks import Bars, Curve, Dots, Histogram, number

WIDTH, HEIGHT = 520.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 16.0, 26.0, 34.0
BASE = HEIGHT - BOTTOM
#: The width of the names beside bars.
NAMES = 214.0


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
            parts.append(
                svg.rectangle("null", LEFT + place * step + 0.5, BASE - tall, step - 1, tall)
            )
    x = svg.scale(low, high, LEFT, WIDTH - RIGHT)(block.observed)
    parts += svg.marked(x, 8, BASE, f"observed {number(block.observed)}", 6, 17, WIDTH)
    rows = [("observed", block.observed), *(("random", value) for value in block.values)]
    return _figure(parts + _x_axis(low, high), block.caption, ("kind", "value"), rows)


def curve(block: Curve) -> str:
    """Draw the observed line over the band and mean of random rankings."""
    if not block.x or len(block.x) != len(block.observed):
        return ""
    values = [*block.observed, *block.mean, *block.low, *block.high, 0.0]
    low, high = min(values), max(values) or 1.0
    if low > -0.05 * high:  # a trace below zero, whose label would stand on that of zero
        low = 0.0
    left, right = min(block.x), max(block.x)
    across, up = svg.scale(left, right, LEFT, WIDTH - RIGHT), svg.scale(low, high, BASE, TOP)

    def points(values: Sequence[float], x: Sequence[float] = block.x) -> str:
        pairs = zip(x, values, strict=True)
        return " ".join(f"{across(one):.1f},{up(value):.1f}" for one, value in pairs)

    parts = []
    if len(block.low) == len(block.high) == len(block.x):
        band = f"{points(block.high)} {points(block.low[::-1], block.x[::-1])}"
        parts.append(svg.tag("polygon", class_="band", points=band))
    if low < 0 < high:
        parts.append(svg.line("axis", LEFT, WIDTH - RIGHT, up(0.0), up(0.0)))
        parts.append(svg.text("0", LEFT - 6, up(0.0) + 4, anchor="end"))
    if len(block.mean) == len(block.x):
        parts.append(svg.tag("polyline", class_="random", points=points(block.mean)))
    parts.append(svg.tag("polyline", class_="line", points=points(block.observed)))
    for x, value in zip(block.x, block.observed, strict=True):
        parts.append(svg.circle("dot", across(x), up(value), 3.5))
    parts.append(_key(LEFT, line="●  observed", random="▬  random order"))
    parts += [svg.text(number(one, 2), LEFT - 6, up(one) + 4, anchor="end") for one in (low, high)]
    series = {"observed": block.observed, "random mean": block.mean, "random low": block.low,
              "random high": block.high}  # fmt: skip
    told = {name: values for name, values in series.items() if len(values) == len(block.x)}
    rows = zip(block.x, *told.values(), strict=True)
    return _figure(parts + _x_axis(left, right), block.caption, ("x", *told), rows)


def dots(block: Dots) -> str:
    """Draw strips of dots: random values stacked where they meet, the observed one and the best."""
    if not block.rows:
        return ""
    top = max(max(row.observed, row.best or 0.0, *row.random, 0.0) for row in block.rows) or 1.0
    tall, name, radius = 58.0, 112.0, 3.2
    across = svg.scale(0.0, top, name, WIDTH - RIGHT - 12)
    parts: list[str] = []
    for place, row in enumerate(block.rows):
        base = TOP + place * tall + tall - 12
        parts.append(svg.line("axis", name, WIDTH - RIGHT, base, base))
        parts.append(svg.text(row.label, name - 12, base, anchor="end"))
        columns: dict[int, int] = {}
        for value in sorted(row.random):
            x = across(max(value, 0.0))
            column = round(x / (2 * radius))
            height = columns[column] = columns.get(column, -1) + 1
            # A column that would reach the strip above is drawn no higher.
            y = base - radius - min(height * 1.5 * radius, tall - 26)
            parts.append(svg.circle("chance", x, y, radius - 0.4))
        if row.best is not None:
            x = across(max(row.best, 0.0))
            turned = f"rotate(45 {x:.1f} {base - 4.5:.1f})"
            parts.append(svg.rectangle("best", x - 4.5, base - 9, 9, 9, transform=turned))
        parts.append(svg.circle("tested", across(max(row.observed, 0.0)), base - 4.5, 4.6))
        if row.note:
            at = (WIDTH - RIGHT, base - tall + 22)
            parts.append(svg.text(row.note, *at, kind="strong", anchor="end"))
    base = TOP + tall * len(block.rows)
    for value in (0.0, top / 2, top):
        parts.append(svg.text(number(value, 2), across(value), base + 6, anchor="middle"))
    parts.append(_key(name, tested="●  the map", best="◆  the best found", chance="●  random sets"))
    rows = [
        (row.label, kind, value)
        for row in block.rows
        for kind, values in (("the map", (row.observed,)), ("the best found", (row.best,)),
                             ("random set", row.random))
        for value in values
        if value is not None
    ]  # fmt: skip
    return _figure(parts, block.caption, ("strip", "kind", "value"), rows, base + 14)


def bars(block: Bars) -> str:
    """Draw named magnitudes as rows, with the threshold across them."""
    if not block.items:
        return ""
    top = max(max(value for _, value in block.items), block.threshold or 0.0) or 1.0
    row = 19.0
    tall = TOP + row * len(block.items) + 8
    across = svg.scale(0.0, top, NAMES, WIDTH - 52)
    parts = []
    for place, (name, value) in enumerate(block.items):
        y, x = TOP + place * row, across(max(value, 0.0))
        weak = block.threshold is not None and value < block.threshold
        parts.append(svg.text(_cut(name), NAMES - 8, y + 12, anchor="end"))
        kind = "weak" if weak else "bar"
        parts.append(svg.rectangle(kind, NAMES, y + 2, max(x - NAMES, 1), row - 6, rx=2))
        parts.append(svg.text(number(value), x + 6, y + 12))
    if block.threshold is not None:
        x = across(block.threshold)
        parts.append(svg.line("observed", x, x, TOP - 4, tall))
        parts.append(svg.text(f"ε = {number(block.threshold)}", x + 5, 14, kind="strong"))
    rows = [(name, value, block.threshold) for name, value in block.items]
    return _figure(parts, block.caption, ("name", "value", "threshold"), rows, tall)


def _figure(
    parts: Iterable[str],
    caption: str,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
    tall: float = HEIGHT,
) -> str:
    return svg.figure(parts, WIDTH, tall, caption, header=header, rows=rows)


def _key(x: float, **entries: str) -> str:
    """Say what marks mean: their kind, the mark, and its words."""
    spans = (
        svg.tag("tspan", mark, class_=f"{kind}-key") + f" {said}   "
        for kind, (mark, said) in ((kind, one.split("  ")) for kind, one in entries.items())
    )
    return svg.tag("text", "".join(spans).rstrip(), class_="key", x=x, y=15)


def _x_axis(low: float, high: float) -> list[str]:
    across = svg.scale(0.0, 1.0, LEFT, WIDTH - RIGHT)
    ends = ((0.0, "start"), (0.5, "middle"), (1.0, "end"))
    return [svg.line("axis", LEFT, WIDTH - RIGHT, BASE, BASE)] + [
        svg.text(number(low + share * (high - low), 2), across(share), BASE + 17, anchor=anchor)
        for share, anchor in ends
    ]


def _cut(name: str) -> str:
    return name if len(name) <= 30 else name[:29] + "…"
