"""How much of a map lies on the words that were changed, and what the verdict says of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import assay
from assay_studies.shared.corpora import Labelled

#: The checks that decide; the others inform.
CHECKS = ("gradient_agreement", "removal", "redirect")
CONDITIONS = ("consistency", "causal_relevance", "counterfactual_robustness")
#: What the map that names exactly the changed words is called, and one that tells nothing.
TRUTH, UNIFORM = "the changed words", "uniform"

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Sentence:
    """A sentence with its tokens, and which of the explained ones are of changed words."""

    text: str
    tokens: assay.Tokens
    changed: Flags

    @property
    def truth(self) -> Array:
        """The map with equal weights on the tokens of changed words and none on others."""
        return np.asarray(self.changed / self.changed.sum(), np.float64)


def sentences(model: assay.Model, data: Labelled) -> list[Sentence]:
    """Return the sentences that have a changed word among their explained tokens."""
    found = []
    for text, relevant in zip(data.texts, data.relevant, strict=True):
        tokens = model.tokenize(text)
        words = tokens.words[~tokens.special]
        changed = np.array([word >= 0 and relevant[word] for word in words.tolist()], bool)
        if changed.any():
            found.append(Sentence(text, tokens, changed))
    return found


def mass_accuracy(scores: Array, changed: Flags) -> float:
    """Return the share of the magnitude that lies on changed words; NaN where there is none.

    Wilming et al. 2024, section 3: 1 where a map names them alone, and their share of the words for
    one that tells nothing.

    >>> mass_accuracy(np.array([1.0, -2.0, 1.0]), np.array([False, True, False]))
    0.5
    """
    magnitudes = np.abs(scores)
    total = float(magnitudes.sum())
    return float(magnitudes[changed].sum()) / total if total > 0 else float("nan")


def maps(model: assay.Model, some: Sequence[Sentence], method: str) -> list[Array] | None:
    """Return a method's map of every sentence; `None` where the model cannot be so explained."""
    try:
        found = assay.explain_batch(model, [one.text for one in some], method=method)
    except assay.UnsupportedModelError:
        return None
    return [one.scores.astype(np.float64) for one in found]


def judge(
    model: assay.Model,
    some: Sequence[Sentence],
    method: str,
    done: Callable[[float], None],
) -> list[dict[str, Any]]:
    """Return the verdict on one map of every sentence: a method's, or the truth's."""
    judged = []
    for place, one in enumerate(some):
        explanation: Any = one.truth if method == TRUTH else method
        report = assay.verify(model, one.text, explanation=explanation, checks=CHECKS, seed=place)
        line = {"map": method, "number": place}
        line |= {name: getattr(report, name) for name in ("verdict", "reason", "strength")}
        line |= {name: report.conditions[name].outcome for name in CONDITIONS}
        judged.append(line)
        done((place + 1) / len(some))
    return judged
