"""What every training has in common: labelled texts, the engine's options, what came out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.engine import door
from assay.engine.arrays import held, to_numpy
from assay.engine.errors import InputError, OptionError
from assay.engine.progress import Progress
from assay.inputs.ragged import ragged
from assay.inputs.text import TextLike
from assay.inputs.tokenizer import Tokenizer
from assay.inputs.tokens import Tokens
from assay.models.model import Model
from assay.results import records


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """How a model under training did on the validation texts.

    Attributes:
        done: the share of the training, 0 to 1.
        steps: how many steps were taken.
        accuracy: the share of right labels.
        area: the area under the ROC curve; `None` unless there are two labels.
        loss: the mean of -log p(right label) on the validation texts.
        training_loss: the training loss a text since the evaluation before.
        best: whether it was the best so far.
    """

    done: float
    steps: int
    accuracy: float
    area: float | None
    loss: float
    training_loss: float
    best: bool


@dataclass(frozen=True, eq=False, kw_only=True)
class Fitted:
    """What a training gave: the best parameters, how they did, and the way there.

    Attributes:
        parameters: those that were trained; empty where the model was written to a file.
        parameter_count: how many numbers the model's weights hold.
        quality: how the best ones did on the validation texts.
        done: the share of the training after which they were found, 0 to 1.
        history: every evaluation, in order.
    """

    parameters: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    parameter_count: int
    quality: Mapping[str, Any]
    done: float
    history: tuple[Evaluation, ...] = ()


@dataclass(frozen=True, eq=False, kw_only=True)
class Labelled:
    """Tokenised texts with what a model should say of them.

    Attributes:
        items: the texts.
        targets: float32 [texts, labels], the wanted probabilities.
        label_weights: how much the texts of each label count: float64 [labels], `balanced` (every
            label as much as the first one), or `None` for all alike.
        attention: fixed attention, one array [tokens] a text, that replaces the model's own.
        uniform: fix attention uniform over the words.
        withheld: where attention must not rest, one array [tokens] a text.
    """

    items: Sequence[Tokens]
    targets: NDArray[np.float32]
    label_weights: NDArray[np.float64] | str | None = None
    attention: Sequence[ArrayLike] | None = None
    uniform: bool = False
    withheld: Sequence[ArrayLike] | None = None

    def record(self, tokenizer: Tokenizer | None) -> dict[str, Any]:
        """Return the texts as the engine takes them."""
        return {
            "input": ragged(self.items, None if tokenizer is None else tokenizer.vocabulary),
            "targets": self.targets,
            "label_weights": self.label_weights,
            "attention": None if self.attention is None else flat(self.items, self.attention),
            "uniform": self.uniform,
            "withheld": None
            if self.withheld is None
            else (flat(self.items, self.withheld) > 0).astype(np.int32),
        }


def flat(items: Sequence[Tokens], rows: Sequence[ArrayLike]) -> NDArray[np.float32]:
    """Join one array [tokens] a text.

    Raises:
        InputError: the lengths are not those of the texts.
    """
    kind = np.dtype(np.float32)
    arrays = [held(to_numpy(row, "attention"), kind, "attention").reshape(-1) for row in rows]
    found = [len(array) for array in arrays]
    if found != [len(item) for item in items]:
        raise InputError.of("attention", "one weight for every token of every text", "others")
    return np.concatenate(arrays)


def fit(
    train: Labelled,
    validation: Labelled,
    tokenizer: Tokenizer | None,
    *,
    model: Model | None = None,
    options: Mapping[str, Any],
    seed: int,
    state: str | os.PathLike[str] | None = None,
    progress: Progress = None,
    **arguments: Any,
) -> Fitted:
    """Train in the engine; `state` is saved at every evaluation and on Ctrl-C, and resumed from.

    Without a model, `arguments` have the `config` of one that begins untrained. What `options` do
    not say is as the engine has it. With `output`, a file, all weights are written there.
    """
    place = None if state is None else os.fspath(state)
    record = {
        "train": train.record(tokenizer),
        "validation": validation.record(tokenizer),
        "options": dict(options),
        "seed": seed,
        "state": place,
        "resume": place is not None and Path(place).is_file(),
        **arguments,
    }
    asked = door.call if model is None else model.call
    answer = asked("fit", record=record, progress=progress)
    history = [one["quality"] | one | {"loss": one["quality"]["loss"], "training_loss": one["loss"]}
               for one in answer["history"]]  # fmt: skip
    return records.read(Fitted, answer | {"history": history})


def labelled(
    tokenize: Callable[[TextLike], Tokens],
    texts: Sequence[TextLike],
    labels: Sequence[Any],
    names: Sequence[str],
    weight: str | Mapping[int, float] | None = None,
    **rest: Any,
) -> Labelled:
    """Return texts with one certain label each; `weight` says how much each label counts.

    Raises:
        InputError: a label is not among the names.
        OptionError: `weight` is neither `balanced`, a mapping nor `None`.
    """
    require_labels(texts, labels)
    places = indices(labels, names)
    return Labelled(
        items=[tokenize(text) for text in texts],
        targets=np.eye(len(names), dtype=np.float32)[places],
        label_weights=_label_weights(weight, len(names)),
        **rest,
    )


def require_labels(texts: Sequence[Any], labels: Sequence[Any]) -> None:
    """Check that there are texts, each with a label.

    Raises:
        InputError: there are none, or not as many of both.
    """
    if not len(texts) or len(texts) != len(labels):
        found = f"{len(texts)} texts and {len(labels)} labels"
        raise InputError.of("texts", "one label a text", found)


def label_names(labels: Sequence[Any], given: Sequence[str] | None = None) -> tuple[str, ...]:
    """Return the names of the labels, in the order of the scores.

    Whole numbers are sorted by value, text by spelling.

    Raises:
        InputError: there are fewer than two labels.

    >>> label_names([1, 0, 1])
    ('0', '1')
    """
    if given is not None:
        return tuple(given)
    values = list(dict.fromkeys(_plain(label) for label in labels))
    numeric = all(isinstance(value, int) for value in values)
    names = tuple(str(value) for value in sorted(values, key=lambda v: v if numeric else str(v)))
    if len(names) < 2:
        raise InputError.of("labels", "two or more different ones", ", ".join(names) or "none")
    return names


def indices(labels: Sequence[Any], names: Sequence[str]) -> NDArray[np.intp]:
    """Return the place of every label among the names; whole numbers may be places themselves.

    Raises:
        InputError: a label is not among the names.
    """
    places = {name: place for place, name in enumerate(names)}
    numbered = set(places) != {str(place) for place in range(len(names))}
    result = []
    for label in labels:
        value = _plain(label)
        place = places.get(str(value))
        if place is None and numbered and isinstance(value, int) and 0 <= value < len(names):
            place = value
        if place is None:
            raise InputError.of("labels", ", ".join(names), f"{value!r}")
        result.append(place)
    return np.array(result, np.intp)


def _label_weights(
    weight: str | Mapping[int, float] | None, count: int
) -> NDArray[np.float64] | str | None:
    """Return what the engine is told of the labels' weights; those that nobody names have 1.

    Raises:
        OptionError: `weight` is neither `balanced`, a mapping nor `None`.
    """
    if weight is None or weight == "balanced":
        return weight
    if isinstance(weight, Mapping):
        return np.array([float(weight.get(place, 1.0)) for place in range(count)], np.float64)
    raise OptionError.of("class_weight", "'balanced', a mapping or None", f"{weight!r}")


def _plain(label: Any) -> Any:
    return label.item() if isinstance(label, np.generic) else label
