"""Jain & Wallace 2019: does attention agree with other measures, and must it be where it is?

Classifiers are trained on the labelled texts of a csv; on its test texts attention is compared with
gradient x input and with leave-one-out, shuffled, and searched for alternatives.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay._errors import InputError
from assay.classifier import ENCODERS, AttentionClassifier
from assay.reproduce.figures import Figure, Histograms, Violin, Violins
from assay.reproduce.published.jain_wallace import SOURCE, published
from assay.reproduce.study import Request, Result
from assay.reproduce.tables import Measure, Row, Table

#: The bins of the largest attention weight.
BINS = ("[0,.25)", "[.25,.5)", "[.5,.75)", "[.75,1]")
#: How far an adversary may move the prediction: of the optimiser's penalty, of the code's report.
EPSILONS = (0.01, 0.05)
#: Our pairs of measures and the published statistics.
PAIRS = {
    "attention-gradient_detached": "pair_attention_and_gradient",
    "attention-leave_one_out": "pair_attention_and_loo",
    "gradient_detached-leave_one_out": "pair_gradient_and_loo",
}
#: The same against attention by predicted class.
BY_CLASS = {
    "attention-gradient_detached": "attention_gradient",
    "attention-leave_one_out": "attention_leave_one_out",
}


@dataclass(frozen=True)
class Split:
    """Labelled texts."""

    texts: list[str]
    labels: list[int]


@dataclass(frozen=True)
class Trained:
    """One training's measurements on the test texts; arrays have one entry a text."""

    encoder: str
    seed: int
    f1: float
    accuracy: float
    area: float
    positive: NDArray[np.bool_]
    largest: NDArray[np.float64]
    agreement: Mapping[str, Mapping[str, NDArray[np.float64]]]
    permutation: NDArray[np.float64]
    divergences: NDArray[np.float64]
    distances: NDArray[np.float64]

    def eps_max(self, epsilon: float) -> NDArray[np.float64]:
        """Return the largest divergence within `epsilon` of every text; 0 where none is within."""
        inside = self.distances <= epsilon
        found: NDArray[np.float64] = np.where(inside, self.divergences, 0.0).max(axis=1)
        return found


def run(request: Request) -> Result:
    """Train, measure, and set the figures beside the published ones."""
    parts = read(request.file("sst_dataset.csv") if request.data.is_dir() else request.data)
    if request.quick:
        parts = {name: Split(one.texts[:400], one.labels[:400]) for name, one in parts.items()}
    chosen = str(request.options["encoder"])
    attention = str(request.options["attention"])
    encoders = ENCODERS if chosen == "all" else (chosen,)
    found = [
        measure(request, parts, encoder, attention, seed)
        for encoder in encoders
        for seed in request.all_seeds
    ]
    dataset = str(request.options["dataset"])
    tables = (
        _performance(found, dataset, attention),
        _by_class(found, dataset, attention),
        _pairs(found, dataset, attention),
        _variants(found),
        _over_seeds(found),
        _adversaries(found, dataset, attention),
        _permutations(found, dataset, attention),
    )
    return Result(
        study="jain-wallace",
        title="Attention is not explanation, run again",
        source="Jain & Wallace 2019, Attention is not Explanation",
        findings=_findings(found),
        differences=_DIFFERENCES,
        tables=tables,
        figures=_figures(found),
        settings={
            "texts": {name: len(part.texts) for name, part in parts.items()},
            "encoders": list(encoders),
            "attention": attention,
            "epochs": _epochs(request),
            "seeds": list(request.all_seeds),
            "permutations": 100,
            "adversary": {"restarts": 5, "steps": 500, "rate": 0.01, "epsilon": EPSILONS[0]},
        },
        seconds=request.seconds,
    )


def read(path: Path) -> dict[str, Split]:
    """Return the parts `train`, `dev` and `test` of a csv with `text`, `label` and `exp_split`.

    As published, a test or training text counts if it has more than five words.

    Raises:
        InputError: a column or a part is missing.
    """
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not {"text", "label", "exp_split"} <= set(rows[0]):
        raise InputError(
            f"{path}: expected a csv with the columns text, label and exp_split", subject="data"
        )
    parts: dict[str, Split] = {}
    for row in rows:
        if len(row["text"].split()) > 5:
            part = parts.setdefault(row["exp_split"], Split([], []))
            part.texts.append(row["text"])
            part.labels.append(int(float(row["label"])))
    if {"train", "dev", "test"} - set(parts):
        raise InputError(
            f"{path}: expected texts whose exp_split is train, dev and test, found "
            f"{', '.join(sorted(parts))}",
            subject="data",
        )
    return parts


def classifier(
    request: Request, parts: Mapping[str, Split], encoder: str, attention: str, seed: int,
    name: str = "", **options: Any,
) -> AttentionClassifier:  # fmt: skip
    """Train a classifier, or open the one that an earlier run finished."""
    place = request.output / "models" / (name or f"{encoder}-{attention}-{seed}")
    if (place / "tokenizer.json").is_file():
        return AttentionClassifier.load(place)
    place.mkdir(parents=True, exist_ok=True)
    model = AttentionClassifier(encoder, attention, split="spaces")
    train, dev = parts["train"], parts["dev"]
    with request.stage(f"training {encoder}"):
        model.fit(
            train.texts,
            train.labels,
            validation=(dev.texts, dev.labels),
            epochs=_epochs(request),
            seed=seed,
            state=place / "state.safetensors",
            progress=request.progress,
            **options,
        )
    model.save(place)
    (place / "state.safetensors").unlink(missing_ok=True)
    return model


def study(
    model: AttentionClassifier, texts: Sequence[str], seed: int, **options: Any
) -> dict[str, Any]:
    """Run the engine's measurements over texts."""
    items = model.tokenize_all(list(texts))
    return model.call("attention_study", items, {"seed": seed, **options})


def measure(
    request: Request, parts: Mapping[str, Split], encoder: str, attention: str, seed: int
) -> Trained:
    """Train one classifier and measure it on the test texts."""
    model = classifier(request, parts, encoder, attention, seed)
    test = parts["test"]
    with request.stage(f"measuring {encoder}"):
        answer = study(
            model,
            test.texts,
            seed,
            permutations=100,
            k=10,
            adversary={"steps": 50 if request.quick else 500, "epsilon": EPSILONS[0]},
        )
    scores = answer["probabilities"].reshape(len(test.texts), -1)[:, 1]
    right = np.array(test.labels) == 1
    positive = scores > 0.5
    lengths = answer["lengths"]
    ends = np.cumsum(lengths)
    largest = np.array(
        [
            answer["attention"][end - length : end].max()
            for length, end in zip(lengths, ends, strict=True)
        ]
    )
    adversary = answer["adversary"]
    shape = (len(test.texts), adversary["restarts"])
    return Trained(
        encoder=encoder,
        seed=seed,
        f1=f1(positive, right),
        accuracy=float((positive == right).mean()),
        area=area(scores, right),
        positive=positive,
        largest=largest,
        agreement=answer["agreement"],
        permutation=answer["permutation"],
        divergences=adversary["divergences"].reshape(shape),
        distances=adversary["distances"].reshape(shape),
    )


def f1(found: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    """Return the F1 score of the second class; 0 where nothing is or should be found.

    >>> f1(np.array([True, True, False]), np.array([True, False, False]))
    0.6666666666666666
    """
    total = int(found.sum()) + int(right.sum())
    return 2 * int((found & right).sum()) / total if total else 0.0


def area(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve, ties counting half.

    >>> area(np.array([0.1, 0.8, 0.8]), np.array([False, True, False]))
    0.75
    """
    above = scores[right][:, None] - scores[~right][None, :]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


def _epochs(request: Request) -> int:
    return 2 if request.quick else int(request.options["epochs"])


def _encoders(found: Sequence[Trained]) -> list[str]:
    return list(dict.fromkeys(one.encoder for one in found))


def _of(found: Sequence[Trained], encoder: str) -> list[Trained]:
    return [one for one in found if one.encoder == encoder]


def _row(
    key: tuple[str, ...], ours: Measure, statistic: str, dataset: str, encoder: str,
    attention: str, group: str = "",
) -> Row:  # fmt: skip
    figure = published(statistic, dataset, encoder, attention, group)
    return Row(key, ours, figure.measure, figure.rerun)


def _performance(found: Sequence[Trained], dataset: str, attention: str) -> Table:
    rows = []
    for encoder in _encoders(found):
        for name, statistic, attribute in (
            ("F1 of class 1", "f1_class1", "f1"),
            ("accuracy", "accuracy", "accuracy"),
            ("area under ROC", "roc_auc", "area"),
        ):
            values = [getattr(one, attribute) for one in _of(found, encoder)]
            rows.append(
                _row((encoder, name), Measure.of(values), statistic, dataset, encoder, attention)
            )
    return Table(
        name="performance", title="How well the classifiers do on the test texts",
        keys=("encoder", "measure"), rows=tuple(rows), digits=3,
        note=f"Mean and standard deviation over trainings. {SOURCE}",
    )  # fmt: skip


def _by_class(found: Sequence[Trained], dataset: str, attention: str) -> Table:
    rows = []
    for encoder in _encoders(found):
        for pair, statistic in BY_CLASS.items():
            for group in (0, 1):
                values, shares = [], []
                for one in _of(found, encoder):
                    mask = one.positive == bool(group)
                    values.append(one.agreement[pair]["tau"][mask])
                    shares.append(one.agreement[pair]["p_value"][mask])
                key = (encoder, pair.replace("_detached", ""), str(group))
                rows.append(
                    _row(key, Measure.of(np.concatenate(values)), statistic, dataset, encoder,
                         attention, str(group))
                )  # fmt: skip
                figure = published(statistic, dataset, encoder, attention, str(group))
                significant = None if figure.significant is None else Measure(figure.significant)
                share = float((np.concatenate(shares) <= 0.05).mean())
                rows.append(Row((key[0], f"{key[1]}, share p ≤ .05", key[2]), Measure(share),
                                significant))  # fmt: skip
    return Table(
        name="correlations", title="Kendall's tau between attention and the other measures",
        keys=("encoder", "measures", "predicted class"), rows=tuple(rows),
        note="Mean and standard deviation over test texts, all trainings together; the gradient is "
        f"that of the probability with attention held fixed, times the input. {SOURCE}",
    )  # fmt: skip


def _pairs(found: Sequence[Trained], dataset: str, attention: str) -> Table:
    rows = [
        _row(
            (encoder, pair.replace("_detached", "")),
            Measure.of(
                np.concatenate([one.agreement[pair]["tau"] for one in _of(found, encoder)])
            ),
            statistic, dataset, encoder, attention, "Overall",
        )
        for encoder in _encoders(found)
        for pair, statistic in PAIRS.items()
    ]  # fmt: skip
    return Table(
        name="pairs", title="Which two of the three measures agree best",
        keys=("encoder", "measures"), rows=tuple(rows),
        note=f"Kendall's tau over all test texts. {SOURCE}",
    )  # fmt: skip


def _variants(found: Sequence[Trained]) -> Table:
    rows = []
    for encoder in _encoders(found):
        for pair in _of(found, encoder)[0].agreement:
            for name in ("tau", "top_k"):
                values = [one.agreement[pair][name] for one in _of(found, encoder)]
                rows.append(Row((encoder, pair, name), Measure.of(np.concatenate(values))))
    return Table(
        name="variants", title="Other gradients, and agreement about the top ten alone",
        keys=("encoder", "measures", "statistic"), rows=tuple(rows),
        note="detached: attention held fixed; attached: the gradient flows through attention; "
        "score: of the score instead of the probability. top_k: 1 - Kendall's distance of top-ten "
        "lists (Fagin et al. 2003, p = ½).",
    )  # fmt: skip


def _over_seeds(found: Sequence[Trained]) -> Table:
    rows = []
    for encoder in _encoders(found):
        for pair in BY_CLASS:
            for group in (0, 1):
                means = [
                    float(np.nanmean(one.agreement[pair]["tau"][one.positive == bool(group)]))
                    for one in _of(found, encoder)
                ]
                rows.append(
                    Row((encoder, pair.replace("_detached", ""), str(group)), Measure.of(means))
                )
    return Table(
        name="seeds", title="How far mean tau moves from training to training",
        keys=("encoder", "measures", "predicted class"), rows=tuple(rows), digits=3,
        note="Mean and standard deviation over trainings of the mean over test texts.",
    )  # fmt: skip


def _adversaries(found: Sequence[Trained], dataset: str, attention: str) -> Table:
    rows = []
    for encoder in _encoders(found):
        for epsilon in EPSILONS:
            for group in (0, 1):
                values = np.concatenate(
                    [
                        one.eps_max(epsilon)[one.positive == bool(group)]
                        for one in _of(found, encoder)
                    ]
                )
                key = (encoder, f"≤ {epsilon}", str(group))
                reported = epsilon == EPSILONS[1]
                rows.append(
                    _row((*key, "mean"), Measure.of(values), "eps_max_jsd", dataset, encoder,
                         attention, str(group))
                    if reported else Row((*key, "mean"), Measure.of(values))
                )  # fmt: skip
                without = float((values == 0).mean())
                rows.append(Row((*key, "share without any"), Measure(without, None, len(values))))
    return Table(
        name="adversaries",
        title="The most different attention that leaves the prediction as it is",
        keys=("encoder", "prediction moves", "predicted class", "statistic"), rows=tuple(rows),
        note="Largest JSD of five restarts, at most ln 2 = 0.693; 0 where none kept the "
        f"prediction. The published figures were reported at 0.05. {SOURCE}",
    )  # fmt: skip


def _permutations(found: Sequence[Trained], dataset: str, attention: str) -> Table:
    rows = []
    for encoder in _encoders(found):
        for group in (0, 1):
            for place, name in enumerate(BINS):
                values = np.concatenate([
                    one.permutation[(_bin(one.largest) == place) & (one.positive == bool(group))]
                    for one in _of(found, encoder)
                ])  # fmt: skip
                if values.size < 5:
                    continue
                ours = Measure(float(np.median(values)), None, int(values.size))
                rows.append(
                    _row((encoder, str(group), name), ours, "permutation_median", dataset,
                         encoder, attention, f"{group} {name}")
                )  # fmt: skip
    return Table(
        name="permutations", title="How far shuffled attention moves the prediction",
        keys=("encoder", "predicted class", "largest weight"), rows=tuple(rows), digits=3,
        note="Median over texts of the median over 100 orders of the change of the probability. "
        f"{SOURCE}",
    )  # fmt: skip


def _bin(largest: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.minimum((largest * 4).astype(np.int64), 3)


def _findings(found: Sequence[Trained]) -> tuple[str, ...]:
    sentences = []
    for encoder in _encoders(found):
        part = _of(found, encoder)
        means = {
            pair: float(np.nanmean(np.concatenate([one.agreement[pair]["tau"] for one in part])))
            for pair in PAIRS
        }
        adversary = float(np.concatenate([one.eps_max(EPSILONS[1]) for one in part]).mean())
        sentences.append(
            f"{encoder}: test F1 {np.mean([one.f1 for one in part]):.3f}; mean tau attention-"
            f"gradient {means['attention-gradient_detached']:.2f}, attention-leave-one-out "
            f"{means['attention-leave_one_out']:.2f}, gradient-leave-one-out "
            f"{means['gradient_detached-leave_one_out']:.2f}; mean of the largest JSD within 0.05 "
            f"{adversary:.2f}; {len(part)} training(s)."
        )
    return tuple(sentences)


_DIFFERENCES = (
    "Word vectors start at random; the published models started from fastText vectors, which are "
    "not used here. The vocabulary is that of the training texts.",
    "Models are selected on the development texts by the area under the ROC curve, as generation B "
    "was.",
    "The p-values of tau are exact up to 30 tokens without ties; the published ones come from "
    "scipy, probably from the normal approximation.",
    "The pairs of adversaries are weighted as in the paper, 1/(k(k - 1)); the published code has "
    "2/k².",
    "Texts whose tau is undefined are counted and left out.",
)


def _figures(found: Sequence[Trained]) -> tuple[Figure, ...]:
    figures: list[Figure] = []
    for encoder in _encoders(found):
        part = _of(found, encoder)
        violins = []
        for place, name in enumerate(BINS):
            for group in (0, 1):
                values = np.concatenate([
                    one.permutation[(_bin(one.largest) == place) & (one.positive == bool(group))]
                    for one in part
                ])  # fmt: skip
                if values.size >= 5:
                    violins.append(Violin(f"{name} {group}", values, group))
        figures.append(Violins(
            title=f"{encoder}: change under shuffled attention, by largest weight and class",
            violins=tuple(violins), y_label="median change",
            caption="One violin a bin of the largest attention weight and predicted class.",
        ))  # fmt: skip
        figures.append(Histograms(
            title=f"{encoder}: the most different attention with the same prediction",
            violins=tuple(
                Violin(f"class {group}", np.concatenate(
                    [one.eps_max(EPSILONS[1])[one.positive == bool(group)] for one in part]
                ), group)
                for group in (0, 1)
            ),
            x_label="largest JSD within 0.05", caption="ln 2 = 0.693 is the most there can be.",
            low=0.0, high=0.7,
        ))  # fmt: skip
    return tuple(figures)
