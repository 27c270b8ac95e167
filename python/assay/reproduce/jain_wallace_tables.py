"""The tables of Jain & Wallace 2019: ours, the published figures, the authors' own re-run."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from assay.reproduce.debate import (
    ATTENTION_GRADIENT,
    ATTENTION_REMOVAL,
    BINS,
    EPSILONS,
    GRADIENT_REMOVAL,
    Debate,
)
from assay.reproduce.published.jain_wallace import SOURCE
from assay.reproduce.tables import Measure, Row, Table

#: Our pairs of measures and the published statistics over all test texts.
PAIRS = {
    ATTENTION_GRADIENT: "pair_attention_and_gradient",
    ATTENTION_REMOVAL: "pair_attention_and_loo",
    GRADIENT_REMOVAL: "pair_gradient_and_loo",
}
#: The same by predicted class.
BY_CLASS = {
    ATTENTION_GRADIENT: "attention_gradient",
    ATTENTION_REMOVAL: "attention_leave_one_out",
}
CLASSES = (0, 1)


def tables(debate: Debate) -> tuple[Table, ...]:
    """Return every table."""
    return (
        _performance(debate),
        _correlations(debate),
        _pairs(debate),
        _variants(debate),
        _seeds(debate),
        _adversaries(debate),
        _permutations(debate),
    )


def shown(pair: str) -> str:
    """Return a pair's name as tables show it."""
    return pair.replace("_detached", "").replace("_", " ")


def _performance(debate: Debate) -> Table:
    rows = []
    for encoder in debate.encoders:
        for name, statistic, attribute in (
            ("F1 of class 1", "f1_class1", "f1"),
            ("accuracy", "accuracy", "accuracy"),
            ("area under ROC", "roc_auc", "area"),
        ):
            ours = Measure.of([getattr(one, attribute) for one in debate.of(encoder)])
            rows.append(debate.row((encoder, name), ours, statistic, encoder))
    return Table(
        name="performance",
        title="How well the classifiers do on the test texts",
        keys=("encoder", "measure"),
        rows=tuple(rows),
        digits=3,
        note=f"Mean and standard deviation over trainings. {SOURCE}",
    )


def _correlations(debate: Debate) -> Table:
    rows = []
    for encoder in debate.encoders:
        for pair, statistic in BY_CLASS.items():
            for group in CLASSES:
                ours = Measure.of(debate.statistic(encoder, pair, "tau", group))
                key = (encoder, shown(pair), str(group))
                rows.append(debate.row(key, ours, statistic, encoder, str(group)))
                p = debate.statistic(encoder, pair, "p_value", group)
                figure = debate.published(statistic, encoder, str(group)).significant
                share = _share(p <= 0.05)
                beside = None if figure is None else Measure(figure)
                rows.append(Row((key[0], f"{key[1]}, share p ≤ .05", key[2]), share, beside))
    return Table(
        name="correlations",
        title="Kendall's tau between attention and the other measures",
        keys=("encoder", "measures", "predicted class"),
        rows=tuple(rows),
        note="Mean and standard deviation over test texts, all trainings together; the gradient is "
        f"that of the probability with attention held fixed, times the input. {SOURCE}",
    )


def _pairs(debate: Debate) -> Table:
    rows = [
        debate.row(
            (encoder, shown(pair)), Measure.of(debate.statistic(encoder, pair)), statistic, encoder
        )
        for encoder in debate.encoders
        for pair, statistic in PAIRS.items()
    ]  # fmt: skip
    return Table(
        name="pairs",
        title="Which two of the three measures agree best",
        keys=("encoder", "measures"),
        rows=tuple(rows),
        note=f"Kendall's tau over all test texts. {SOURCE}",
    )


def _variants(debate: Debate) -> Table:
    rows = []
    for encoder in debate.encoders:
        for pair in debate.of(encoder)[0].agreement:
            for name in ("tau", "top_k"):
                values = debate.statistic(encoder, pair, name)
                rows.append(Row((encoder, pair.replace("_", " "), name), Measure.of(values)))
    return Table(
        name="variants",
        title="Other gradients, and agreement about the top ten alone",
        keys=("encoder", "measures", "statistic"),
        rows=tuple(rows),
        note="detached: attention held fixed; attached: the gradient flows through attention; "
        "score: of the score instead of the probability. top_k: 1 - Kendall's distance of top-ten "
        "lists (Fagin et al. 2003, p = ½).",
    )


def _seeds(debate: Debate) -> Table:
    rows = []
    for encoder in debate.encoders:
        for pair in PAIRS:
            means = [float(np.nanmean(one.agreement[pair]["tau"])) for one in debate.of(encoder)]
            rows.append(Row((encoder, shown(pair)), Measure.of(means)))
    return Table(
        name="seeds",
        title="How far mean tau moves from training to training",
        keys=("encoder", "measures"),
        rows=tuple(rows),
        digits=3,
        note="Mean and standard deviation over trainings of the mean over test texts.",
    )


def _adversaries(debate: Debate) -> Table:
    rows = []
    for encoder in debate.encoders:
        for epsilon in EPSILONS:
            for group in CLASSES:
                values = debate.eps_max(encoder, epsilon, group)
                key = (encoder, f"≤ {epsilon}", str(group))
                mean = Measure.of(values)
                # The published figures were reported at the wider of the two.
                if epsilon == EPSILONS[1]:
                    rows.append(
                        debate.row((*key, "mean"), mean, "eps_max_jsd", encoder, str(group))
                    )
                else:
                    rows.append(Row((*key, "mean"), mean))
                rows.append(Row((*key, "share without any"), _share(values == 0)))
    return Table(
        name="adversaries",
        title="The most different attention that leaves the prediction as it is",
        keys=("encoder", "prediction moves", "predicted class", "statistic"),
        rows=tuple(rows),
        note="Largest JSD of five restarts, at most ln 2 = 0.693; 0 where none kept the "
        f"prediction. The published figures were reported at 0.05. {SOURCE}",
    )


def _permutations(debate: Debate) -> Table:
    rows = []
    for encoder in debate.encoders:
        for group in CLASSES:
            for place, name in enumerate(BINS):
                values = debate.permutation(encoder, group, place)
                if values.size < 5:
                    continue
                key = (encoder, str(group), name)
                ours = Measure(float(np.median(values)), None, int(values.size))
                rows.append(debate.row(key, ours, "permutation_median", encoder, f"{group} {name}"))
    return Table(
        name="permutations",
        title="How far shuffled attention moves the prediction",
        keys=("encoder", "predicted class", "largest weight"),
        rows=tuple(rows),
        digits=3,
        note="Median over texts of the median over 100 orders of the change of the probability. "
        f"{SOURCE}",
    )


def _share(flags: NDArray[np.bool_]) -> Measure:
    """How many of some texts; undefined where there are none, as when one class is never said."""
    return Measure(float(flags.mean()) if flags.size else None, None, int(flags.size))
