"""One training step of the BiLSTM classifier against torch's variants of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

import assay
from assay.inputs import vocabulary
from assay.inputs.text import tokenize
from assay.inputs.tokenizer import Tokenizer
from benchmarks.harness.bench import REST, Bench, ratio, set_threads, show
from benchmarks.harness.result import Result

TITLE = "A training step of the BiLSTM classifier, batches of 32 texts"

#: Words, their vectors' width, units of each direction, texts in a step.
WORDS, WIDTH, UNITS, BATCH = 13_000, 300, 128, 32
#: Length of the texts, the goal, steps a turn.
CASES = ((20, 2.0, 40), (180, 1.3, 6))


def measure(bench: Bench) -> list[Result]:
    """Equally long texts, so that padding costs torch nothing; words as frequent as in language."""
    return [compare(bench, *case) for case in CASES]


def compare(bench: Bench, length: int, goal: float, steps: int) -> Result:
    """All sides take turns of some steps."""
    from benchmarks.harness.torch_classifier import VARIANTS

    set_threads(2)
    numbers = texts(length, steps)
    peers = {f"torch, {variant}": Peer(variant, numbers) for variant in VARIANTS}
    sides = {"assay": Ours(numbers), **peers}
    times: dict[str, list[float]] = {side: [] for side in sides}
    order = list(sides)
    for _ in range(3 if bench.quick else 5):
        for side in order:
            time.sleep(REST)
            times[side].append(sides[side].seconds_a_step())
        order = order[1:] + order[:1]
    result = Result(
        name=f"{length} tokens, 2 threads",
        unit="s",
        values={side: statistics.median(one) for side, one in times.items()},
        ratios={side: ratio(times["assay"], times[side]) for side in peers},
        goal=goal,
        note=f"{len(np.unique(numbers[:BATCH]))} different words in the first batch of "
        f"{BATCH * (length - 2)}; SparseAdam neither decays nor keeps the largest moment",
    )
    show(result)
    return result


def texts(length: int, steps: int) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Numbers of words [texts, words]; the i-th most frequent word has a frequency of 1/i."""
    shares = 1 / np.arange(1, WORDS + 1)
    draw = np.random.default_rng(0).choice
    return draw(WORDS, size=(BATCH * steps, length - 2), p=shares / shares.sum())


def text(numbers: Iterable[int]) -> str:
    """One word of letters alone for every number: digits would all become one word."""
    return " ".join("".join(chr(ord(digit) + 49) for digit in str(word)) for word in numbers)


class Ours:
    """Steps of `AttentionClassifier.fit`, from its first report until the model is there.

    That is after the first step and counts what ends a training: rows of rare words take the steps
    that they owe, two texts are evaluated, and the parameters are copied into a model.
    """

    def __init__(self, numbers: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        tokenizer = Tokenizer(vocabulary.build([text(range(WORDS))], split="spaces"))
        joined = [text(row) for row in numbers.tolist()]
        self.texts = [tokenize(one, tokenizer) for one in joined]
        self.tokenizer = tokenizer
        self.labels = labels(len(joined))
        self.steps = len(joined) // BATCH

    def seconds_a_step(self) -> float:
        """Train over all texts once."""
        reports: list[tuple[float, float]] = []

        def report(share: float, stage: str) -> None:
            if stage.startswith("training"):
                reports.append((time.perf_counter(), share))

        model = assay.AttentionClassifier(
            hidden_size=UNITS, embedding_size=WIDTH, tokenizer=self.tokenizer
        )
        some = (self.texts[:2], [0, 1])
        model.fit(self.texts, self.labels, validation=some, epochs=1, batch_size=BATCH,
                  progress=report)  # fmt: skip
        start, share = reports[0]
        return (time.perf_counter() - start) / ((1 - share) * self.steps)


class Peer:
    """Steps of one variant in torch."""

    def __init__(self, variant: str, numbers: np.ndarray[Any, np.dtype[np.int64]]) -> None:
        import torch

        from benchmarks.harness.torch_classifier import Training

        count, words = numbers.shape
        ids = np.full((count, words + 2), 1)
        ids[:, 1:-1] = numbers + 2
        self.training = Training(variant, WORDS + 2, WIDTH, UNITS)
        self.ids = torch.from_numpy(ids)
        self.lengths = torch.full((count,), words + 2)
        self.labels = torch.tensor(labels(count), dtype=torch.float32)
        self.seconds_a_step()

    def seconds_a_step(self) -> float:
        """Train over all texts once."""
        start = time.perf_counter()
        for place in range(0, len(self.ids), BATCH):
            part = slice(place, place + BATCH)
            self.training.step(self.ids[part], self.lengths[part], self.labels[part])
        return (time.perf_counter() - start) / (len(self.ids) / BATCH)


def labels(count: int) -> Sequence[int]:
    """One label after the other."""
    return [place % 2 for place in range(count)]
