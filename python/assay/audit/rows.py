"""One example of a data set: its text, what was said about it, or why it cannot be used."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from assay.engine.asking import LONGEST
from assay.inputs.handed.form import Handed
from assay.inputs.text import TextLike
from assay.inputs.tokens import Tokens
from assay.models.facts import label_place

#: Characters of the text that a person marked: [start, end) pairs.
Spans: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One example.

    Attributes:
        number: its place in the input, counted from 0; of a file, without the header.
        text: what stands there as text; of ids, the numbers.
        pair: the second text of a pair.
        ids: token ids, where the example is not a text.
        label: the gold label as an index of the model's labels.
        rationale: what a person marked.
        scores: an external explanation.
        scored: what each score is about, as its maker spells it; by default their order says so.
        by_name: whether that stands for every place where it occurs.
        error: why the example cannot be used; such a row is reported and not examined.
    """

    number: int
    text: str = ""
    pair: str | None = None
    ids: tuple[int, ...] | None = None
    label: int | None = None
    rationale: Spans | None = None
    scores: tuple[float, ...] | None = None
    scored: tuple[str, ...] | None = None
    by_name: bool = False
    error: str | None = None

    @property
    def handed(self) -> Handed | None:
        """The external explanation in the form that all of them have."""
        if self.scores is None:
            return None
        return Handed(np.array(self.scores, np.float64), self.scored, self.by_name)

    @property
    def input(self) -> TextLike:
        """What the model is given."""
        if self.ids is not None:
            return np.array(self.ids, np.int64)
        return self.text if self.pair is None else (self.text, self.pair)


def fingerprint(rows: Iterable[Row]) -> str:
    """Return the SHA-256 of all rows, which does not depend on the kind of file they came in."""
    total = hashlib.sha256()
    for row in rows:
        content: list[object] = [
            row.text,
            row.pair,
            row.ids,
            row.label,
            row.rationale,
            row.scores,
            row.error,
        ]
        content += [] if row.scored is None else [row.scored, row.by_name]
        total.update(json.dumps(content, ensure_ascii=True).encode() + b"\n")
    return total.hexdigest()


def read_text(value: object, *, ids_allowed: bool) -> dict[str, Any]:
    """Return the fields of a `Row` that say what the example is: a text, a pair, ids, or an error.

    >>> read_text("fine", ids_allowed=False), read_text("  ", ids_allowed=False)["error"]
    ({'text': 'fine'}, 'text: only white space')
    """
    if isinstance(value, Tokens):
        return read_text(value.ids, ids_allowed=True)
    if is_missing(value):
        return {"error": "text: missing"}
    if isinstance(value, str):
        return _checked(value, "text") or {"text": value}
    if isinstance(value, tuple | list) and len(value) == 2 and isinstance(value[0], str):
        first, second = value
        if is_missing(second):
            return {"text": first, "error": "pair: missing"}
        if not isinstance(second, str):
            return {"text": first, "error": f"pair: expected text, found {_kind(second)}"}
        broken = _checked(first, "text") or _checked(second, "pair")
        return broken or {"text": first, "pair": second}
    if ids_allowed or isinstance(value, np.ndarray):
        numbers = _integers(value)
        if numbers is not None and not 0 <= min(numbers) <= max(numbers) < 2**31:
            return {"text": quoted(value), "error": "ids: expected numbers from 0 to 2147483647"}
        if numbers is not None:
            return {"text": " ".join(map(str, numbers)), "ids": numbers}
    return {"text": quoted(value), "error": f"text: expected text, found {_kind(value)}"}


def read_label(value: object, labels: Sequence[str]) -> dict[str, Any]:
    """Return the field `label` of a gold label: an index, a name, or `None` where there is none."""
    if is_missing(value):
        return {}
    found = value
    if isinstance(value, str):
        if not value:
            return {}
        if (place := label_place(labels, value)) is not None:
            return {"label": place}
        digits = value.strip()
        value = int(digits) if digits.isdecimal() and len(digits) < 20 else value
    if isinstance(value, float | np.floating) and float(value).is_integer():
        value = int(value)
    if isinstance(value, int | np.integer) and 0 <= int(value) < max(len(labels), 2):
        return {"label": int(value)}
    known = ", ".join(labels) or "0 or 1"
    return {"error": f"label: expected one of {known} or its index, found {quoted(found)}"}


def is_missing(value: object) -> bool:
    """Tell what stands for nothing: None, nan, and the missing values of pandas.

    >>> is_missing(None), is_missing(float("nan")), is_missing("")
    (True, True, False)
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating) and bool(np.isnan(value))


def _checked(text: str, name: str) -> dict[str, Any] | None:
    if not text:
        return {"error": f"{name}: empty"}
    if text.isspace():
        return {"text": text, "error": f"{name}: only white space"}
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        shown = text.encode("utf-8", "replace").decode("utf-8")
        return {"text": shown, "error": f"{name}: not valid Unicode"}
    return None


def _integers(value: object) -> tuple[int, ...] | None:
    if isinstance(value, np.ndarray):
        one_axis = value.ndim == 1 and 0 < value.size < LONGEST and value.dtype.kind in "iu"
        return tuple(int(number) for number in value) if one_axis else None
    if not isinstance(value, list | tuple) or not value:
        return None
    if any(isinstance(n, bool) or not isinstance(n, int | np.integer) for n in value):
        return None
    return tuple(int(number) for number in value)


def _kind(value: object) -> str:
    return type(value).__name__


def quoted(value: object, limit: int = 80) -> str:
    """Return what stands there for a message, whatever it is."""
    try:
        text = encodable(repr(value))
    except Exception:  # a value of a stranger's type may not even say what it is
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def encodable(text: str) -> str:
    """Return a text with a mark for each half of a character."""
    return text.encode("utf-8", "replace").decode("utf-8")
