"""One row: the verdict on its explanation, and what the audit measures beside it."""

from __future__ import annotations

import json
import threading
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import _engine
from assay._engine import plain
from assay._errors import (
    AssayError,
    CancelledError,
    InputError,
    InternalError,
    TruncationWarning,
)
from assay._progress import Progress
from assay.audit import lift
from assay.audit.blame import ASKED, is_asked_for, said
from assay.audit.configuration import Configuration
from assay.audit.plausibility import plausibility
from assay.audit.rows import Row
from assay.model import Model
from assay.outside import is_of_the_caller
from assay.report import Report, verify
from assay.tokens import Tokens

#: One row of a part, by column.
Record = dict[str, Any]

# `warnings.catch_warnings` changes state that all threads share.
_quiet = threading.Lock()


def examine(model: Model, row: Row, configuration: Configuration, poll: Progress) -> Record:
    """Return everything that a part stores of one row; of a row that cannot be used, why.

    Whatever is wrong with a row, also an exception of a function that the caller gave, is reported
    in its place.

    Raises:
        OptionError: the configuration asks for what does not exist.
        UnsupportedModelError: the model lacks what the configuration asks for.
        CancelledError: the poll said to stop.
    """
    stated: Record = {
        "row": row.number,
        "text": row.text,
        "pair": row.pair,
        "label": None if row.label is None else _name(model.labels, row.label),
        "seed": configuration.row_seed(row.number),
    }
    if row.error is not None:
        return stated | {"error": row.error}
    try:
        tokens, truncated = _tokens(model, row, configuration)
        report = verify(
            model,
            tokens,
            explanation=configuration.explanation if row.scores is None else np.array(row.scores),
            target=configuration.target,
            checks=configuration.checks,
            seed=stated["seed"],
            method_options=configuration.method_options or None,
            progress=poll,
            **configuration.options,
        )
        found = _found(model, row, report, configuration, poll)
        return stated | {"truncated": truncated} | found
    except (CancelledError, InternalError):
        raise
    except ASKED as error:
        if is_asked_for(model, configuration):
            raise
        return stated | {"error": said(error)}
    except (AssayError, MemoryError, RecursionError) as error:
        return stated | {"error": said(error)}
    except Exception as error:
        if not is_of_the_caller(error):  # a fault of ours must not look like a row's
            raise
        return stated | {"error": said(error)}


def _tokens(model: Model, row: Row, configuration: Configuration) -> tuple[Tokens, bool]:
    try:
        return model.tokenize(row.input), False
    except InputError:
        if not configuration.truncate:
            raise
    with _quiet, warnings.catch_warnings():
        warnings.simplefilter("ignore", TruncationWarning)
        return model.tokenize(row.input, truncate=True), True


def _found(
    model: Model, row: Row, report: Report, configuration: Configuration, poll: Progress
) -> Record:
    predicted = int(np.argmax(report.probabilities)) if report.probabilities else 0
    target = report.target if isinstance(report.target, int) else None
    record: Record = {
        "verdict": report.verdict,
        "reason": report.reason,
        "ladder": report.ladder,
        "agreeing_kinds": report.agreeing_kinds,
        "predicted": _name(model.labels, predicted),
        "confidence": max(report.probabilities, default=None),
        "target": report.target_label,
        "probability": None if target is None else report.probabilities[target],
        "correct": None if row.label is None else predicted == row.label,
        "tokens": len(report.explanation),
        "highlighted": len(report.highlighted),
    }
    for name, condition in report.conditions.items():
        record[name] = condition.outcome
    for name, check in report.checks.items():
        record[f"{name}_outcome"] = check.outcome
        record[f"{name}_statistic"] = check.statistic
        record[f"{name}_p_value"] = check.p_value
    scores = _scores(model, report, configuration)
    record |= _agreement(scores, configuration.methods())
    record |= _removal(model, row, report, predicted, configuration, poll)
    if row.rationale is not None:
        record |= plausibility(report, row.rationale)
    return record | {"report": _stored(report)}


def _scores(
    model: Model, report: Report, configuration: Configuration
) -> dict[str, NDArray[np.float64]]:
    """Return score vectors by method: the tested one, the references and what to compare with."""
    tested = np.asarray(report.explanation.scores, np.float64)
    scores = {configuration.explanation: tested} | lift.references(report)
    for name in configuration.compare:
        if name not in scores:
            record: dict[str, Any] = {
                "method": name,
                "target": report.target,
                "options": {},
                "seed": report.seed,
            }
            try:
                answer = model.call("explain", [report.tokens], record)["explanations"][0]
            except (CancelledError, InternalError):
                raise
            except AssayError:  # what a model or a row does not allow has no cells in the matrix
                continue
            scores[name] = np.asarray(answer["scores"], np.float64)
    return scores


def _agreement(scores: Mapping[str, NDArray[np.float64]], methods: Sequence[str]) -> Record:
    """Return the two matrices row by row; `None` where a pair is undefined.

    Kendall's tau is of magnitudes; lift is of the first's map in the second's magnitudes, and its
    variance is kept for the tested map, the first of the methods.
    """
    taus: list[float | None] = []
    lifts: list[float | None] = []
    variances: list[float | None] = []
    for first in methods:
        for second in methods:
            a, b = scores.get(first), scores.get(second)
            if a is None or b is None or len(a) < 2:
                taus.append(None)
                lifts.append(None)
                variances.append(None)
                continue
            value, variance = lift.lift(a, np.abs(b))
            lifts.append(value)
            variances.append(variance)
            if first == second:
                taus.append(1.0 if np.ptp(np.abs(a)) > 0 else None)
            elif methods.index(second) < methods.index(first):
                taus.append(taus[methods.index(second) * len(methods) + methods.index(first)])
            else:
                taus.append(_tau(np.abs(a), np.abs(b)))
    return {
        "agreement_kendall": taus,
        "agreement_lift": lifts,
        "lift_variance": variances[: len(methods)],
    }


def _tau(a: NDArray[np.float64], b: NDArray[np.float64]) -> float | None:
    record = {"a": a, "b": b, "statistics": ["kendall"], "draws": 0}
    value: float | None = _engine.call("agreement", record)["kendall"]["value"]
    return value


def _removal(
    model: Model,
    row: Row,
    report: Report,
    predicted: int,
    configuration: Configuration,
    poll: Progress,
) -> Record:
    """Delete K, and random sets of its size; say which predictions stay and which are right."""
    explained = report.explanation.positions
    size = len(report.highlighted)
    if size == 0 or configuration.random_sets == 0:
        return {}
    random = np.random.Generator(np.random.Philox(key=configuration.row_seed(row.number)))
    sets = [np.array(report.highlighted)]
    for _ in range(configuration.random_sets):
        order = np.argsort(random.random(len(explained)), kind="stable")
        sets.append(explained[order[:size]])
    left = [_without(report.tokens, positions) for positions in sets]
    if any(len(tokens) == 0 for tokens in left):
        return {}
    found = model.predict(left, progress=poll).logits.argmax(axis=1)
    same, others = found[0] == predicted, found[1:] == predicted
    record: Record = {"removed_same": bool(same), "random_same": float(others.mean())}
    if row.label is not None:
        record["removed_correct"] = bool(found[0] == row.label)
        record["random_correct"] = float((found[1:] == row.label).mean())
    return record


def _without(tokens: Tokens, positions: NDArray[Any]) -> Tokens:
    keep = np.ones(len(tokens), bool)
    keep[positions] = False
    return Tokens(
        ids=tokens.ids[keep],
        pieces=tuple(piece for piece, kept in zip(tokens.pieces, keep, strict=True) if kept),
        special=tokens.special[keep],
        words=tokens.words[keep],
        offsets=tokens.offsets[keep],
        types=tokens.types[keep],
    )


def _stored(report: Report) -> str:
    """Return a report as JSON without the draws of its nulls, whose summaries stay."""
    record = plain(report.to_dict())
    for check in record["checks"].values():
        if check.get("null"):
            check["null"].pop("values", None)
        check.get("details", {}).pop("distances", None)
    return json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _name(labels: Sequence[str], index: int) -> str:
    return labels[index] if index < len(labels) else str(index)
