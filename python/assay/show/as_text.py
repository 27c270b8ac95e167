"""A document as text: for terminals of any width, with ANSI colour only where it is wanted."""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TextIO

from assay.show.blocks import (
    MARKS,
    Banner,
    Bars,
    Block,
    Cards,
    Curve,
    Details,
    Document,
    Dots,
    Heading,
    Histogram,
    Paragraph,
    PatchMap,
    Table,
    Token,
    TokenBars,
    TokenStrip,
)
from assay.show.terminal import columns_of, printable
from assay.show.text_dots import dot_strips

COLORS = {"good": "32", "bad": "31", "unsure": "33", "neutral": "2", "bold": "1", "soft": "2"}
#: 256-colour backgrounds from weak to strong, readable with black text.
SCALES = {"first": (189, 147, 111, 105), "second": (194, 158, 115, 79), "negative": (223, 216, 214)}
EIGHTHS = " ▏▎▍▌▋▊▉█"
#: Letters of a word that a narrow column of a table does not break.
WORD = 16


def wants_color(stream: TextIO) -> bool:
    """Tell whether a stream is a terminal that should get colour; NO_COLOR says no."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def render(document: Document, *, color: bool = False, width: int | None = None) -> str:
    """Return a document as lines of at most `width` columns (never fewer than 60)."""
    columns = width or min(shutil.get_terminal_size((96, 24)).columns, 110)
    writer = _Writer(color, max(columns, 60))
    lines = [line for block in document.blocks for line in writer.block(block)]
    return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n"


class _Writer:
    def __init__(self, color: bool, width: int) -> None:
        self.color, self.width = color, width

    def paint(self, text: str, *styles: str) -> str:
        codes = ";".join(COLORS[style] for style in styles)
        return f"\x1b[{codes}m{text}\x1b[0m" if self.color and codes else text

    def wrap(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        rest = first if rest is None else rest
        return textwrap.wrap(
            printable(text), self.width, initial_indent=first, subsequent_indent=rest
        )

    def soft(self, text: str, indent: str = "  ") -> list[str]:
        return [self.paint(line, "soft") for line in self.wrap(text, indent)]

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Heading(text, level):
                yield ""
                yield self.paint(printable(text), "bold")
                if level == 1:
                    yield ""
            case Paragraph(text, muted):
                yield from self.soft(text) if muted else self.wrap(text, "  ")
            case Banner():
                yield from self.banner(block)
            case TokenStrip():
                # Without colour the bars further down carry the same numbers.
                if self.color:
                    yield from self.strip(block)
            case PatchMap():
                yield from self.patch_map(block)
            case TokenBars():
                yield from self.token_bars(block)
            case Table():
                yield from self.table(block)
            case Cards():
                yield from self.cards(block)
            case Details():
                yield from self.details(block)
            case Dots():
                yield from self.dots(block)
            case Histogram() | Curve() | Bars():
                yield from self.wrap(block.caption, "  ")

    def cards(self, block: Cards) -> Iterator[str]:
        for card in block.cards:
            mark = self.paint(f"{MARKS[card.tone]} {card.outcome:<14}", card.tone)
            yield f"  {mark} {self.paint(card.title, 'bold')}"
            for reason in card.reasons:
                yield from self.wrap(reason, " " * 19)
            for name, value in card.figures:
                yield from self.soft(f"{name}: {value}", " " * 19)
            for picture in card.pictures:
                yield from self.block(picture)

    def dots(self, block: Dots) -> Iterator[str]:
        yield ""
        yield from dot_strips(block, self.width)
        yield from self.soft(block.caption)
        yield ""

    def details(self, block: Details) -> Iterator[str]:
        """One line a check; what opens on a page is left to the page, and to JSON."""
        if not block.outcome:
            yield ""
            yield self.paint(printable(block.title), "bold")
            for inner in block.blocks:
                yield from self.block(inner)
            return
        mark = self.paint(f"{MARKS[block.tone]} {block.outcome:<14}", block.tone)
        title = printable(block.title)
        if self.width < 84:
            yield f"  {mark} {self.paint(title, 'bold')}"
            yield from self.wrap(block.summary, " " * 19)
            return
        said = self.wrap(block.summary, " " * 44)
        yield f"  {mark} {title:<24} {said[0].strip() if said else ''}"
        yield from said[1:]

    def banner(self, block: Banner) -> Iterator[str]:
        title = f"{MARKS[block.tone]} {block.title.upper()}"
        if block.rungs:
            held = sum(1 for _, holds in block.rungs if holds)
            ladder = "".join("■" if holds else "□" for _, holds in block.rungs)
            asides = (*block.facts, f"reliability ladder {ladder} {held} of {len(block.rungs)}")
        else:
            asides = block.facts
        aside = " · ".join(asides)
        if len(title) + len(aside) + 3 <= self.width:
            yield f"{self.paint(title, block.tone, 'bold')}   {self.paint(aside, 'soft')}"
        else:
            yield self.paint(title, block.tone, "bold")
            yield from self.soft(aside)
        yield ""
        yield from self.wrap(block.lead, "  ")
        for point in block.points:
            yield from self.wrap(point, "  · ", "    ")

    def strip(self, block: TokenStrip) -> Iterator[str]:
        yield self.paint(f"  {printable(block.label)}", "soft")
        line, used = "  ", 2
        for token in block.tokens:
            text = printable(token.text)
            need = columns_of(text) + token.spaced
            if used + need > self.width and used > 2:
                yield line
                line, used = "  ", 2
            space = " " if token.spaced and used > 2 else ""
            line += space + self.tint(token, text, block.scale)
            used += need
        yield line
        yield from self.soft(block.note)
        yield ""

    def patch_map(self, block: PatchMap) -> Iterator[str]:
        """The patches as cells: shaded, and darker for more without colour."""
        yield self.paint(f"  {printable(block.label)}", "soft")
        for start in range(0, len(block.patches), block.columns):
            row = block.patches[start : start + block.columns]
            yield "  " + "".join(
                self.tint(patch, "  ", block.scale) if self.color else _shade(patch)
                for patch in row
            )
        yield from self.soft(block.note)
        yield ""

    def tint(self, token: Token, text: str, scale: str) -> str:
        if token.share is None:
            return self.paint(text, "soft")
        shades = SCALES["negative" if token.share < 0 else scale]
        level = int(abs(token.share) * (len(shades) + 1) - 1e-9)
        marks = ";1;4" if token.highlighted else ""
        if level == 0:
            return f"\x1b[{marks.strip(';') or 0}m{text}\x1b[0m"
        return f"\x1b[30;48;5;{shades[level - 1]}{marks}m{text}\x1b[0m"

    def token_bars(self, block: TokenBars) -> Iterator[str]:
        names = [printable(first.text) for first, _ in block.rows]
        name_width = min(max((columns_of(name) for name in names), default=5), 24)
        sides = 2 if block.labels[1] else 1
        room = max(min((self.width - name_width - 8) // sides - 10, 24), 6)
        heads = [printable(label)[: room + 8] for label in block.labels[:sides]]
        yield self.paint(
            "    " + " " * name_width + "  " + "  ".join(f"{head:<{room + 8}}" for head in heads),
            "soft",
        )
        for name, pair in zip(names, block.rows, strict=True):
            short = name if columns_of(name) <= name_width else name[: name_width - 1] + "…"
            padding = " " * (name_width - columns_of(short))
            cells = [
                f"{self.bar(token, room)} {token.score:>7}" if token.share is not None
                else " " * (room + 8)
                for token in pair[:sides]
            ]  # fmt: skip
            star = "▸" if pair[0].highlighted else " "
            yield f"  {star} {self.paint(short, 'bold') if star == '▸' else short}{padding}  " + (
                "  ".join(cells)
            )
        if block.note:
            yield from self.wrap(block.note, "  ")

    def bar(self, token: Token, room: int) -> str:
        eighths = round(abs(token.share or 0.0) * room * 8)
        text = "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
        text = f"{text:<{room}}"
        return self.paint(text, "bad") if (token.share or 0) < 0 else text

    def table(self, block: Table) -> Iterator[str]:
        rows = [block.header, *block.rows] if block.header else list(block.rows)
        cells = [[printable(cell) for cell in row] for row in rows]
        widths = self.widths(cells)
        for row in cells:
            wrapped = [_wrapped(cell, width) for cell, width in zip(row, widths, strict=False)]
            for parts in zip_longest(*wrapped, fillvalue=""):
                yield "  " + "  ".join(
                    part + " " * (width - columns_of(part))
                    for part, width in zip(parts, widths, strict=False)
                )

    def widths(self, rows: Sequence[Sequence[str]]) -> list[int]:
        """Return a width for each column; where they do not fit, the widest give way first.

        A column never becomes narrower than its longest word, up to `WORD` letters, so a table of
        many columns may reach beyond the line.
        """
        columns = list(zip_longest(*rows, fillvalue=""))
        widths = [max(map(columns_of, column)) for column in columns]
        words = [[word for cell in column for word in cell.split()] for column in columns]
        least = [min(max(map(columns_of, each), default=0), WORD) for each in words]
        excess = sum(widths) + 2 * len(widths) - self.width
        for _ in range(excess):
            room = [i for i, width in enumerate(widths) if width > least[i]]
            if not room:
                break
            widths[max(room, key=lambda i: widths[i])] -= 1
        return widths


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 1)) or [""]


def _shade(patch: Token) -> str:
    """Return a cell of two characters; a score below zero is marked by a minus."""
    share = patch.share or 0.0
    mark = " ·░▒▓█"[min(int(abs(share) * 6), 5)]
    return ("-" if share < 0 else mark) + mark
