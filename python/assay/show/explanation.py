"""Explanations as blocks: coloured text or pictures, and two score vectors back to back."""

from __future__ import annotations

import math
from collections.abc import Collection

from assay.inputs.pictures import Patches, png
from assay.inputs.tokens import Tokens
from assay.results.explanation import Explanation
from assay.show.blocks import (
    Block,
    Document,
    Heading,
    PatchMap,
    Scale,
    Table,
    Token,
    TokenBars,
    TokenStrip,
    number,
)

ROWS = 28
#: Stands for a token that goes on with the letter before it.
CONTINUED = "·"


def spelling(tokens: Tokens, position: int) -> tuple[str, bool]:
    """Return a token as it stands in the text, and whether a space goes before it.

    A letter of several tokens stands at the first of them.
    """
    start = int(tokens.offsets[position, 0])
    text = "" if tokens.special[position] else tokens.covered(position)
    if tokens.shares_letter(position):
        return CONTINUED, False
    if position == 0 or tokens.special[position] or tokens.special[position - 1] or not text:
        return text.strip() or tokens.pieces[position], True
    before = int(tokens.offsets[position - 1, 1])
    touching = before == start and not text[:1].isspace()
    return text.strip() or tokens.pieces[position], not touching


def shown(explanation: Explanation, highlighted: Collection[int] = ()) -> tuple[Token, ...]:
    """Return every token of the input, coloured by its share of the largest score."""
    scores = dict(zip(explanation.positions.tolist(), explanation.scores.tolist(), strict=True))
    largest = max((abs(score) for score in scores.values()), default=0.0) or 1.0
    decimals = min(max(2 - math.floor(math.log10(largest)), 0), 9)
    result: list[Token] = []
    for position in range(len(explanation.tokens)):
        text, spaced = spelling(explanation.tokens, position)
        score = scores.get(position)
        share = None if score is None else score / largest
        written = "" if score is None else f"{score:.{decimals}f}"
        result.append(Token(text, share, written, spaced, position in highlighted))
    return tuple(result)


def strip(
    explanation: Explanation,
    label: str,
    scale: Scale,
    highlighted: Collection[int] = (),
    note: str = "",
) -> TokenStrip | PatchMap:
    """Return the input's text or picture, coloured by one explanation."""
    tokens = explanation.tokens
    if isinstance(tokens, Patches):
        _, height, width = tokens.pixels.shape
        return PatchMap(
            label=label,
            png=png(tokens.pixels),
            size=(height, width),
            side=tokens.side,
            columns=tokens.grid[1],
            patches=shown(explanation, highlighted)[1:],
            scale=scale,
            note=note,
        )
    return TokenStrip(label, shown(explanation, highlighted), scale, note)


def token_bars(
    first: Explanation, second: Explanation, labels: tuple[str, str], highlighted: Collection[int]
) -> TokenBars:
    """Return two explanations of one input back to back, at most its `ROWS` largest tokens."""
    pairs = [
        pair
        for pair in zip(shown(first, highlighted), shown(second, highlighted), strict=True)
        if pair[0].share is not None or pair[1].share is not None
    ]
    weight = [abs(a.share or 0) + abs(b.share or 0) for a, b in pairs]
    kept = sorted(sorted(range(len(pairs)), key=lambda i: -weight[i])[:ROWS])
    note = f"The {ROWS} largest of {len(pairs)} tokens." if len(pairs) > ROWS else ""
    return TokenBars(labels, tuple(pairs[i] for i in kept), note)


def explanation_document(explanation: Explanation) -> Document:
    """Return one explanation as a document of its own."""
    name = explanation.method.replace("_", " ")
    facts: list[tuple[str, ...]] = [("method", name), ("target", f"class {explanation.target}")]
    facts += [(key, _option(value)) for key, value in explanation.options.items()]
    facts.append(("seed", str(explanation.seed)))
    if explanation.convergence_delta is not None:
        facts.append(("convergence delta", number(explanation.convergence_delta)))
    if explanation.sums_to:
        facts.append(("scores sum to", explanation.sums_to))
    rows = tuple((token, token) for token in shown(explanation) if token.share is not None)
    order = sorted(range(len(rows)), key=lambda i: -abs(rows[i][0].share or 0))[:ROWS]
    blocks: tuple[Block, ...] = (
        Heading(name.capitalize(), 1),
        strip(explanation, name, "first"),
        TokenBars((name, ""), tuple(rows[i] for i in sorted(order))),
        Table(tuple(facts)),
    )
    return Document(blocks)


def _option(value: object) -> str:
    if isinstance(value, bool | float | int):
        return number(value)
    if isinstance(value, list | tuple):
        return ", ".join(_option(item) for item in value)
    return str(value)
