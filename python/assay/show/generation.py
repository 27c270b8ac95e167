"""A generated text as blocks and as a figure: a row for each written token."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from assay.engine.extras import extra
from assay.results.generation import Generation
from assay.show.blocks import Block, Document, Heading, Table, number
from assay.show.explanation import strip
from assay.show.figures import shown_figure
from assay.show.heat_map import NEGATIVE, POSITIVE

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def generation_document(generation: Generation) -> Document:
    """Return a generated text as a document: the text before each token, coloured by why."""
    blocks: list[Block] = [Heading(f"Written by {generation.method.replace('_', ' ')}", 1)]
    rows = zip(generation.labels, generation.probabilities.tolist(), strict=True)
    blocks.append(
        Table(
            tuple((str(at), label, number(share)) for at, (label, share) in enumerate(rows)),
            ("at", "token", "probability"),
        )
    )
    for at, explanation in enumerate(generation.explanations):
        blocks.append(strip(explanation, f"{at}: {generation.labels[at]}", "first"))
    return Document(tuple(blocks))


def draw_generation(generation: Generation) -> Figure:
    """Draw the matrix of scores, written tokens below each other, all tokens side by side.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    colors = extra("matplotlib.colors", "a plot")
    matrix = generation.matrix
    largest = float(np.nanmax(np.abs(matrix), initial=0.0)) or 1.0
    signed = bool(np.nanmin(matrix, initial=0.0) < 0)
    colours = [NEGATIVE, "white", POSITIVE] if signed else ["white", POSITIVE]
    rows, columns = matrix.shape
    figure: Figure = shown_figure(figsize=(1.5 + 0.3 * columns, 1.2 + 0.3 * rows))
    axes = figure.add_subplot()
    drawn = axes.imshow(
        matrix,
        cmap=colors.LinearSegmentedColormap.from_list("assay", colours),
        vmin=-largest if signed else 0.0,
        vmax=largest,
        aspect="auto",
    )
    axes.set_xticks(range(columns), generation.tokens.pieces, rotation=90, parse_math=False)
    axes.set_yticks(range(rows), generation.labels, parse_math=False)
    figure.colorbar(drawn).ax.tick_params(labelsize=7)
    figure.tight_layout()
    return figure
