"""Tables of pandas, polars or Arrow with a column of words and one of scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assay.engine.arrays import to_numpy
from assay.engine.asking import attribute
from assay.engine.errors import InputTypeError
from assay.inputs.handed.form import SUBJECT, Column, Handed, Kind, named, spelled

#: What such columns are called, by the libraries that make them.
WORDS = ("token", "tokens", "word", "words", "piece", "feature", "text")
SCORES = ("score", "scores", "attribution", "attributions", "weight", "importance", "value")


def _names(value: Any) -> list[str]:
    """Return the names of the columns; Arrow keeps the columns themselves under that name."""
    found = attribute(value, "column_names")
    return [str(name) for name in (value.columns if found is None else found)]


def _fits(value: object) -> bool:
    return any(attribute(value, name) is not None for name in ("column_names", "columns")) and (
        attribute(value, "__getitem__") is not None
    )


def _read(value: Any, column: Column) -> Handed:
    names = _names(value)
    words, scores = (_first(known, names) for known in (WORDS, SCORES))
    if words is None or scores is None:
        raise InputTypeError.of(
            SUBJECT,
            f"a table with a column of words ({', '.join(WORDS)}) and one of scores "
            f"({', '.join(SCORES)})",
            f"the columns {', '.join(names)}; rename them, or give a dict(zip(words, scores))",
        )
    return named(spelled(_list(value[words])), to_numpy(_list(value[scores]), SUBJECT))


def _first(known: Sequence[str], names: Sequence[str]) -> str | None:
    return next((name for name in known if name in names), None)


def _list(column: Any) -> list[Any]:
    for method in ("to_pylist", "to_list"):
        if (convert := attribute(column, method)) is not None:
            return list(convert())
    return list(column)


KIND = Kind("a table with a column of words and one of scores", _fits, _read)
