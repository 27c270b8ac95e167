"""Rows to records: one question to the engine for a chunk of them, one record stored for each."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assay.audit import columns
from assay.audit.blame import ASKED, is_asked_for, said
from assay.audit.configuration import Configuration
from assay.audit.rows import Row, Spans, encodable
from assay.engine.errors import (
    AssayError,
    CancelledError,
    InputError,
    InternalError,
    OptionError,
    TruncationWarning,
    UnsupportedModelError,
)
from assay.engine.progress import Progress
from assay.inputs.handed import scores as handed
from assay.inputs.tokens import Tokens
from assay.models.caller import is_of_the_caller
from assay.models.model import Model

#: One row of a part, by column.
RowRecord = dict[str, Any]

# `warnings.catch_warnings` changes state that all threads share.
_quiet = threading.Lock()


def examine(
    model: Model, rows: Sequence[Row], configuration: Configuration, poll: Progress
) -> list[RowRecord]:
    """Return what a part stores of each row; of a row that cannot be used, why.

    Whatever is wrong with a row, also an exception of a function that the caller gave, is reported
    in its place.

    Raises:
        OptionError: the configuration asks for what does not exist.
        UnsupportedModelError: the model lacks what the configuration asks for.
        CancelledError: the poll said to stop.
    """
    records = [_stated(model, row, configuration) for row in rows]
    groups: dict[str, list[_Readable]] = {}
    for row, record in zip(rows, records, strict=True):
        if row.error is not None:
            record["error"] = row.error
            continue
        try:
            tokens, record["truncated"] = _tokens(model, row, configuration)
            scores, units = _scores(row, tokens, configuration)
        except Exception as error:
            if not _is_of_a_row(error):
                raise
            record["error"] = said(error)
            continue
        groups.setdefault(repr(units), []).append(_Readable(row, record, tokens, scores, units))
    done, total = 0, sum(map(len, groups.values()))
    # What the scores of a row are about is a matter of the whole call.
    for group in groups.values():
        share = _share_of(poll, done / total, len(group) / total)
        for one, answer in zip(group, _answers(model, group, configuration, share), strict=True):
            one.record.update(_found(model, one.tokens, answer, configuration))
        done += len(group)
    return records


class _Readable(NamedTuple):
    """A row that the engine can be asked of, and what it is asked with."""

    row: Row
    record: RowRecord
    tokens: Tokens
    scores: NDArray[np.float64] | None
    units: Mapping[str, Any]


def _scores(
    row: Row, tokens: Tokens, configuration: Configuration
) -> tuple[NDArray[np.float64] | None, dict[str, Any]]:
    """Return the scores that came with a row, and the options that say what they are about."""
    if row.handed is None:
        return None, {}
    return handed.by_units(row.handed, tokens, configuration.options.get("granularity"))


def _share_of(poll: Progress, start: float, share: float) -> Progress:
    """Return the poll of a part of the work."""
    if not callable(poll) or share == 1:
        return poll
    told: Callable[[float, str], object] = poll
    return lambda fraction, stage: told(start + share * fraction, stage)


def _answers(
    model: Model,
    readable: Sequence[_Readable],
    configuration: Configuration,
    poll: Progress,
) -> list[Mapping[str, Any]]:
    """Ask the engine of all rows at once, and row by row where a function of the caller's fails."""
    items = [one.tokens for one in readable]
    try:
        asked = _questions(model, readable, configuration)
        answers: list[Mapping[str, Any]] = model.call("examine", items, asked, progress=poll)[
            "rows"
        ]
        return answers
    except ASKED:
        raise
    except Exception as error:
        if not _is_of_a_row(error):
            raise
        if len(readable) == 1:
            return [{"error": {"kind": type(error).__name__, "message": said(error)}}]
    return [one for row in readable for one in _answers(model, [row], configuration, poll)]


def _is_of_a_row(error: Exception) -> bool:
    """Tell whether a row may be at fault; a fault of ours must not look like one."""
    if isinstance(error, CancelledError | InternalError):
        return False
    return isinstance(error, AssayError | MemoryError | RecursionError) or is_of_the_caller(error)


def _stated(model: Model, row: Row, configuration: Configuration) -> RowRecord:
    return {
        "row": row.number,
        "text": row.text,
        "pair": row.pair,
        "label": None if row.label is None else _name(model.labels, row.label),
        "seed": configuration.row_seed(row.number),
    }


def _tokens(model: Model, row: Row, configuration: Configuration) -> tuple[Tokens, bool]:
    try:
        return model.tokenize(row.input), False
    except InputError:
        if not configuration.truncate:
            raise
    with _quiet, warnings.catch_warnings():
        warnings.simplefilter("ignore", TruncationWarning)
        return model.tokenize(row.input, truncate=True), True


def _questions(
    model: Model, readable: Sequence[_Readable], configuration: Configuration
) -> dict[str, Any]:
    """Return what the engine is asked of every row, and what it is told of each."""
    chosen = configuration.checks
    return {
        "methods": list(configuration.methods()),
        "versus": list(configuration.versus),
        "method_options": dict(configuration.method_options),
        "target": model.target_index(configuration.target),
        "checks": chosen if isinstance(chosen, str) else list(chosen),
        "options": {**configuration.options, **readable[0].units},
        "random_sets": configuration.random_sets,
        "rows": [
            {
                "seed": one.record["seed"],
                "label": one.row.label,
                "rationale": None
                if one.row.rationale is None
                else _marks(one.tokens, one.row.rationale),
                "scores": one.scores,
            }
            for one in readable
        ],
    }


def _marks(tokens: Tokens, rationale: Spans) -> NDArray[np.int32]:
    """Return 1 for every token that touches a marked character of the first text."""
    touches = [
        kind == 0 and any(start < last and first < end for first, last in rationale)
        for kind, (start, end) in zip(tokens.types, tokens.offsets, strict=True)
    ]
    return np.array(touches, np.int32)


#: Refusals that may come from what was asked for, by the name that the engine gives them.
_REFUSALS = {"option": OptionError, "unsupported": UnsupportedModelError}


def _found(
    model: Model, tokens: Tokens, answer: Mapping[str, Any], configuration: Configuration
) -> RowRecord:
    """Return the columns of a row that the engine has examined, or why it could not be.

    Raises:
        OptionError, UnsupportedModelError: what was asked for is refused whatever the row is.
    """
    if error := answer.get("error"):
        refusal = _REFUSALS.get(error["kind"])
        if refusal is not None and is_asked_for(model, configuration):
            raise refusal(error["message"], subject=error["subject"])
        return {"error": encodable(error["message"])[:2000]}
    report = answer["report"]
    target, predicted = report["target"], answer["predicted"]
    described = model.described(tokens, report["target"])
    record: RowRecord = {
        "verdict": report["verdict"],
        "reason": report["reason"],
        "ladder": report["ladder"],
        "agreeing_kinds": report["agreeing_kinds"],
        "predicted": None if predicted is None else _name(model.labels, predicted),
        "target": described["target_label"],
        "probability": report["probabilities"][target] if isinstance(target, int) else None,
        "tokens": len(report["explanation"]["scores"]),
        "highlighted": len(report["highlighted"]),
    }
    for name in ("confidence", "correct", "removed_same", "random_same", "removed_correct",
                 "random_correct"):  # fmt: skip
        record[name] = answer[name]
    for name in ("agreement_kendall", "agreement_lift", "lift_variance"):
        record[name] = _plain(answer[name])
    for map_name, judged in zip(configuration.judged(), answer["judged"], strict=True):
        prefix = columns.prefix(configuration, map_name)
        for name, value in judged.items():
            record[prefix + name] = _plain(value)
    for name, check in report["checks"].items():
        record[f"{name}_outcome"] = check["outcome"]
        record[f"{name}_statistic"] = check["statistic"]
        record[f"{name}_p_value"] = check["p_value"]
    for name, value in (answer["plausibility"] or {}).items():
        record[f"plausibility_{name}"] = value
    record["curves"] = [(name, curve.tolist()) for name, curve in answer["curves"].items()]
    record["report"] = json.dumps(
        described | report, ensure_ascii=False, allow_nan=False, separators=(",", ":"),
        default=np.ndarray.tolist,
    )  # fmt: skip
    return record


def _plain(value: Any) -> Any:
    """Return a value as a part stores it: an array as a list in which `None` stands for none."""
    if isinstance(value, np.ndarray):
        return [None if np.isnan(one) else one for one in value.tolist()]
    return value


def _name(labels: Sequence[str], index: int) -> str:
    return labels[index] if index < len(labels) else str(index)
