"""What functions that predict return: arrays, or labels with scores, found by their shape.

Pipelines of transformers answer with dictionaries, tables with named columns; what they name are
the labels of the model.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from numpy.typing import NDArray

from assay.engine.arrays import to_numpy
from assay.engine.asking import attribute
from assay.engine.errors import InputError, InputTypeError

#: What messages call the function.
SUBJECT = "predict"
_PARTS = re.compile(r"(\d+)")


class Kind(NamedTuple):
    """One kind of answer: how it is told from others, and each input's scores by label."""

    name: str
    fits: Callable[[Any], bool]
    read: Callable[[Any], list[Mapping[str, Any]]]


def read(said: object, labels: Sequence[str] | None) -> tuple[NDArray[Any], list[str] | None]:
    """Return an answer as an array [batch, labels], and the labels that it names, if it does.

    Args:
        said: what the function returned.
        labels: the labels in the order of the columns, where they are known; else they are put in
            order, numbers by their size.

    Raises:
        InputTypeError: no numbers, or an object that holds them in a form with no one meaning.
        InputError: labels that differ from input to input.
    """
    if _is_ranked(said):  # what a zero-shot pipeline makes of a list of one text
        said = [said]
    for kind in KINDS:
        if kind.fits(said):
            rows = kind.read(said)
            names = list(labels) if labels else sorted(rows[0], key=_natural)
            return _columns(rows, names), names
    if attribute(said, "logits") is not None:
        remedy = "return torch.softmax(output.logits, -1), or for several labels its sigmoid"
        raise InputTypeError.of(SUBJECT, "probabilities", f"an output with logits; {remedy}")
    return to_numpy(said, SUBJECT), None


def _columns(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> NDArray[Any]:
    for row in rows:
        if set(row) != set(names):
            found = ", ".join(map(str, row))
            raise InputError.of(
                SUBJECT,
                f"a score for each of the labels {', '.join(names)}",
                f"{found}; a pipeline gives all of them with top_k=None",
            )
    return to_numpy([[row[name] for name in names] for row in rows], SUBJECT)


def _natural(name: str) -> list[tuple[int, str]]:
    """Order `LABEL_2` before `LABEL_10`."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in _PARTS.split(name)]


def _all(value: Any, kind: Callable[[Any], bool]) -> bool:
    return isinstance(value, list | tuple) and len(value) > 0 and all(kind(one) for one in value)


def _is_scored(value: Any) -> bool:
    return isinstance(value, Mapping) and {"label", "score"} <= set(value)


def _scored(said: Any) -> list[Mapping[str, Any]]:
    return [{one["label"]: one["score"] for one in each} for each in said]


def _single(said: Any) -> list[Mapping[str, Any]]:
    raise InputTypeError.of(
        SUBJECT,
        "the scores of all labels",
        "the best label of each input alone; call the pipeline with top_k=None",
    )


def _is_ranked(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(value.get(name), list | tuple) for name in ("labels", "scores")
    )


def _ranked(said: Any) -> list[Mapping[str, Any]]:
    return [dict(zip(each["labels"], each["scores"], strict=True)) for each in said]


def _is_named(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and len(value) > 0
        and all(isinstance(name, str) for name in value)
        and not any(isinstance(one, str | list | tuple | Mapping) for one in value.values())
    )


def _is_table(said: Any) -> bool:
    columns = attribute(said, "columns")
    return columns is not None and all(isinstance(name, str) for name in columns)


def _table(said: Any) -> list[Mapping[str, Any]]:
    names = list(said.columns)
    return [dict(zip(names, row, strict=True)) for row in said.to_numpy().tolist()]


#: The kinds beside arrays; the first one that fits reads an answer.
KINDS = (
    Kind("a list of {label, score} for each text", lambda s: _all(s, lambda e: _all(e, _is_scored)),
         _scored),
    Kind("one {label, score} for each text", lambda said: _all(said, _is_scored), _single),
    Kind("{labels, scores} for each text", lambda said: _all(said, _is_ranked), _ranked),
    Kind("{label: probability} for each text", lambda said: _all(said, _is_named), list),
    Kind("a table with a column for each label", _is_table, _table),
)  # fmt: skip


def function_of(
    predict: Any, labels: Sequence[str] | None = None
) -> tuple[Callable[[list[Any]], Any], list[str] | None]:
    """Return what to call for all labels of a list of inputs, and their names if they are known.

    A text classification pipeline of transformers is asked for all labels, in the order of its
    model; a pair of texts goes to it as it takes one. A zero-shot pipeline is asked for `labels`.
    Of a classifier of scikit-learn, or a pipeline that ends in one, the probabilities are taken.

    Raises:
        InputTypeError: a pipeline of another task, or a zero-shot one without labels.
    """
    if (probabilities := attribute(predict, "predict_proba")) is not None:
        classes = attribute(predict, "classes_")
        return probabilities, None if classes is None else [str(one) for one in classes]
    task = attribute(predict, "task")
    if not isinstance(task, str) or attribute(predict, "postprocess") is None:
        return predict, None
    if task == "zero-shot-classification":
        return _zero_shot(predict, labels)
    if task not in ("text-classification", "sentiment-analysis"):
        remedy = "a function of its own turns its answers into probabilities [batch, labels]"
        raise InputTypeError.of(SUBJECT, "a text-classification pipeline", f"{task}; {remedy}")
    named = attribute(attribute(attribute(predict, "model"), "config"), "id2label")
    names = None
    if isinstance(named, Mapping) and named:
        names = [str(named[key]) for key in sorted(named, key=int)]

    def all_labels(texts: list[Any]) -> Any:
        given = [
            {"text": one[0], "text_pair": one[1]} if isinstance(one, tuple) else one
            for one in texts
        ]
        return predict(given, top_k=None)

    return all_labels, names


def _zero_shot(
    predict: Callable[..., Any], labels: Sequence[str] | None
) -> tuple[Callable[[list[Any]], Any], list[str]]:
    if not labels:
        raise InputTypeError.of(
            SUBJECT,
            "a zero-shot pipeline with the labels that it is to tell apart",
            'none; name them: labels=["politics", "sports"]',
        )
    names = list(labels)
    return lambda texts: predict(texts, candidate_labels=names), names
