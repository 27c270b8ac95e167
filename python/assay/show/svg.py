"""Inline SVG of the HTML report: histograms, curves, dots and bars, in the page's colours."""

from __future__ import annotations

from html import escape

from assay.show.blocks import Bars, Curve, Dots, Histogram, number

WIDTH, HEIGHT = 520.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 16.0, 26.0, 34.0


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
    tallest = max(counts)
    step = (WIDTH - LEFT - RIGHT) / bins
    parts = []
    for place, count in enumerate(counts):
        if count:
            tall = (HEIGHT - TOP - BOTTOM) * count / tallest
            parts.append(
                f'<rect class="null" x="{LEFT + place * step + 0.5:.1f}" '
                f'y="{HEIGHT - BOTTOM - tall:.1f}" width="{step - 1:.1f}" height="{tall:.1f}"/>'
            )
    x = LEFT + (block.observed - low) / (high - low) * (WIDTH - LEFT - RIGHT)
    anchor = "end" if x > WIDTH / 2 else "start"
    nudge = -6 if anchor == "end" else 6
    parts.append(
        f'<line class="observed" x1="{x:.1f}" x2="{x:.1f}" y1="8" y2="{HEIGHT - BOTTOM}"/>'
    )
    parts.append(
        f'<text class="strong" x="{x + nudge:.1f}" y="17" text-anchor="{anchor}">observed '
        f"{number(block.observed)}</text>"
    )
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

    def point(x: float, y: float) -> str:
        across = (x - left) / ((right - left) or 1.0)
        up = (y - low) / ((high - low) or 1.0)
        return (
            f"{LEFT + across * (WIDTH - LEFT - RIGHT):.1f},"
            f"{HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM):.1f}"
        )

    parts = []
    if len(block.low) == len(block.high) == len(block.x):
        edge = [point(x, y) for x, y in zip(block.x, block.high, strict=True)]
        edge += [point(x, y) for x, y in zip(block.x[::-1], block.low[::-1], strict=True)]
        parts.append(f'<polygon class="band" points="{" ".join(edge)}"/>')
    if low < 0 < high:
        level = point(left, 0.0).split(",")[1]
        parts.append(
            f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{level}" y2="{level}"/>'
        )
        parts.append(f'<text x="{LEFT - 6}" y="{float(level) + 4:.1f}" text-anchor="end">0</text>')
    if len(block.mean) == len(block.x):
        line = " ".join(point(x, y) for x, y in zip(block.x, block.mean, strict=True))
        parts.append(f'<polyline class="random" points="{line}"/>')
    dots = [point(x, y) for x, y in zip(block.x, block.observed, strict=True)]
    parts.append(f'<polyline class="line" points="{" ".join(dots)}"/>')
    for dot in dots:
        across, down = dot.split(",")
        parts.append(f'<circle class="dot" cx="{across}" cy="{down}" r="3.5"/>')
    parts.append(
        f'<text class="key" x="{LEFT}" y="15">'
        '<tspan class="line-key">●</tspan> observed   '
        '<tspan class="random-key">▬</tspan> random order</text>'
    )
    for value in (low, high):
        parts.append(
            f'<text x="{LEFT - 6}" y="{float(point(left, value).split(",")[1]) + 4:.1f}" '
            f'text-anchor="end">{number(value, 2)}</text>'
        )
    return _figure(parts + _x_axis(left, right), block.caption)


def dots(block: Dots) -> str:
    """Draw strips of dots: random values stacked where they meet, the observed one and the best."""
    if not block.rows:
        return ""
    top = max(max(row.observed, row.best or 0.0, *row.random, 0.0) for row in block.rows) or 1.0
    tall, name, radius = 58.0, 112.0, 3.2
    room = WIDTH - name - RIGHT - 12

    def across(value: float) -> float:
        return name + room * max(value, 0.0) / top

    parts: list[str] = []
    for place, row in enumerate(block.rows):
        base = TOP + place * tall + tall - 12
        parts.append(
            f'<line class="axis" x1="{name}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}"/>'
        )
        parts.append(f'<text x="{name - 12}" y="{base:.1f}" text-anchor="end">')
        parts.append(f"{escape(row.label)}</text>")
        columns: dict[int, int] = {}
        for value in sorted(row.random):
            column = round(across(value) / (2 * radius))
            height = columns.get(column, 0)
            columns[column] = height + 1
            # A column that would reach the strip above is drawn no higher.
            y = base - radius - min(height * 1.5 * radius, tall - 26)
            parts.append(
                f'<circle class="chance" cx="{across(value):.1f}" cy="{y:.1f}" r="{radius - 0.4}"/>'
            )
        if row.best is not None:
            x = across(row.best)
            parts.append(
                f'<rect class="best" x="{x - 4.5:.1f}" y="{base - 9:.1f}" width="9" height="9" '
                f'transform="rotate(45 {x:.1f} {base - 4.5:.1f})"/>'
            )
        x = across(row.observed)
        parts.append(f'<circle class="tested" cx="{x:.1f}" cy="{base - 4.5:.1f}" r="4.6"/>')
        if row.note:
            parts.append(
                f'<text class="strong" x="{WIDTH - RIGHT}" y="{base - tall + 22:.1f}" '
                f'text-anchor="end">{escape(row.note)}</text>'
            )
    base = TOP + tall * len(block.rows)
    for value, anchor in ((0.0, "middle"), (top / 2, "middle"), (top, "middle")):
        parts.append(
            f'<text x="{across(value):.1f}" y="{base + 6:.1f}" text-anchor="{anchor}">'
            f"{number(value, 2)}</text>"
        )
    parts.append(
        f'<text class="key" x="{name}" y="15"><tspan class="tested-key">●</tspan> the map   '
        '<tspan class="best-key">◆</tspan> the best found   '
        '<tspan class="chance-key">●</tspan> random sets</text>'
    )
    return _figure(parts, block.caption, base + 14)


def bars(block: Bars) -> str:
    """Draw named magnitudes as rows, with the threshold across them."""
    items = block.items
    if not items:
        return ""
    top = max(max(value for _, value in items), block.threshold or 0.0) or 1.0
    name_width, row = 190.0, 19.0
    tall = TOP + row * len(items) + 8
    room = WIDTH - name_width - 52

    def across(value: float) -> float:
        return name_width + room * max(value, 0.0) / top

    parts = []
    for place, (name, value) in enumerate(items):
        y = TOP + place * row
        short = name if len(name) <= 30 else name[:29] + "…"
        weak = block.threshold is not None and value < block.threshold
        parts.append(
            f'<text x="{name_width - 8}" y="{y + 12:.1f}" text-anchor="end">{escape(short)}</text>'
        )
        parts.append(
            f'<rect class="{"weak" if weak else "bar"}" x="{name_width}" y="{y + 2:.1f}" rx="2" '
            f'width="{max(across(value) - name_width, 1):.1f}" height="{row - 6}"/>'
        )
        parts.append(f'<text x="{across(value) + 6:.1f}" y="{y + 12:.1f}">{number(value)}</text>')
    if block.threshold is not None:
        x = across(block.threshold)
        parts.append(
            f'<line class="observed" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 4}" y2="{tall}"/>'
        )
        parts.append(
            f'<text class="strong" x="{x + 5:.1f}" y="14">ε = {number(block.threshold)}</text>'
        )
    return _figure(parts, block.caption, tall)


def _x_axis(low: float, high: float) -> list[str]:
    base = HEIGHT - BOTTOM
    parts = [f'<line class="axis" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{base}" y2="{base}"/>']
    for share, anchor in ((0.0, "start"), (0.5, "middle"), (1.0, "end")):
        x = LEFT + share * (WIDTH - LEFT - RIGHT)
        value = number(low + share * (high - low), 2)
        parts.append(f'<text x="{x:.1f}" y="{base + 17:.1f}" text-anchor="{anchor}">{value}</text>')
    return parts


def _figure(parts: list[str], caption: str, tall: float = HEIGHT) -> str:
    label = escape(caption, quote=True)
    return (
        f'<figure><svg viewBox="0 0 {WIDTH:.0f} {tall:.0f}" role="img" aria-label="{label}">'
        f"{''.join(parts)}</svg><figcaption>{escape(caption)}</figcaption></figure>"
    )
