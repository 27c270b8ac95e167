"""The tables and figures of Jain & Wallace 2019: ours beside the published ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from assay_studies.jain_wallace.measurements import (
    ATTENTION_GRADIENT,
    ATTENTION_REMOVAL,
    EPSILONS,
    GRADIENT_REMOVAL,
    Measured,
)
from assay_studies.jain_wallace.published import beside, published
from assay_studies.shared.figures import Figure, Series
from assay_studies.shared.study import Study
from assay_studies.shared.tables import BINS, FEWEST, Measure, Row, Table, mean, median, share

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
PERFORMANCE = {"F1 of class 1": "f1_class1", "accuracy": "accuracy", "area under ROC": "roc_auc"}
CLASSES = (0, 1)
CELLS = [(group, place, name) for group in CLASSES for place, name in enumerate(BINS)]
#: An encoder's rows, from its measurements and where published figures of it stand.
Where = tuple[str, str, str]


def tables(
    study: Study, found: Mapping[str, Measured], dataset: str, attention: str
) -> list[Table]:
    """Return every table; in each one encoder follows the other."""
    kinds = (_performance, _correlations, _pairs, _variants, _seeds, _adversaries, _permutations)
    places = {encoder: (dataset, encoder, attention) for encoder in found}
    return [
        study.table(
            kind.__name__[1:],
            [row for encoder, one in found.items() for row in kind(one, places[encoder])],
        )
        for kind in kinds
    ]


def shown(pair: str) -> str:
    """Return a pair's name as tables show it."""
    return pair.replace("_detached", "").replace("_", " ")


def _performance(found: Measured, where: Where) -> Iterator[Row]:
    for name, statistic in PERFORMANCE.items():
        yield beside((where[1], name), Measure.of(found.performance[name]), statistic, *where, "")


def _correlations(found: Measured, where: Where) -> Iterator[Row]:
    for pair, statistic in BY_CLASS.items():
        for group in CLASSES:
            chosen, at = found.positive == bool(group), (*where, str(group))
            tau, p = (found.agreement[pair][name][chosen] for name in ("tau", "p_value"))
            yield beside((where[1], shown(pair), at[3]), Measure.of(tau), statistic, *at)
            known = published(statistic, *at)[0].get("significant")
            theirs = None if known is None else Measure(known)
            key = (where[1], f"{shown(pair)}, share p ≤ .05", at[3])
            yield share(*key, of=p <= 0.05, published=theirs)


def _pairs(found: Measured, where: Where) -> Iterator[Row]:
    for pair, statistic in PAIRS.items():
        ours = Measure.of(found.agreement[pair]["tau"])
        yield beside((where[1], shown(pair)), ours, statistic, *where, "")


def _variants(found: Measured, where: Where) -> Iterator[Row]:
    for pair, statistics in found.agreement.items():
        for name in ("tau", "top_k"):
            yield mean(where[1], pair.replace("_", " "), name, of=statistics[name])


def _seeds(found: Measured, where: Where) -> Iterator[Row]:
    for pair in PAIRS:
        yield mean(where[1], shown(pair), of=found.means(pair))


def _adversaries(found: Measured, where: Where) -> Iterator[Row]:
    for epsilon in EPSILONS:
        for group in CLASSES:
            values = found.eps_max(epsilon)[found.positive == bool(group)]
            key = (where[1], f"≤ {epsilon}", str(group))
            # The published figures were reported at the wider of the two.
            statistic = "eps_max_jsd" if epsilon == EPSILONS[1] else ""
            yield beside((*key, "mean"), Measure.of(values), statistic, *where, str(group))
            yield share(*key, "share without any", of=values == 0)


def _permutations(found: Measured, where: Where) -> Iterator[Row]:
    for group, place, name in CELLS:
        values = found.permutation[found.cell(group, place)]
        if values.size >= FEWEST:
            ours = median(where[1], str(group), name, of=values)
            yield beside(ours.key, ours.ours, "permutation_median", *where, f"{group} {name}")


def figures(study: Study, found: Mapping[str, Measured]) -> Iterator[Figure]:
    """Yield two figures an encoder."""
    for encoder, one in found.items():
        cells = [
            Series(f"{name} {group}", one.permutation[one.cell(group, place)], colour=group)
            for group, place, name in sorted(CELLS, key=lambda cell: cell[1])
        ]
        yield study.figure("permutations", [c for c in cells if c.defined.size >= FEWEST], encoder)
        reached = one.eps_max(EPSILONS[1])
        classes = [
            Series(f"class {group}", reached[one.positive == bool(group)], colour=group)
            for group in CLASSES
        ]
        yield study.figure("adversaries", classes, encoder)
