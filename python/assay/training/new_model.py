"""Training begins: a model of a registered family learns labelled texts from random weights."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike

from assay.engine import disk, door
from assay.engine.arguments import checked
from assay.engine.asking import described
from assay.engine.errors import InputError
from assay.engine.progress import Progress
from assay.inputs.text import TextLike, tokenize
from assay.inputs.tokenizer import tokenizer_of
from assay.training import fitting
from assay.training.fine_tuning import TunedModel


@checked
def train(
    config: Mapping[str, Any],
    texts: Sequence[TextLike],
    labels: Sequence[Any],
    *,
    tokenizer: Any,
    output: str | os.PathLike[str],
    validation: tuple[Sequence[TextLike], Sequence[Any]] | None = None,
    options: Mapping[str, Any] | None = None,
    impermissible: Sequence[ArrayLike] | None = None,
    strength: float = 1.0,
    layers: Sequence[int] = (0,),
    seed: int = 0,
    state: str | os.PathLike[str] | None = None,
    progress: Progress = None,
) -> TunedModel:
    """Train a classifier from random weights and write its folder, which `assay.load` opens again.

    The same texts, options and seed give the same bits on any number of threads.

    Args:
        config: the `config.json` of a family with `id2label`; the size of the vocabulary is the
            tokenizer's.
        texts: the training texts.
        labels: one label a text: a name in `id2label`, or its place.
        tokenizer: a fast tokenizer of `tokenizers` or `transformers`.
        output: the folder that receives the model.
        validation: texts and labels that decide which parameters are kept; by default the training
            texts, which says nothing of other texts.
        options: `passes`, `tokens_per_step` or `texts_per_step`, `rate`, `warm_up`, `decay`,
            `clip`, `dropout`, `pattern_dropout`, `corruption` (the share of texts that lose words),
            `averaging`, `evaluations_per_pass`, `selection`; what is left out is as the engine has
            it.
        impermissible: for every training text which tokens attention must keep off ([tokens], 0 or
            1): adds strength · -log(1 - attention on them) (Pruthi et al. 2020).
        strength: how much `impermissible` counts.
        layers: the blocks in which it counts, counted from 0.
        seed: keys the starting weights, the order of the texts and what is dropped.
        state: a file in which the training is saved at every evaluation and when it is
            interrupted; where it exists the training continues from it.
        progress: True for a bar, or a function of (fraction, stage).

    Raises:
        InputError: no texts, labels that are not in `id2label`, or no tokenizer.
        OptionError: no such option, or a value out of range.
        CheckpointError: `state` was saved by another training.
        NumericError: the loss is no longer a number.
    """
    words = tokenizer_of(tokenizer)
    if words is None:
        raise InputError.of("tokenizer", "one", "none")
    fitting.require_labels(texts, labels)
    names = _names(config.get("id2label"))
    penalty = None
    if impermissible is not None:
        penalty = {"strength": float(strength), "layers": list(layers)}

    read = partial(tokenize, tokenizer=words)
    place = Path(output)
    place.mkdir(parents=True, exist_ok=True)
    whole = {**config, "vocab_size": words.size}
    with disk.staged() as files:
        fitted = fitting.fit(
            fitting.labelled(read, texts, labels, names, withheld=impermissible),
            fitting.labelled(read, *(validation or (texts, labels)), names),
            words,
            options=options or {},
            seed=seed,
            state=state,
            progress=progress,
            config=whole,
            penalty=penalty,
            output=str(files.place(place / "model.safetensors")),
        )
        files.write(place / "config.json", json.dumps(whole, indent=2) + "\n")
        files.write(place / "tokenizer.json", words.to_json())
    handle = door.open_model({"path": str(place), "mapped": True}, vocabulary=words.vocabulary)
    model = TunedModel(handle, place, str(place), tokenizer=words)
    model.history = fitted.history
    return model


def _names(named: object) -> list[str]:
    """Return the labels of a configuration in the order of their numbers.

    Raises:
        InputError: they are not numbered.
    """
    if not isinstance(named, Mapping):
        raise InputError.of("id2label", "a mapping of numbers to labels", described(named))
    try:
        return [str(named[place]) for place in sorted(named, key=int)]
    except (TypeError, ValueError) as error:
        raise InputError.of("id2label", "a mapping of numbers to labels", error) from error
