"""Inline SVG: elements, scales and the frame of a figure, coloured by the page's style."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from html import escape


def figure(
    parts: Iterable[str],
    wide: float,
    tall: float,
    caption: str,
    kind: str = "",
    *,
    header: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> str:
    """Return a figure with a caption, which is also its name for those who cannot see it.

    `rows` under their `header` are the numbers that it was drawn from; the page copies them.
    """
    label = escape(caption, quote=True)
    view = f"0 0 {wide:.0f} {tall:.0f}"
    drawn = tag("svg", "".join(parts), viewBox=view, role="img", aria_label=label)
    numbers = escape(csv_of(header, rows), quote=True)
    return tag("figure", drawn + tag("figcaption", escape(caption)), class_=kind, data_csv=numbers)


def csv_of(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    r"""Return rows as CSV, numbers to six digits, nothing where there is none.

    >>> csv_of(("token", "score"), [("a, b", 1 / 3), ("c", None)])
    'token,score\n"a, b",0.333333\nc,\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(f"{cell:.6g}" if isinstance(cell, float) else cell for cell in row)
    return text.getvalue()


def tag(name: str, inside: str | None = None, **attributes: object) -> str:
    """Return an element; lengths are written to a tenth, and what is empty is left out."""
    written = "".join(
        f' {key.strip("_").replace("_", "-")}="{value:.1f}"' if isinstance(value, float)
        else f' {key.strip("_").replace("_", "-")}="{value}"'
        for key, value in attributes.items() if value != ""
    )  # fmt: skip
    return f"<{name}{written}/>" if inside is None else f"<{name}{written}>{inside}</{name}>"


def text(words: str, x: float, y: float, kind: str = "", anchor: str = "") -> str:
    """Return words, from `x` on or as `anchor` says."""
    return tag("text", escape(words), class_=kind, x=x, y=y, text_anchor=anchor)


def line(kind: str, x1: float, x2: float, y1: float, y2: float) -> str:
    """Return a line."""
    return tag("line", class_=kind, x1=x1, x2=x2, y1=y1, y2=y2)


def circle(kind: str, x: float, y: float, radius: float) -> str:
    """Return a dot."""
    return tag("circle", class_=kind, cx=x, cy=y, r=radius)


def rectangle(
    kind: str, x: float, y: float, wide: float, tall: float, title: str = "", **rest: object
) -> str:
    """Return a rectangle, with a `title` for the pointer that rests on it."""
    inside = tag("title", escape(title)) if title else None
    return tag("rect", inside, class_=kind, x=x, y=y, width=wide, height=tall, **rest)


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return where on the picture a value from `low` to `high` stands."""
    return lambda value: start + (value - low) / ((high - low) or 1.0) * (end - start)


def marked(
    x: float, top: float, base: float, words: str, nudge: float, y: float, wide: float
) -> list[str]:
    """Draw a value as a line, and its label on the side that has room."""
    left = x > wide / 2
    label = text(words, x - nudge if left else x + nudge, y, "strong", "end" if left else "start")
    return [line("observed", x, x, top, base), label]
