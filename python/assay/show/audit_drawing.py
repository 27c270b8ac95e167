"""Inline SVG for the audit's page: stacked shares, intervals, histograms and heat maps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from assay.show.blocks import Tone, number

WIDTH, NAMES, ROW = 640.0, 190.0, 34.0
#: Outcome to the page's tone.
TONES: dict[str, Tone] = {
    "trustworthy": "good", "supported": "good", "supports": "good",
    "inconclusive": "unsure",
    "not trustworthy": "bad", "contradicted": "bad", "contradicts": "bad",
    "not applicable": "neutral",
}  # fmt: skip

#: The answer over a data set to the page's tone.
ANSWERS: dict[str, Tone] = {"trustworthy": "good", "not trustworthy": "bad"}


def stacked(groups: Mapping[str, Mapping[str, Mapping[str, Any]]], caption: str) -> str:
    """Draw each group as one bar of shares that add up to 1, with the shares written in."""
    room = WIDTH - NAMES - 8
    parts = []
    for place, (name, shares) in enumerate(groups.items()):
        y = place * ROW + 4
        parts.append(f'<text x="{NAMES - 10}" y="{y + 18}" text-anchor="end">{escape(name)}</text>')
        x = NAMES
        for outcome, one in shares.items():
            wide = room * (one["share"] or 0.0)
            if wide <= 0:
                continue
            tone = TONES.get(outcome, "neutral")
            interval = f"{one['low']:.0%} to {one['high']:.0%}"
            parts.append(
                f'<g class="{tone}"><rect class="share" x="{x:.1f}" y="{y}" '
                f'width="{max(wide - 1.5, 0.5):.1f}" height="{ROW - 8}" rx="3">'
                f"<title>{escape(outcome)}: {one['share']:.1%} ({interval})</title></rect>"
            )
            label = f"{outcome} {one['share']:.0%}"
            if wide < 7.2 * len(label):
                label = f"{one['share']:.0%}"
            if wide > 34:
                parts.append(
                    f'<text class="on" x="{x + wide / 2:.1f}" y="{y + 18}" '
                    f'text-anchor="middle">{escape(label)}</text>'
                )
            parts.append("</g>")
            x += wide
    return figure(parts, WIDTH, len(groups) * ROW + 4, caption, "wide")


def intervals(items: Sequence[tuple[str, Mapping[str, Any]]], caption: str) -> str:
    """Draw means or shares with their intervals on an axis from 0 to 1."""
    room = WIDTH - NAMES - 60
    tall = len(items) * 28 + 30
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = NAMES + room * tick
        parts.append(f'<line class="axis" x1="{x}" x2="{x}" y1="4" y2="{tall - 22}"/>')
        parts.append(f'<text x="{x}" y="{tall - 6}" text-anchor="middle">{tick:.0%}</text>')
    for place, (name, one) in enumerate(items):
        value = one.get("mean", one.get("share"))
        if value is None:
            continue
        y = place * 28 + 18
        low, high = NAMES + room * one["low"], NAMES + room * one["high"]
        x = NAMES + room * value
        parts.append(f'<text x="{NAMES - 10}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        parts.append(f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>')
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y}" r="5"/>')
        parts.append(f'<text class="strong" x="{high + 9:.1f}" y="{y + 4}">{value:.1%}</text>')
    return figure(parts, WIDTH, tall, caption, "wide")


def standings(items: Sequence[Mapping[str, Any]], caption: str) -> str:
    """Draw where each map stands between chance and what can be attained, as shares of texts.

    A band leads from chance to the leave-one-out map, cut at its half; the dot is the map, with its
    interval.
    """
    room = WIDTH - NAMES - 60
    tall = len(items) * 40 + 44
    parts = []
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x = NAMES + room * tick
        parts.append(f'<line class="axis" x1="{x}" x2="{x}" y1="4" y2="{tall - 36}"/>')
        parts.append(f'<text x="{x}" y="{tall - 20}" text-anchor="middle">{tick:.0%}</text>')
    for place, one in enumerate(items):
        y = place * 40 + 24
        name = escape(one["map"].replace("_", " "))
        parts.append(f'<text x="{NAMES - 10}" y="{y + 4}" text-anchor="end">{name}</text>')
        shares = (one["chance"]["share"], one["ceiling"]["trusted"]["share"])
        chance, best, own = (
            None if share is None else NAMES + room * share
            for share in (*shares, one["trusted"]["share"])
        )
        if chance is None or best is None or own is None:
            continue
        left, right = min(chance, best), max(chance, best)
        half = (chance + best) / 2
        parts.append(
            f'<rect class="way" x="{left:.1f}" y="{y - 11}" width="{right - left:.1f}" '
            f'height="22" rx="3"><title>from chance ({shares[0]:.1%}) to the leave-one-out map '
            f"({shares[1]:.1%})</title></rect>"
            f'<line class="half" x1="{half:.1f}" x2="{half:.1f}" y1="{y - 11}" y2="{y + 11}"/>'
            f'<line class="end" x1="{best:.1f}" x2="{best:.1f}" y1="{y - 14}" y2="{y + 14}"/>'
        )
        low, high = (NAMES + room * one["trusted"][end] for end in ("low", "high"))
        tone = ANSWERS.get(one["answer"], "unsure")
        parts.append(
            f'<g class="{tone}"><line class="reach" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" '
            f'y2="{y}"/><circle class="place" cx="{own:.1f}" cy="{y}" r="6"/></g>'
            f'<text class="strong" x="{max(high, right) + 9:.1f}" y="{y + 4}">'
            f"{one['trusted']['share']:.0%}</text>"
        )
    parts.append(
        f'<text x="{NAMES}" y="{tall - 3}">testable texts in which the map is trusted</text>'
    )
    return figure(parts, WIDTH, tall, caption, "wide")


def histogram(one: Mapping[str, Any], title: str) -> str:
    """Draw a distribution with its median and its middle half."""
    wide, tall, base = 300.0, 120.0, 98.0
    edges, counts = one["histogram"]["edges"], one["histogram"]["counts"]
    low, high = float(edges[0]), float(edges[-1])
    span = (high - low) or 1.0
    top = max(counts) or 1

    def across(value: float) -> float:
        return 8 + (value - low) / span * (wide - 16)

    left, right = across(one["quantiles"]["0.25"]), across(one["quantiles"]["0.75"])
    parts = [
        f'<rect class="band" x="{left:.1f}" y="24" width="{max(right - left, 1):.1f}" '
        f'height="{base - 24}"/>'
    ]
    for place, count in enumerate(counts):
        if count:
            x, following = across(edges[place]), across(edges[place + 1])
            height = (base - 28) * count / top
            parts.append(
                f'<rect class="bar" x="{x + 0.5:.1f}" y="{base - height:.1f}" '
                f'width="{max(following - x - 1, 1):.1f}" height="{height:.1f}"/>'
            )
    x = across(one["median"])
    parts.append(f'<line class="observed" x1="{x:.1f}" x2="{x:.1f}" y1="20" y2="{base}"/>')
    anchor = "end" if x > wide / 2 else "start"
    nudge = -5 if anchor == "end" else 5
    parts.append(
        f'<text class="strong" x="{x + nudge:.1f}" y="16" text-anchor="{anchor}">'
        f"median {number(one['median'])}</text>"
    )
    parts.append(f'<line class="axis" x1="8" x2="{wide - 8}" y1="{base}" y2="{base}"/>')
    parts.append(f'<text x="8" y="{base + 15}">{number(low, 2)}</text>')
    end = f'x="{wide - 8}" y="{base + 15}" text-anchor="end"'
    parts.append(f"<text {end}>{number(high, 2)}</text>")
    return figure(parts, wide, tall, f"{title} ({one['n']:,} examples)", "small")


def heat(methods: Sequence[str], values: Sequence[Sequence[float | None]], caption: str) -> str:
    """Draw a matrix: colour by value, the value written in each cell."""
    cell, left, top = 56.0, 160.0, 104.0
    parts = []
    for place, name in enumerate(methods):
        words = escape(name.replace("_", " "))
        middle = top + place * cell + cell / 2 + 4
        parts.append(f'<text x="{left - 10}" y="{middle}" text-anchor="end">{words}</text>')
        x = left + place * cell + cell / 2
        parts.append(f'<text transform="translate({x + 4},{top - 8}) rotate(-40)">{words}</text>')
    for row, line in enumerate(values):
        for column, value in enumerate(line):
            x, y = left + column * cell, top + row * cell
            strength = 0.0 if value is None else min(abs(value), 1.0)
            kind = "cell negative" if value is not None and value < 0 else "cell"
            text = "none" if value is None else f"{value:.2f}"
            pair = escape(f"{methods[row]} and {methods[column]}".replace("_", " "))
            parts.append(
                f'<rect class="{kind}" style="--v:{strength:.3f}" x="{x + 1}" y="{y + 1}" '
                f'width="{cell - 2}" height="{cell - 2}" rx="4">'
                f"<title>{pair}: {text}</title></rect>"
                f'<text class="strong" x="{x + cell / 2}" y="{y + cell / 2 + 4}" '
                f'text-anchor="middle">{text}</text>'
            )
    wide = left + cell * len(methods) + 60
    return figure(parts, wide, top + cell * len(methods) + 4, caption, "heat")


def figure(parts: Sequence[str], wide: float, tall: float, caption: str, kind: str) -> str:
    """Return a figure with a caption, which is also its name for those who cannot see it."""
    label = escape(caption, quote=True)
    return (
        f'<figure class="{kind}"><svg viewBox="0 0 {wide:.0f} {tall:.0f}" role="img" '
        f'aria-label="{label}">{"".join(parts)}</svg><figcaption>{escape(caption)}</figcaption>'
        "</figure>"
    )
