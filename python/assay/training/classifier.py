"""Trainable attention classifiers, the models that the debate on attention was held about."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.engine import disk, door
from assay.engine.arguments import checked
from assay.engine.errors import CheckpointError, InputError, one_of
from assay.engine.progress import Progress
from assay.inputs import vocabulary
from assay.inputs.text import TextLike, tokenize
from assay.inputs.tokenizer import Tokenizer
from assay.models import folder
from assay.models.model import Model
from assay.training import classifier_parts, fitting
from assay.training.fitting import Evaluation


class AttentionClassifier(Model):
    """Words, an encoder, one learned query that attends to its states, a linear decision.

    The shapes, the loss and the optimizer are those of Jain & Wallace 2019. After `fit` it is a
    model like any other: its attention is one layer with one head and one query, and what an
    intervention on it leaves fixed are the encoder's states (`blocks.0.input`).

    >>> import assay
    >>> texts, labels = ["a fine film", "a dull film"] * 8, [1, 0] * 8
    >>> model = assay.AttentionClassifier("average", hidden_size=8, embedding_size=8)
    >>> model.fit(texts, labels, epochs=2).predict("a fine play").probabilities.shape
    (1, 2)
    """

    @checked
    def __init__(
        self,
        encoder: str = "bilstm",
        attention: str = "additive",
        *,
        hidden_size: int = 128,
        embedding_size: int = 300,
        kernel_sizes: Sequence[int] = (1, 3, 5, 7),
        embeddings: Mapping[str, ArrayLike] | ArrayLike | None = None,
        initializer_range: float = 1.0,
        labels: Sequence[str] | None = None,
        tokenizer: Tokenizer | None = None,
        min_frequency: int = 1,
        lowercase: bool = True,
        split: str = "words",
    ) -> None:
        """Describe the model; `fit` makes it.

        Args:
            encoder: `bilstm`, `cnn` or `average` (every word by itself).
            attention: `additive` or `dot`.
            hidden_size: units of each direction of a BiLSTM, else of the whole encoder.
            embedding_size: the length of a word's vector.
            kernel_sizes: the widths of a CNN's filters.
            embeddings: vectors to start from: by word, or an array [vocabulary, embedding_size] for
                a given tokenizer. Words without one start at random.
            initializer_range: the standard deviation of word vectors that start at random; what
                gradients say of the finished model depends on it.
            labels: names in the order of the scores; by default the sorted labels of the data.
            tokenizer: by default one word a token, made from the training texts.
            min_frequency: rarer words of the training texts are unknown.
            lowercase: whether words lose their case.
            split: `words`, or `spaces` for texts that are tokenised already.

        Raises:
            OptionError: no such encoder or attention.
        """
        self._shape = classifier_parts.shape(
            encoder=encoder,
            attention=attention,
            hidden_size=hidden_size,
            embedding_size=embedding_size,
            kernel_sizes=kernel_sizes,
            initializer_range=initializer_range,
        )
        one_of("split", split, ("words", "spaces"))
        self._embeddings = embeddings
        self._names = None if labels is None else tuple(labels)
        self._words: dict[str, Any] = {
            "min_frequency": min_frequency,
            "lowercase": lowercase,
            "split": split,
        }
        self._given = tokenizer
        self._tokenizer = None
        self._path: Path | None = None
        self.name = f"{encoder} {attention}"
        #: The evaluations of the training, in order.
        self.history: tuple[Evaluation, ...] = ()

    def __getattr__(self, name: str) -> Any:
        if name in {"_handle", "_facts"}:
            raise InputError("the classifier is not trained: call fit first", subject="model")
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def encoder(self) -> str:
        """`bilstm`, `cnn` or `average`."""
        return str(self._shape["encoder"])

    @property
    def attention_kind(self) -> str:
        """`additive` or `dot`."""
        return str(self._shape["attention"])

    @property
    def is_fitted(self) -> bool:
        """Whether it was trained or loaded."""
        return "_handle" in self.__dict__

    def __repr__(self) -> str:
        return super().__repr__() if self.is_fitted else f"<{type(self).__name__} {self.name}>"

    @checked
    def fit(
        self,
        texts: Sequence[TextLike],
        labels: Sequence[Any],
        *,
        validation: tuple[Sequence[TextLike], Sequence[Any]] | None = None,
        epochs: int = 8,
        batch_size: int = 32,
        learning_rate: float = 1e-3,
        weight_decay: float = 1e-5,
        class_weight: str | Mapping[int, float] | None = "balanced",
        select: str | None = None,
        patience: int | None = None,
        uniform_attention: bool = False,
        fixed_attention: tuple[Sequence[ArrayLike], Sequence[ArrayLike]] | None = None,
        impermissible: Sequence[ArrayLike] | None = None,
        imitate: tuple[Sequence[ArrayLike], ArrayLike] | None = None,
        strength: float = 1.0,
        seed: int = 0,
        state: str | os.PathLike[str] | None = None,
        progress: Progress = None,
    ) -> AttentionClassifier:
        """Train and keep the parameters that did best on the validation texts.

        Adam with amsgrad and coupled weight decay, none on the attention; batches of texts of
        similar length; binary (or categorical) cross-entropy, weighted by class and summed over a
        batch. The same texts, options and seed give the same bits on any number of threads.

        Args:
            texts: the training texts.
            labels: one label a text, a whole number or a name.
            validation: texts and labels that decide which epoch is kept, never the first one when
                there are several; by default the training texts, which says nothing of other texts.
            epochs: passes over the texts.
            batch_size: texts in a step.
            learning_rate: Adam's rate, the same in every step.
            weight_decay: the share of a weight that is added to its gradient.
            class_weight: `balanced`, weights by class index, or `None`.
            select: `area` under the ROC curve (the default for two labels), `accuracy`, or
                `training_loss`.
            patience: end after so many epochs without a better one.
            uniform_attention: fix attention uniform over the words.
            fixed_attention: attention that replaces the model's own, one array [tokens] a text, for
                the training and for the validation texts.
            impermissible: for every training text which tokens attention must keep off ([tokens],
                0 or 1): adds strength · -log(1 - attention on them) (Pruthi et al. 2020).
            imitate: attention of another model, one array [tokens] a training text, and its
                probabilities [texts, labels]: the model learns to predict the same from different
                attention, TVD - strength · KL (Wiegreffe & Pinter 2019); labels only weigh.
            strength: how much `impermissible` or `imitate` counts.
            seed: keys the starting weights and the order of the texts.
            state: a file in which the training is saved after every epoch and when it is
                interrupted; where it exists the training continues from it.
            progress: True for a bar, or a function of (fraction, stage).

        Returns:
            The classifier itself.

        Raises:
            InputError: no texts, labels that do not fit, fewer than two labels.
            CheckpointError: `state` was saved by another training.
            NumericError: the loss is no longer a number.
        """
        fitting.require_labels(texts, labels)
        tokenizer = self._given or Tokenizer(
            vocabulary.build((text for text in texts if isinstance(text, str)), **self._words)
        )
        read = partial(tokenize, tokenizer=tokenizer)
        names = fitting.label_names(labels, self._names)
        fixed = fixed_attention or (None, None)
        train = fitting.labelled(
            read, texts, labels, names, class_weight,
            attention=fixed[0], uniform=uniform_attention, withheld=impermissible,
        )  # fmt: skip
        held = fitting.labelled(
            read, *(validation or (texts, labels)), names,
            attention=fixed[1], uniform=uniform_attention,
        )  # fmt: skip
        config = self._config(tokenizer, names)
        options = classifier_parts.TRAINING | {
            "passes": epochs,
            "texts_per_step": batch_size,
            "rate": learning_rate,
            "decay": weight_decay,
            "selection": select or ("area" if len(names) == 2 else "accuracy"),
            "ignored_evaluations": 1 if validation is not None and epochs > 1 else 0,
            "patience": patience,
        }
        penalty = None if impermissible is None else {"strength": float(strength), "layers": [0]}
        fitted = fitting.fit(
            train,
            held,
            tokenizer,
            options=options,
            seed=seed,
            state=state,
            progress=progress,
            config=config,
            penalty=penalty,
            embeddings=classifier_parts.word_table(self._embeddings, tokenizer, self._shape, seed),
            objective=classifier_parts.objective(train.items, imitate, strength),
        )
        self._open(config, fitted.parameters, tokenizer)
        self.history = fitted.history
        return self

    @checked
    def save(self, path: str | os.PathLike[str]) -> None:
        """Write config.json, model.safetensors and tokenizer.json, which `assay.load` reads.

        They take the place of a model that was there when all of them are written, not before.
        """
        place = Path(path)
        place.mkdir(parents=True, exist_ok=True)
        with disk.staged() as files:
            files.write(place / "config.json", json.dumps(self._shape, indent=2) + "\n")
            self.call("save", record={"path": str(files.place(place / "model.safetensors"))})
            if self.tokenizer is not None:
                files.write(place / "tokenizer.json", self.tokenizer.to_json())
        self._path = place

    @classmethod
    @checked
    def load(cls, path: str | os.PathLike[str]) -> AttentionClassifier:
        """Open a classifier that `save` wrote.

        Raises:
            CheckpointError: the folder holds a model of another kind.
        """
        place = folder.find(path)
        shape = folder.read_object(place / "config.json")
        if shape.get("model_type") != "attention_classifier":
            raise CheckpointError.of(
                place, "an attention classifier", f"{shape.get('model_type')!r}"
            )
        tokenizer = folder.tokenizer(place)
        handle = door.open_model(
            {"path": str(place), "mapped": True},
            vocabulary=None if tokenizer is None else tokenizer.vocabulary,
        )
        made = cls(shape["encoder"], shape["attention"])
        made._shape = shape
        Model.__init__(made, handle, place, os.fspath(path), tokenizer=tokenizer)
        return made

    def _config(self, tokenizer: Tokenizer, names: Sequence[str]) -> dict[str, Any]:
        reserved = tokenizer.vocabulary
        return {
            **self._shape,
            "vocab_size": tokenizer.size,
            "pad_token_id": reserved["pad"] or 0,
            "id2label": {str(place): name for place, name in enumerate(names)},
        }

    def _open(
        self,
        config: dict[str, Any],
        parameters: Mapping[str, NDArray[np.float32]],
        tokenizer: Tokenizer,
    ) -> None:
        handle = door.open_model(
            {"config": config, "tensors": dict(parameters)}, vocabulary=tokenizer.vocabulary
        )
        self._shape = config
        Model.__init__(self, handle, None, self.name, tokenizer=tokenizer)
