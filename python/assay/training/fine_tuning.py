"""Training goes on: a model that was loaded learns from labelled texts."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assay.engine import disk, door
from assay.engine.arguments import checked
from assay.engine.errors import InputError, UnsupportedModelError, one_of
from assay.engine.progress import Progress
from assay.inputs.text import TextLike
from assay.models.folder import read_object
from assay.models.model import Model
from assay.training import fitting
from assay.training.fitting import Evaluation

#: What may be trained.
PARAMETERS = ("all", "bias", "head")
#: The files of a folder beside the weights.
FILES = ("config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


class TunedModel(Model):
    """A model that `fine_tune` made; `history` has the evaluations of its training, in order."""

    history: tuple[Evaluation, ...] = ()


@checked
def fine_tune(
    model: Model,
    texts: Sequence[TextLike],
    labels: Sequence[Any],
    *,
    parameters: str = "all",
    validation: tuple[Sequence[TextLike], Sequence[Any]] | None = None,
    output: str | os.PathLike[str] | None = None,
    epochs: int = 3,
    batch_size: int = 32,
    learning_rate: float | None = None,
    weight_decay: float = 0.01,
    dropout: float = 0.1,
    class_weight: str | Mapping[int, float] | None = None,
    patience: int | None = None,
    seed: int = 0,
    state: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> TunedModel:
    """Train a classifier on labelled texts and return a new model; the given one stays as it is.

    Adam with decoupled weight decay on matrices, gradients clipped to length 1, a rate that rises
    over the first 6 % of the training and then falls to 0. The same texts, options and seed give
    the same bits on any number of threads.

    Args:
        model: a model with a classification head, loaded from a folder.
        texts: the training texts.
        labels: one label a text: a name of the model's, or its place.
        parameters: `all`, `bias` (every bias and nothing else; Ben Zaken et al. 2022 train the
            head as well) or `head` (what stands above the last block).
        validation: texts and labels that decide which epoch is kept; by default the training
            texts, which says nothing of other texts.
        output: a folder that receives the model, so that `assay.load` opens it again.
        epochs: passes over the texts.
        batch_size: texts in a step.
        learning_rate: the highest rate; by default 5e-5 for `all` and 1e-3 for the others.
        weight_decay: the share of a matrix that a step of rate 1 would remove.
        dropout: the share of activations and of attention weights that are set to zero.
        class_weight: `balanced`, weights by class index, or `None`.
        patience: end after so many epochs without a better one.
        seed: keys the order of the texts and what is dropped.
        state: a file in which the training is saved after every epoch and when it is
            interrupted; where it exists the training continues from it.
        progress: True for a bar, or a function of (fraction, stage).

    Raises:
        OptionError: no such parameters.
        InputError: no texts, labels that are not the model's, or `output` is the folder that the
            model came from.
        UnsupportedModelError: a model without a head, one that was not loaded from a folder, or
            one in bfloat16: training is in float32.
        CheckpointError: `state` was saved by another training.
        NumericError: the loss is no longer a number.

    >>> import assay
    >>> texts, labels = ["a fine film", "a dull film"], ["POSITIVE", "NEGATIVE"]
    >>> model = assay.fine_tune(assay.load("demo"), texts, labels, parameters="head", epochs=1)
    >>> len(model.history)
    1
    """
    fitting.require_labels(texts, labels)
    folder = _folder(model)
    place = None if output is None else _place(Path(output), folder)
    config = read_object(folder / "config.json")
    _require_trainable(model, parameters)
    fitted = fitting.fit(
        fitting.labelled(model.tokenize, texts, labels, model.labels, class_weight),
        fitting.labelled(model.tokenize, *(validation or (texts, labels)), model.labels),
        model.tokenizer,
        model=model,
        options={
            "passes": epochs,
            "texts_per_step": batch_size,
            "rate": learning_rate,
            "warm_up": 0.06,
            "decay": weight_decay,
            "clip": 1.0,
            "dropout": dropout,
            "pattern_dropout": dropout,
            "averaging": 0.0,
            "evaluations_per_pass": 1,
            "selection": "accuracy",
            "patience": patience,
        },
        seed=seed,
        state=state,
        progress=progress,
        parameters=parameters,
    )
    tensors = {**model.parameters(), **fitted.parameters}
    handle = door.open_model({"config": config, "tensors": tensors}, vocabulary=model.vocabulary)
    tuned = TunedModel(handle, None, model.name, tokenizer=model.tokenizer)
    if place is not None:
        tuned = _written(tuned, folder, place)
    tuned.history = fitted.history
    return tuned


def _require_trainable(model: Model, parameters: str) -> None:
    one_of("parameters", parameters, PARAMETERS)
    if not model.labels:
        raise UnsupportedModelError.of(
            "model", "one with a classification head", f"the {model.family} encoder"
        )


def _folder(model: Model) -> Path:
    """Return the folder that the model was loaded from."""
    if model.path is None:
        raise UnsupportedModelError.of(
            "model", "one loaded from a folder", f"{model.name!r}, made in memory"
        )
    return model.path


def _place(output: Path, source: Path) -> Path:
    """Make the folder that receives a model, which is another one than it came from."""
    output.mkdir(parents=True, exist_ok=True)
    if output.samefile(source):
        raise InputError.of("output", "another folder than the model's own", output)
    return output


def _written(model: TunedModel, source: Path, place: Path) -> TunedModel:
    """Write a model's folder, with everything but the weights from `source`, and open it."""
    with disk.staged() as files:
        for name in FILES:
            if (source / name).is_file():
                files.write(place / name, (source / name).read_bytes())
        model.call("save", record={"path": str(files.place(place / "model.safetensors"))})
    handle = door.open_model({"path": str(place), "mapped": True}, vocabulary=model.vocabulary)
    return TunedModel(handle, place, str(place), tokenizer=model.tokenizer)
