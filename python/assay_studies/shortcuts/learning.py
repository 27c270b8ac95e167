"""Models that learn a shortcut, their clean twins, and which of them count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import assay
from assay_studies.shared.corpora import Labelled
from assay_studies.shared.models import answers, correct, trained, tuned
from assay_studies.shared.study import Request
from assay_studies.shortcuts import planting
from assay_studies.shortcuts.planting import Kind, Planted

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
    start: assay.Model | None
    copies: int

    def learn(
        self, request: Request, what: str, seed: int, train: Labelled, validation: Labelled
    ) -> assay.Model:
        """Train on the texts, or open what the same training gave before."""
        start, stage = self.start, f"training: {self.name}, {what}"
        name = f"{self.name.replace(' ', '-')}-{what}-{seed}"
        if start is None:
            once_each = {"passes": 1, "evaluations_per_pass": self.copies}
            return trained(
                request, name, stage, self.configuration, (train, validation), seed=seed,
                options={**request.study.constants["training"], **once_each},
                minimum=2 * self.copies,
            )  # fmt: skip
        texts = (train, validation)
        return tuned(request, name, stage, start, texts, seed=seed, epochs=1)


@dataclass(frozen=True)
class Learned:
    """What a model does with fully planted test texts, and whether it counts.

    `shares` are those of `texts` texts, by what is done with them.
    """

    shares: Mapping[str, float]
    texts: int

    @staticmethod
    def of(
        model: assay.Model,
        twin: assay.Model,
        test: Labelled,
        kind: Kind,
        pieces: Sequence[str],
        planted: Sequence[Planted],
    ) -> Learned:
        """Measure a model and its clean twin."""
        full = Labelled([one.text for one in planted], [one.label for one in planted])
        sets = {
            "follows the shortcut": (model, full),
            "clean twin gives its answer": (twin, full),
            "right without it": (model, planting.plain(test)),
            "right beside idle pieces": (model, planting.idle(test, kind, pieces, 3000)),
        }
        shares = {name: float(correct(one, data).mean()) for name, (one, data) in sets.items()}
        return Learned(shares, len(planted))

    @property
    def counts(self) -> bool:
        """Whether the model follows the shortcut and its clean twin is at chance."""
        followed, by_chance, *_ = self.shares.values()
        allowed = CHANCE * 0.5 / np.sqrt(self.texts)
        return followed >= FOLLOWED and abs(by_chance - 0.5) <= allowed


def counting(model: assay.Model, planted: Sequence[Planted], wanted: int) -> list[Planted]:
    """Return the first texts to which removing the shortcut brings back the other label."""
    with_it = answers(model, [one.text for one in planted])
    without = answers(model, [one.without for one in planted])
    labels = np.array([one.label for one in planted])
    turned = np.flatnonzero((with_it == labels) & (without != labels))
    return [planted[int(place)] for place in turned[:wanted]]
