"""What all rows together say: one record of plain values, the audit's answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.audit import columns
from assay.audit.configuration import Configuration
from assay.engine import door


def answer_of(records: Iterable[Mapping[str, Any]], configuration: Configuration) -> dict[str, Any]:
    """Return the answer of a run: the engine reads its columns once.

    Args:
        records: the rows in order; their reports are not read.
        configuration: of the run.
    """
    table = columns.empty(configuration)
    for record in records:
        for name, values in table.items():
            values.append(record.get(name))
    errors = [
        {"row": row, "error": error}
        for row, error in zip(table["row"], table["error"], strict=True)
        if error is not None
    ]
    kept = [place for place, error in enumerate(table["error"]) if error is None]
    good = {name: [values[place] for place in kept] for name, values in table.items()}
    found = door.call("summarise", _asked(good, configuration))
    texts = dict(zip(good["row"], zip(*(good[name] for name in _SHOWN), strict=True), strict=True))
    for end in ("most_trustworthy", "least_trustworthy"):
        found[end] = [
            {"row": one["row"]} | dict(zip(_SHOWN, texts[one["row"]], strict=True)) | one
            for one in found[end]
        ]
    found["intervals"]["seed"] = configuration.seed
    return {"rows": len(table["row"]), "errors": errors} | found


_NUMBERS = (
    "ladder", "confidence", "correct", "removed_same", "random_same", "removed_correct",
    "random_correct", "plausibility_auprc", "plausibility_token_f1", "plausibility_iou_f1",
)  # fmt: skip
#: What is shown of a row beside its place among the most or least trustworthy.
_SHOWN = ("text", "verdict", "reason", "ladder")


def _asked(good: Mapping[str, Sequence[Any]], configuration: Configuration) -> dict[str, Any]:
    """Return the columns as the engine takes them: numbers, words, and rows of numbers."""
    count, methods = len(good["row"]), configuration.methods()
    checks = columns.check_names(configuration)
    width = {"agreement_kendall": len(methods) ** 2, "agreement_lift": len(methods) ** 2,
             "lift_variance": len(methods)}  # fmt: skip
    numbers = [*_NUMBERS, *(f"{name}_statistic" for name in checks)]
    words = ["verdict", "reason", *columns.CONDITIONS, *(f"{name}_outcome" for name in checks)]
    judged = [(name, columns.prefix(configuration, name)) for name in configuration.judged()]
    return (
        {name: np.array(good[name], np.float64) for name in numbers}
        | {name: _words(good[name]) for name in words}
        | {name: _rows(good[name], count, size) for name, size in width.items()}
        | {
            "seed": configuration.seed,
            "row": np.array(good["row"], np.int64),
            "judged": [_judged(good, count, *one) for one in judged],
            "checks": list(checks),
            "methods": list(methods),
            "curves": _curves(good["curves"]),
        }
    )


def _judged(
    good: Mapping[str, Sequence[Any]], count: int, name: str, prefix: str
) -> dict[str, Any]:
    """Return what is stored of one judged map."""
    read: dict[str, Any] = {"map": name}
    for column, kind in columns.JUDGED.items():
        values = good[prefix + column]
        if kind == "string":
            read[column] = _words(values)
        elif kind == "numbers":
            width = max((len(one) for one in values if one is not None), default=0)
            read[column] = _rows(values, count, width)
        else:
            read[column] = np.array(values, np.float64)
    return read


def _words(values: Sequence[str | None]) -> dict[str, Any]:
    known = {word: code for code, word in enumerate(sorted({v for v in values if v is not None}))}
    codes = [-1 if value is None else known[value] for value in values]
    return {"words": list(known), "codes": np.array(codes, np.int32)}


def _curves(values: Sequence[Sequence[tuple[str, Sequence[float]]]]) -> dict[str, Any]:
    """Return the curves of each check that drew any, one row an example."""
    each = [dict(one or ()) for one in values]
    widths = {name: len(curve) for one in each for name, curve in one.items()}
    return {
        name: _rows([one.get(name) for one in each], len(each), width)
        for name, width in widths.items()
    }


def _rows(
    values: Sequence[Sequence[float | None] | None], count: int, width: int
) -> NDArray[np.float64]:
    empty = [None] * width
    return np.array([empty if one is None else one for one in values], np.float64).reshape(
        count, width
    )
