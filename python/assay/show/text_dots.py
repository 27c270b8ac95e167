"""Strips of dots as text: a line a strip, each column as dense as the values that fall into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assay.show.blocks import Dots, number
from assay.show.terminal import columns_of, printable

MAP, BEST = "▲", "★"
#: Marks of a column that holds at least so many of the random values.
DENSITY = ((1, "·"), (2, "•"), (5, "●"))


def dot_strips(block: Dots, width: int) -> Iterator[str]:
    r"""Return the strips, an axis and what the marks mean.

    >>> from assay.show.blocks import DotRow
    >>> block = Dots((DotRow("delete", (0.0, 0.0, 0.1, 0.2), 0.4, 0.4),))
    >>> print(*dot_strips(block, 60), sep="\n")
      delete  •          ·          ·                     ▲
              0                                         0.4
      · random sets   ▲ the map   ★ the best found (the map itself where it is not shown)
    """
    labels = [printable(row.label) for row in block.rows]
    beside = max(map(columns_of, labels), default=0)
    notes = max((columns_of(printable(row.note)) for row in block.rows), default=0)
    room = min(max(width - beside - 6 - (notes + 2 if notes else 0), 16), 45)
    top = max(
        (max(row.observed, row.best or 0.0, *row.random, 0.0) for row in block.rows), default=0.0
    )
    strips = [_marks(row.random, row.observed, row.best, top, room) for row in block.rows]
    for label, row, marks in zip(labels, block.rows, strips, strict=True):
        note = f"  {printable(row.note)}" if row.note else ""
        yield f"  {label}{' ' * (beside - columns_of(label))}  {marks}{note}"
    end = number(top)
    yield f"  {' ' * beside}  0{end:>{room - 1}}"
    legend = f"{DENSITY[0][1]} random sets   {MAP} the map   {BEST} the best found"
    hidden = any(
        row.best is not None and BEST not in one
        for row, one in zip(block.rows, strips, strict=True)
    )
    yield f"  {legend}{' (the map itself where it is not shown)' if hidden else ''}"


def _marks(
    random: Sequence[float], observed: float, best: float | None, top: float, room: int
) -> str:
    def column(value: float) -> int:
        return round(max(value, 0.0) / (top or 1.0) * (room - 1))

    counts = [0] * room
    for value in random:
        counts[column(value)] += 1
    cells = [
        next((mark for least, mark in reversed(DENSITY) if count >= least), " ") for count in counts
    ]
    if best is not None:
        cells[column(best)] = BEST
    cells[column(observed)] = MAP
    return "".join(cells)
