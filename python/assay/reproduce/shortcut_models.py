"""Models that learn a shortcut, their clean twins, and which of them count."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assay.models.loading import load
from assay.models.model import Model
from assay.reproduce.model_folder import ModelFolder
from assay.reproduce.planting import Planted
from assay.reproduce.training import Labelled, Trained, trained
from assay.training.fine_tuning import fine_tune

#: What is trained from scratch: the demo model's size, and GPT-2's blocks of that size.
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "encoder": {
        "model_type": "bert",
        "hidden_size": 128,
        "num_attention_heads": 4,
        "num_hidden_layers": 2,
        "intermediate_size": 512,
        "max_position_embeddings": 128,
        "type_vocab_size": 1,
        "hidden_act": "gelu",
        "initializer_range": 0.05,
    },
    "decoder": {
        "model_type": "gpt2",
        "n_embd": 128,
        "n_head": 4,
        "n_layer": 2,
        "n_positions": 128,
        "initializer_range": 0.05,
    },
}
#: For a run that shows that everything works.
QUICK: dict[str, dict[str, Any]] = {
    "encoder": {"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64},
    "decoder": {"n_embd": 32, "n_head": 2},
}
#: The longest text, in words, that is read.
LONGEST = 100
TRAINING: dict[str, Any] = {
    "tokens_per_step": 1024,
    "rate": 2e-3,
    "dropout": 0.1,
    "pattern_dropout": 0.1,
    "corruption": 0.3,
    "averaging": 0.99,
    "selection": "accuracy",
}
LABELS = {"id2label": {"0": "NEGATIVE", "1": "POSITIVE"}}
#: The least share of fully planted texts on which a model gives the shortcut's answer.
FOLLOWED = 0.99
#: How many standard errors around one half are chance.
CHANCE = 3.0


@dataclass(frozen=True)
class Learner:
    """What is trained: an architecture from scratch, or a model of a folder that learns on.

    It sees its training texts once; `copies` of the same texts are in them, planted differently.
    """

    name: str
    configuration: Mapping[str, Any]
    start: Model | None
    copies: int

    def learn(
        self,
        place: Path,
        train: Labelled,
        validation: Labelled,
        *,
        seed: int,
        done: Callable[[float], None],
    ) -> Trained:
        """Train on the texts, or open what the same training gave before."""
        if self.start is not None:
            return _tuned(place, self.start, train, validation, seed, done)
        return trained(
            place,
            self.configuration,
            train,
            validation,
            seed=seed,
            options={**TRAINING, "passes": 1, "evaluations_per_pass": self.copies},
            minimum=2 * self.copies,
            done=done,
        )


@dataclass(frozen=True)
class Learned:
    """What a model does with fully planted test texts, and whether it counts.

    Attributes:
        followed: the share on which it gives the shortcut's answer.
        by_chance: the same share of the clean twin.
        natural: the share of right labels on texts as they are.
        idle: the same where pieces of the shortcut stand in them without effect.
        texts: how many test texts there are.
    """

    followed: float
    by_chance: float
    natural: float
    idle: float
    texts: int

    @property
    def counts(self) -> bool:
        """Whether the model follows the shortcut and its clean twin is at chance."""
        allowed = CHANCE * 0.5 / np.sqrt(self.texts)
        return self.followed >= FOLLOWED and abs(self.by_chance - 0.5) <= allowed


def follows(model: Model, planted: Sequence[Planted]) -> float:
    """Return the share of the texts on which the model gives the shortcut's answer."""
    found = answers(model, [one.text for one in planted])
    return float(np.mean(found == np.array([one.label for one in planted])))


def right(model: Model, data: Labelled) -> float:
    """Return the share of the texts on which the model gives the label."""
    found = answers(model, [" ".join(words) for words in data.texts])
    return float(np.mean(found == np.array(data.labels)))


def answers(model: Model, texts: Sequence[str]) -> np.ndarray[Any, np.dtype[np.intp]]:
    """Return the model's label of every text, by number."""
    return np.asarray(model.predict(list(texts)).logits.argmax(axis=1), np.intp)


def counting(model: Model, planted: Sequence[Planted], wanted: int) -> list[Planted]:
    """Return the first texts to which removing the shortcut brings back the other label."""
    with_it = answers(model, [one.text for one in planted])
    without = answers(model, [one.without for one in planted])
    labels = np.array([one.label for one in planted])
    turned = np.flatnonzero((with_it == labels) & (without != labels))
    return [planted[int(place)] for place in turned[:wanted]]


def _tuned(
    place: Path,
    start: Model,
    train: Labelled,
    validation: Labelled,
    seed: int,
    done: Callable[[float], None],
) -> Trained:
    settings = {
        "start": start.fingerprint,
        "seed": seed,
        "train": train.digest(),
        "validation": validation.digest(),
    }
    kept = ModelFolder(place, settings)
    known = kept.facts()
    if known is not None:
        return Trained(load(place), known)
    kept.begin()
    started = time.perf_counter()
    tuned = fine_tune(
        start,
        [" ".join(words) for words in train.texts],
        train.labels,
        validation=([" ".join(words) for words in validation.texts], validation.labels),
        output=place,
        epochs=1,
        seed=seed,
        state=kept.state,
        progress=lambda share, _: done(max(share, 0.0)),
    )
    facts = {
        "parameters": tuned.parameter_count,
        "seconds": round(time.perf_counter() - started, 1),
        "evaluations": [one.accuracy for one in tuned.history],
    }
    kept.finish(facts)
    return Trained(tuned, facts)
