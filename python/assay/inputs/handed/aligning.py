"""Scores of words, spans and patches, brought to the tokens of an input.

Nothing is added up and nothing is shared out: where a score is about several tokens, those tokens
become one unit, and the verdict is about units.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assay.engine.errors import InputError, ShapeError
from assay.inputs.handed.form import SUBJECT
from assay.inputs.tokens import Tokens

_WORD = re.compile(r"\S+")
#: How vocabularies mark where a word starts or goes on.
_MARKS = re.compile(r"^(?:##|[Ġ▁ ]+)|</w>$")


@dataclass(frozen=True, eq=False)
class Aligned:
    """Scores with what each of them is about.

    Attributes:
        scores: float64 [units].
        granularity: `token`, `word` or `span`.
        spans: for spans, the number of the unit of each explained token, -1 for one by itself.
    """

    scores: NDArray[np.float64]
    granularity: str = "token"
    spans: tuple[int, ...] | None = None


def by_count(scores: NDArray[np.float64], tokens: Tokens) -> Aligned:
    """Read off how many scores there are what they are about, as only their order tells.

    Explained tokens, all tokens (those of special ones are left out), words as the tokenizer
    counts them, or words between white space.

    Raises:
        ShapeError: as many of none of these; the message lists how many there are of each.
    """
    explained = np.flatnonzero(~tokens.special)
    if len(scores) == len(explained):
        return Aligned(scores)
    if len(scores) == len(tokens):
        return Aligned(scores[explained])
    words = len(set(tokens.words[explained].tolist()))
    if len(scores) == words:
        return Aligned(scores, "word")
    spaced = _spaced(tokens)
    if len(scores) == len(spaced):
        return _of_spans(scores, spaced, tokens)
    counts = f"{len(explained)} scores, one per explained token"
    counts += f" (or {len(tokens)}, one per token" if len(tokens) != len(explained) else " (or"
    counts += f"; {words}, one per word" if words != len(explained) else ""
    counts += f"; {len(spaced)}, one per run between spaces" if spaced else ""
    raise ShapeError.of(
        SUBJECT, f"{counts.replace('(or;', '(or')})".replace(" (or)", ""), f"{len(scores)}"
    )


def by_text(
    scores: NDArray[np.float64], texts: Sequence[str], tokens: Tokens, *, by_name: bool = False
) -> Aligned:
    """Find what the scores are about by how it is spelled.

    Texts that spell the whole input one after the other are its tokens, words or spans in order.
    Other texts stand for every place where they occur; what is not named has the score 0.

    Raises:
        InputError: a text does not occur in the input.
    """
    explained = np.flatnonzero(~tokens.special)
    if not by_name:
        for places in (explained, np.arange(len(tokens))):
            pieces = [tokens.pieces[place] for place in places.tolist()]
            if list(texts) == pieces:
                return Aligned(scores if len(places) == len(explained) else scores[explained])
    special = {tokens.pieces[place] for place in np.flatnonzero(tokens.special).tolist()}
    kept = [
        place for place, text in enumerate(texts) if text not in special and _bare(text).strip()
    ]
    names, values = [_bare(texts[place]).strip() for place in kept], scores[kept]
    source, bases = _source(tokens)
    if not source.strip():
        if len(names) != len(explained):
            raise ShapeError.of(
                SUBJECT, f"{len(explained)} scores, one per explained token", len(names)
            )
        return Aligned(values)
    ordered = None if by_name else _in_order(names, source)
    if ordered is not None:
        return _of_spans(values, ordered, tokens)
    return _of_names(values, names, source, bases, tokens)


def _bare(text: str) -> str:
    return _MARKS.sub("", text)


def _source(tokens: Tokens) -> tuple[str, tuple[int, int]]:
    """Return the text and its pair as one, and where each of them begins."""
    pair = tokens.pair or ""
    return f"{tokens.text}\n{pair}", (0, len(tokens.text) + 1)


def _edges(tokens: Tokens) -> list[tuple[int, int, int]]:
    """Return position, start and end in the joined source of each explained token."""
    bases = _source(tokens)[1]
    second = tokens.pair is not None
    result = []
    for place in np.flatnonzero(~tokens.special).tolist():
        base = bases[1] if second and tokens.types[place] == 1 else 0
        start, end = (int(edge) + base for edge in tokens.offsets[place])
        result.append((place, start, end))
    return result


def _spaced(tokens: Tokens) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(_source(tokens)[0])] if tokens.text else []


def _in_order(names: Sequence[str], source: str) -> list[tuple[int, int]] | None:
    """Return where texts that spell the whole source stand; `None` where they do not."""
    for same in (str, str.casefold):
        spans, end, read = [], 0, same(source)
        if len(read) != len(source):  # letters that change their number would move all places
            continue
        for name in names:
            start = read.find(same(name), end)
            if start < 0 or any(letter.isalnum() for letter in source[end:start]):
                break
            end = start + len(name)
            spans.append((start, end))
        else:
            if not any(letter.isalnum() for letter in source[end:]):
                return spans
    return None


def _of_names(
    scores: NDArray[np.float64],
    names: Sequence[str],
    source: str,
    bases: tuple[int, int],
    tokens: Tokens,
) -> Aligned:
    """Give each name's score to the places where it occurs, each of them a unit."""
    spans: list[tuple[int, int]] = []
    values: list[float] = []
    for name, score in zip(names, scores.tolist(), strict=True):
        found = _occurrences(name, source)
        if not found:
            raise InputError.of(SUBJECT, "words of the text", f"{name!r}, which is not in it")
        spans += found
        values += [score] * len(found)
    return _of_spans(np.array(values, np.float64), spans, tokens)


def _occurrences(name: str, source: str) -> list[tuple[int, int]]:
    written = re.escape(name)
    for pattern, flags in _WAYS:
        if found := [match.span() for match in re.finditer(pattern(written), source, flags)]:
            return found
    return []


#: A whole word as it is written, one in other letters, and a part of a word.
_WAYS: tuple[tuple[Callable[[str], str], int], ...] = (
    (r"(?<!\w){}(?!\w)".format, 0), (r"(?<!\w){}(?!\w)".format, re.IGNORECASE), ("{}".format, 0),
)  # fmt: skip


def _of_spans(
    scores: NDArray[np.float64], spans: Sequence[tuple[int, int]], tokens: Tokens
) -> Aligned:
    """Make a unit of the tokens of each span of characters; what no span covers scores 0.

    Raises:
        InputError: two spans share a token, or one has none.
    """
    edges = _edges(tokens)
    numbers = [-1] * len(edges)
    for number, (first, last) in enumerate(spans):
        members = [
            place for place, (_, start, end) in enumerate(edges) if start < last and end > first
        ]
        if not members or any(numbers[place] >= 0 for place in members):
            text = _source(tokens)[0][first:last]
            found = f"{text!r}, which is no token" if not members else f"{text!r}, a part of one"
            raise InputError.of(SUBJECT, "scores of whole tokens, words or spans", found)
        for place in members:
            numbers[place] = number
    if len(set(numbers)) == len(numbers) and -1 not in numbers:
        return Aligned(scores[numbers])
    units: dict[int, float] = {}
    for place, number in enumerate(numbers):
        units.setdefault(~place if number < 0 else number, 0.0 if number < 0 else scores[number])
    values = np.array(list(units.values()), np.float64)
    if all(number < 0 or numbers.count(number) == 1 for number in numbers):
        return Aligned(values)
    words = tokens.words[[place for place, _, _ in edges]].tolist()
    same = [_firsts(words), _firsts([n if n >= 0 else ~p for p, n in enumerate(numbers)])]
    if same[0] == same[1]:
        return Aligned(values, "word")
    return Aligned(values, "span", tuple(numbers))


def _firsts(keys: Sequence[int]) -> list[int]:
    """Return for each place the first one with its key: two groupings are one if these are."""
    seen: dict[int, int] = {}
    return [seen.setdefault(key, place) for place, key in enumerate(keys)]
