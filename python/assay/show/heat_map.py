"""A text or a picture coloured by an explanation, as a figure for a paper or as a page."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assay.engine import disk
from assay.engine.errors import OptionError
from assay.engine.extras import extra
from assay.inputs.pictures import Patches, levels
from assay.results.explanation import Explanation
from assay.show.blocks import Token
from assay.show.explanation import shown
from assay.show.figures import shown_figure
from assay.show.terminal import columns_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: The page's colours of positive and negative scores.
POSITIVE, NEGATIVE = "#3f51d6", "#c9580f"
#: Inches: a page's width of text, a line, a letter of the fixed-width font, the margin.
WIDTH, LINE, LETTER, MARGIN = 6.3, 0.32, 0.0836, 0.1
POINTS = 10.0
#: The height of a picture.
PICTURE = 4.0


def save_heat_map(
    explanation: Explanation,
    path: str | os.PathLike[str],
    page: Callable[[Explanation], str],
) -> None:
    """Write the heat map in the format that the name's ending says; html is what `page` makes.

    Raises:
        OptionError: an ending that says no known format.
        MissingExtraError: matplotlib is not installed; html does not need it.
    """
    target = Path(path)
    if target.suffix.lower() == ".html":
        disk.write(target, page(explanation))
        return
    save_figure(draw_heat_map(explanation), target)


def save_figure(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure in the format that the name's ending says.

    Raises:
        OptionError: an ending that says no known format.
    """
    target = Path(path)
    known = sorted(figure.canvas.get_supported_filetypes())
    if target.suffix.lower().lstrip(".") not in known:
        raise OptionError.of(
            "plot", f"a name ending in .html or .{', .'.join(known)}", f"{target.name!r}"
        )
    with disk.staged() as files:
        figure.savefig(files.place(target), dpi=200, format=target.suffix[1:].lower())


def draw_heat_map(explanation: Explanation) -> Figure:
    """Draw the text in lines, each token on its colour, over a scale of the scores.

    Of a picture the patches are coloured, the stronger the larger the score. A token without a
    score is written on white. The scale ends at the largest score; where some scores are negative
    it runs as far to the other side.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    colors = extra("matplotlib.colors", "a plot")
    scores = np.asarray(explanation.scores, np.float64)
    largest = float(np.abs(scores).max(initial=0.0)) or 1.0
    signed = bool((scores < 0).any())
    colours = [NEGATIVE, "white", POSITIVE] if signed else ["white", POSITIVE]
    scale = extra("matplotlib.cm", "a plot").ScalarMappable(
        colors.Normalize(-largest if signed else 0.0, largest),
        colors.LinearSegmentedColormap.from_list("assay", colours),
    )
    tokens = explanation.tokens
    picture = tokens if isinstance(tokens, Patches) else None
    lines = [] if picture else _lines(shown(explanation))
    tall = PICTURE if picture else LINE * len(lines) + 2 * MARGIN
    figure: Figure = shown_figure(figsize=(WIDTH, tall + 0.55))
    axes = figure.add_axes((0, 0.55 / (tall + 0.55), 1, tall / (tall + 0.55)))
    axes.set_axis_off()
    if picture:
        _overlay(axes, picture, shown(explanation)[1:], largest, scale)
    else:
        axes.set_xlim(0, WIDTH)
        axes.set_ylim(tall, 0)
    for row, line in enumerate(lines):
        for x, token in line:
            _write(axes, x, MARGIN + row * LINE, token, largest, scale)
    bar = figure.add_axes((MARGIN / WIDTH, 0.36 / (tall + 0.55), 0.35, 0.1 / (tall + 0.55)))
    figure.colorbar(scale, cax=bar, orientation="horizontal").ax.tick_params(labelsize=7)
    name = explanation.method.replace("_", " ")
    bar.text(1.04, 0.5, name, transform=bar.transAxes, va="center", fontsize=8)
    return figure


def _overlay(
    axes: Any, picture: Patches, patches: tuple[Token, ...], largest: float, scale: Any
) -> None:
    """Draw a picture in grey and on every patch its colour, as opaque as its score is large."""
    rectangle = extra("matplotlib.patches", "a plot").Rectangle
    grey = levels(picture.pixels).mean(axis=-1)
    axes.imshow(grey, cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    for place, patch in enumerate(patches):
        row, column = divmod(place, picture.grid[1])
        corner = (column * picture.side - 0.5, row * picture.side - 0.5)
        share = patch.share or 0.0
        colour = scale.to_rgba(largest if share > 0 else -largest, alpha=0.75 * abs(share))
        axes.add_patch(rectangle(corner, picture.side, picture.side, facecolor=colour, linewidth=0))


def _lines(tokens: tuple[Token, ...]) -> list[list[tuple[float, Token]]]:
    """Break tokens into lines; each with the inches to its left."""
    lines: list[list[tuple[float, Token]]] = [[]]
    x = MARGIN
    for token in tokens:
        wide = (columns_of(token.text) + 0.6) * LETTER
        x += LETTER * 0.7 if token.spaced and lines[-1] else 0.0
        if x + wide > WIDTH - MARGIN and lines[-1]:
            lines.append([])
            x = MARGIN
        lines[-1].append((x, token))
        x += wide
    return lines


def _write(axes: Any, x: float, y: float, token: Token, largest: float, scale: Any) -> None:
    rectangle = extra("matplotlib.patches", "a plot").Rectangle
    wide = (columns_of(token.text) + 0.6) * LETTER
    ink = "black"
    if token.share is None:
        ink = "#8a867e"
    else:
        colour = scale.to_rgba(token.share * largest)
        axes.add_patch(rectangle((x, y + 0.03), wide, LINE - 0.06, facecolor=colour, linewidth=0))
        ink = "white" if np.dot(colour[:3], (0.299, 0.587, 0.114)) < 0.5 else "black"
    axes.text(
        x + wide / 2, y + LINE / 2, token.text, fontsize=POINTS, family="monospace", color=ink,
        ha="center", va="center_baseline", parse_math=False,
    )  # fmt: skip
