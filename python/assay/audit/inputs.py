"""Whatever holds examples, read into rows; what cannot be used stays in its place with a reason."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from assay.audit import files
from assay.audit.files import Broken
from assay.audit.rationales import EraserDocuments, is_eraser, read_rationale
from assay.audit.rows import Row, encodable, is_missing, read_label, read_text
from assay.engine import arguments
from assay.engine.arguments import read
from assay.engine.arrays import said, vector
from assay.engine.asking import LONGEST, attribute
from assay.engine.errors import AssayError, InputError, InputTypeError, OptionError
from assay.engine.readers import PATH
from assay.inputs.handed import scores as handed
from assay.inputs.handed.form import SUBJECT, Column
from assay.models.facts import Target
from assay.models.model import Model

#: More than memory holds as ids; an array that repeats one number may have any size.
MOST_NUMBERS = 1 << 31


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Which columns hold what; `None` where there is no such column."""

    text: str = "text"
    pair: str | None = None
    label: str | None = None
    rationale: str | None = None
    scores: str | None = None


def read_rows(
    texts: object,
    model: Model,
    *,
    columns: Columns,
    labels: Iterable[Any] | None = None,
    rationales: Iterable[Any] | None = None,
    scores: Iterable[Any] | None = None,
    target: Target = None,
) -> list[Row]:
    """Read a data set. `labels`, `rationales` and `scores` stand beside it, an item a row.

    Where scores come for several labels, those of `target` are meant, or of the predicted one.

    Raises:
        InputError: nothing in it, no such column, or a list beside it of another length.
        InputTypeError: not a data set.
    """
    items = _all(texts, columns)
    if not items:
        raise InputError.of("texts", "one or more", "none")
    beside = {
        name: _beside(name, values, len(items))
        for name, values in (("label", labels), ("rationale", rationales), ("score", scores))
    }
    ids_allowed = model.tokenizer is None
    return [
        _row(number, item, {name: values[number] for name, values in beside.items() if values},
             model, columns, ids_allowed, target)
        for number, item in enumerate(items)
    ]  # fmt: skip


def _all(texts: object, columns: Columns) -> list[object]:
    """Return what stands for each row, whatever the holder of the data raises.

    Raises:
        InputError: it cannot be gone through, or has no end.
    """
    try:
        items = list(islice(_items(texts, columns), LONGEST + 1))
    except (AssayError, OSError, MemoryError):
        raise
    except Exception as error:
        raise InputError.of("texts", "a data set", f"one that {_fails(texts, error)}") from error
    if len(items) > LONGEST:
        raise InputError.of("texts", f"at most {LONGEST:,} rows", "more")
    return items


def _fails(value: object, error: Exception) -> str:
    return f"cannot be read: {type(value).__name__} ({type(error).__name__}: {said(error)})"


def _row(
    number: int,
    item: object,
    beside: Mapping[str, Any],
    model: Model,
    columns: Columns,
    ids_allowed: bool,
    target: Target,
) -> Row:
    if isinstance(item, Broken):
        return Row(number=number, text=encodable(item.found)[:2000], error=item.reason)
    try:
        return Row(number=number, **_fields(item, beside, model, columns, ids_allowed, target))
    except Exception as error:  # a stranger's value raises whatever it likes
        reason = f"text: cannot be read ({type(error).__name__})"
        return Row(number=number, text=type(item).__name__, error=reason)


def _fields(
    item: object,
    beside: Mapping[str, Any],
    model: Model,
    columns: Columns,
    ids_allowed: bool,
    target: Target,
) -> dict[str, Any]:
    """Return what a row's own values and those beside it say."""
    value, label, rationale, scores = item, None, None, None
    if isinstance(item, Mapping):
        if is_eraser(item):
            columns = replace(columns, text="text", label="label", rationale="rationale")
        value = item.get(columns.text)
        if columns.pair is not None:
            value = (value, item.get(columns.pair)) if isinstance(value, str) else value
        label = item.get(columns.label) if columns.label else None
        rationale = item.get(columns.rationale) if columns.rationale else None
        scores = item.get(columns.scores) if columns.scores else None
    fields = read_text(value, ids_allowed=ids_allowed)
    label = beside.get("label", label)
    rationale = beside.get("rationale", rationale)
    parts = [read_label(label, model.labels)]
    if "error" not in fields:
        parts.append(read_rationale(rationale, fields["text"]))
        if columns.scores is not None or "score" in beside:
            text = (
                fields["text"] if fields.get("pair") is None else (fields["text"], fields["pair"])
            )
            given = fields.get("ids", text)
            parts.append(
                _scores(beside.get("score", scores), partial(_label, model, given, target))
            )
    for part in parts:
        error = fields.get("error") or part.get("error")
        fields = fields | part | ({"error": error} if error else {})
    return fields


def _scores(value: object, column: Column) -> dict[str, Any]:
    """Return the fields of an explanation of any kind that may be handed over, or an error."""
    if is_missing(value):
        return {"error": f"{SUBJECT}: expected scores, found none; leave the row out or score it"}
    try:
        given = handed.read(value, column)
        scores = vector(given.scores, SUBJECT)
    except AssayError as error:
        return {"error": encodable(str(error))[:2000]}
    fields = {"scores": tuple(scores.tolist())}
    return fields if given.texts is None else fields | {
        "scored": given.texts, "by_name": given.by_name
    }  # fmt: skip


def _label(model: Model, text: Any, target: Target) -> int:
    """Return the label that is explained: the predicted one where none is named.

    Raises:
        OptionError: it is a pair, of which no single column of scores speaks.
    """
    chosen = model.target_index(target)
    if chosen is None:
        given = np.array(text, np.int64) if isinstance(text, tuple) and text and not isinstance(
            text[0], str) else text  # fmt: skip
        chosen = int(model.predict(given, truncate=True).logits.argmax())
    if not isinstance(chosen, int):
        raise OptionError.of("target", "one label beside scores for each label", "a pair")
    return chosen


def _items(texts: object, columns: Columns) -> Iterator[object]:
    """Yield what stands for each row: a value, a mapping by column, or a `Broken` one."""
    if isinstance(texts, str | os.PathLike):
        path = Path(read("texts", PATH, texts))
        declared, records = files.read_file(path, _names(columns))
        if declared is not None:
            _require(columns, declared, str(path))
        yield from _eraser(records, path.parent) if declared is None else records
    elif _is_table(texts):
        yield from _table(texts, columns)
    elif isinstance(texts, Mapping):
        table = {str(name): values for name, values in texts.items()}
        _require(columns, list(table), "texts")
        named = {
            name: _column(values, name) for name, values in table.items() if name in _names(columns)
        }
        lengths = {len(values) for values in named.values()}
        if len(lengths) != 1:
            raise InputError.of("texts", "columns of one length", sorted(lengths))
        for values in zip(*named.values(), strict=True):
            yield dict(zip(named, values, strict=True))
    elif isinstance(texts, Iterable) and not isinstance(texts, bytes):
        if isinstance(texts, Sized) and len(texts) > LONGEST:
            raise InputError.of("texts", f"at most {LONGEST:,} rows", f"{len(texts):,}")
        if isinstance(texts, np.ndarray) and texts.size > MOST_NUMBERS:
            raise InputError.of("texts", f"at most {MOST_NUMBERS:,} ids", f"{texts.size:,}")
        yield from texts
    else:
        raise InputTypeError.of(
            "texts", "a list, a file, a table or another iterable", type(texts).__name__
        )


def _is_table(texts: object) -> bool:
    return any(attribute(texts, name) is not None for name in ("columns", "column_names"))


def _table(table: Any, columns: Columns) -> Iterator[object]:
    """Yield the rows of a pandas, pyarrow or polars table, or of a `datasets.Dataset`."""
    declared = attribute(table, "column_names")
    if isinstance(declared, Mapping):
        splits = ", ".join(map(str, declared))
        raise InputError.of("texts", "one split", f"a dictionary of {splits}")
    names = [str(name) for name in (table.columns if declared is None else declared)]
    _require(columns, names, "texts")
    wanted = [name for name in names if name in _names(columns)]
    if any(attribute(table, one) is not None for one in ("iloc", "to_batches", "to_dicts")):
        lists = [_column(table[name], name) for name in wanted]
        for values in zip(*lists, strict=True):
            yield dict(zip(wanted, values, strict=True))
    else:
        for record in table:
            yield {name: record.get(name) for name in wanted}


def _column(column: Any, name: str) -> list[Any]:
    for method in ("to_pylist", "to_list"):
        convert = attribute(column, method)
        if convert is not None:
            column = convert()
            break
    if isinstance(column, str) or not isinstance(column, Iterable):
        raise InputTypeError.of(name, "a list, one a row", type(column).__name__)
    return list(arguments.items(name, column))


def _eraser(records: Iterable[Any], folder: Path) -> Iterator[object]:
    documents = EraserDocuments(folder)
    for record in records:
        annotated = isinstance(record, Mapping) and is_eraser(record)
        yield documents.resolve(record) if annotated else record


def _names(columns: Columns) -> set[str]:
    named = (columns.text, columns.pair, columns.label, columns.rationale, columns.scores)
    return {name for name in named if name is not None}


def _require(columns: Columns, declared: Sequence[str], subject: str) -> None:
    missing = sorted(_names(columns) - set(declared))
    if missing:
        raise InputError.of(
            subject,
            f"a column {' and '.join(map(repr, missing))}",
            ", ".join(declared) or "no column",
        )
    twice = sorted(name for name in _names(columns) if list(declared).count(name) > 1)
    if twice:
        raise InputError.of(subject, f"one column {' and '.join(map(repr, twice))}", "several")


def _beside(name: str, values: Iterable[Any] | None, count: int) -> list[Any]:
    if values is None:
        return []
    result = _column(values, f"{name}s")
    if len(result) != count:
        raise InputError.of(f"{name}s", f"{count}, one a row", len(result))
    return result
