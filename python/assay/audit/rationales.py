"""Human rationales: which characters of a text a person marked as the reason for its label."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from assay.audit.files import Broken
from assay.audit.rows import Spans, encodable, is_missing

_WORD = re.compile(r"\S+")


def read_rationale(value: object, text: str) -> dict[str, Any]:
    """Return the field `rationale` of a rationale in any of its forms, or an error.

    Forms: [start, end) character spans; one 0 or 1 for each white-space word; strings that stand
    in the text; or a string that stands in the text.

    >>> read_rationale([[2, 10]], "a gripping film")
    {'rationale': ((2, 10),)}
    >>> read_rationale([0, 1, 0], "a gripping film")
    {'rationale': ((2, 10),)}
    >>> read_rationale(["gripping"], "a gripping film")
    {'rationale': ((2, 10),)}
    """
    if is_missing(value):
        return {}
    if isinstance(value, str):
        value = [value] if value else []
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, Sequence):
        return {"error": f"rationale: expected spans, found {type(value).__name__}"}
    if not value:
        return {"rationale": ()}
    if all(isinstance(item, str) for item in value):
        return _from_strings(value, text)
    if all(isinstance(item, int | float | np.number) for item in value):
        return _from_words(value, text)
    try:
        spans = [(int(start), int(end)) for start, end in value]
    except (TypeError, ValueError, OverflowError):
        return {"error": "rationale: expected [start, end) pairs, words' marks or strings"}
    for start, end in spans:
        if not 0 <= start < end <= len(text):
            return {"error": f"rationale: [{start}, {end}) does not lie in the text"}
    return {"rationale": _merged(spans)}


def _from_strings(value: Sequence[str], text: str) -> dict[str, Any]:
    spans = []
    for part in value:
        start = text.find(part)
        if not part or start < 0:
            return {"error": f"rationale: {part!r} does not stand in the text"}
        spans.append((start, start + len(part)))
    return {"rationale": _merged(spans)}


def _from_words(value: Sequence[float], text: str) -> dict[str, Any]:
    words = [match.span() for match in _WORD.finditer(text)]
    if len(value) != len(words):
        return {"error": f"rationale: expected {len(words)} marks, a word each, found {len(value)}"}
    return {
        "rationale": _merged([span for mark, span in zip(value, words, strict=True) if mark > 0])
    }


def _merged(spans: Sequence[tuple[int, int]]) -> Spans:
    """Return spans in order; a span that overlaps its neighbour is joined with it."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def is_eraser(record: Mapping[str, Any]) -> bool:
    """Tell an annotation of the ERASER benchmark (DeYoung et al. 2020) from other records."""
    return "annotation_id" in record and "evidences" in record


class EraserDocuments:
    """The documents that annotations point into: `docs/ID` beside the file, in words."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def resolve(self, record: Mapping[str, Any]) -> dict[str, Any] | Broken:
        """Return an annotation with the columns text, label, rationale and query beside its own."""
        try:
            return self._resolved(record)
        except (ArithmeticError, AttributeError, LookupError, OSError, TypeError,
                ValueError) as error:  # fmt: skip
            said = encodable(f"{type(error).__name__}: {error}")[:200]
            return Broken(f"rationale: expected an annotation of ERASER ({said})")

    def _resolved(self, record: Mapping[str, Any]) -> dict[str, Any] | Broken:
        evidences = [one for group in record.get("evidences") or [] for one in group]
        names = list(dict.fromkeys(str(one.get("docid")) for one in evidences))
        names = names or [str(record.get("docid") or record["annotation_id"])]
        texts = []
        for name in names:
            path = self._folder / "docs" / name
            if Path(name).name != name or not path.is_file():
                return Broken(f"rationale: there is no document {name!r} in docs")
            texts.append(" ".join(path.read_text("utf-8").split()))
        starts = dict(zip(names, _starts(texts), strict=True))
        spans = []
        words = {
            name: [match.span() for match in _WORD.finditer(text)]
            for name, text in zip(names, texts, strict=True)
        }
        for one in evidences:
            name = str(one["docid"])
            first, last = int(one["start_token"]), int(one["end_token"])
            if not 0 <= first < last <= len(words[name]):
                return Broken(f"rationale: words {first} to {last} do not lie in {name!r}")
            base = starts[name]
            spans.append((base + words[name][first][0], base + words[name][last - 1][1]))
        return {
            **record,
            "text": "\n".join(texts),
            "label": record.get("classification"),
            "rationale": [list(span) for span in _merged(spans)],
            "query": record.get("query"),
        }


def _starts(texts: Sequence[str]) -> list[int]:
    """Return where each text starts when they are joined by one character."""
    ends = [0]
    for text in texts:
        ends.append(ends[-1] + len(text) + 1)
    return [start for start, _ in pairwise(ends)]
