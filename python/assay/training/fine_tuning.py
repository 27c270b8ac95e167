"""Training goes on: a model that was loaded learns from labelled texts."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assay.engine import disk, door
from assay.engine.arguments import checked
from assay.engine.errors import InputError, OptionError, UnsupportedModelError, one_of
from assay.engine.progress import Progress
from assay.inputs.text import TextLike
from assay.models.folder import read_object
from assay.models.model import Model
from assay.training import fitting
from assay.training.fitting import Evaluation

#: What may be trained.
PARAMETERS = ("all", "bias", "head")
#: The files of a folder that read texts.
FILES = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


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
    label_names: Sequence[str] | None = None,
) -> TunedModel:
    """Train a classifier on labelled texts and return a new model; the given one stays as it is.

    A model without labels, a bare encoder or a language model, gets a new head, whose random
    weights the seed keys: that of the family's sequence classifier in `transformers`, with a pooler
    that the model brings. It is trained whatever `parameters` are.

    Adam with decoupled weight decay on matrices, gradients clipped to length 1, a rate that rises
    over the first 6 % of the training and then falls to 0. The same texts, options and seed give
    the same bits on any number of threads.

    Args:
        model: a model loaded from a folder.
        texts: the training texts.
        labels: one label a text: a name of the model's, or its place. For a model without labels
            their names are the different ones, sorted, whole numbers by value.
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
        seed: keys a new head, the order of the texts and what is dropped.
        state: a file in which the training is saved after every epoch and when it is
            interrupted; where it exists the training continues from it.
        progress: True for a bar, or a function of (fraction, stage).
        label_names: the labels of a new head, in the order of its scores.

    Raises:
        OptionError: no such parameters, or `label_names` for a model that has labels.
        InputError: no texts, labels that are not the model's, fewer than two for a new head, or
            `output` is the folder that the model came from.
        UnsupportedModelError: a family that takes no new head, a model that was not loaded from a
            folder, or one in bfloat16: training is in float32.
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
    one_of("parameters", parameters, PARAMETERS)
    started, trained = model, parameters
    if not model.labels:
        names = fitting.label_names(labels, label_names)
        started, config = _with_head(model, config, names, seed)
        trained = "bias_and_head" if parameters == "bias" else parameters
    elif label_names is not None:
        found = f"one with the labels {', '.join(model.labels)}"
        raise OptionError.of("label_names", "a model without labels", found)
    fitted = fitting.fit(
        fitting.labelled(model.tokenize, texts, labels, started.labels, class_weight),
        fitting.labelled(model.tokenize, *(validation or (texts, labels)), started.labels),
        model.tokenizer,
        model=started,
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
        parameters=trained,
    )
    tensors = {**started.parameters(), **fitted.parameters}
    handle = door.open_model({"config": config, "tensors": tensors}, vocabulary=model.vocabulary)
    tuned = TunedModel(handle, None, model.name, tokenizer=model.tokenizer)
    if place is not None:
        tuned = _written(tuned, config, folder, place)
    tuned.history = fitted.history
    return tuned


def _with_head(
    model: Model, config: Mapping[str, Any], names: Sequence[str], seed: int
) -> tuple[Model, dict[str, Any]]:
    """Return the model's encoder under a new head, and the configuration that goes with it."""
    record = {"labels": list(names), "config": dict(config), "seed": seed}
    made = model.call("fresh_head", record=record)
    whole: dict[str, Any] = dict(made["config"])
    handle = door.open_model(
        {"config": whole, "tensors": dict(made["parameters"])}, vocabulary=model.vocabulary
    )
    return Model(handle, None, model.name, tokenizer=model.tokenizer), whole


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


def _written(model: TunedModel, config: Mapping[str, Any], source: Path, place: Path) -> TunedModel:
    """Write a model's folder, with what reads texts from `source`, and open it."""
    with disk.staged() as files:
        files.write(place / "config.json", json.dumps(config, indent=2) + "\n")
        for name in FILES:
            if (source / name).is_file():
                files.write(place / name, (source / name).read_bytes())
        model.call("save", record={"path": str(files.place(place / "model.safetensors"))})
    handle = door.open_model({"path": str(place), "mapped": True}, vocabulary=model.vocabulary)
    return TunedModel(handle, place, str(place), tokenizer=model.tokenizer)
