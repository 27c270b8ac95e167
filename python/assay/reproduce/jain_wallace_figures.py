"""The figures of Jain & Wallace 2019, redrawn from our measurements."""

from __future__ import annotations

from assay.reproduce.debate import BINS, EPSILONS, Debate
from assay.reproduce.figures import Figure, Histograms, Violin, Violins


def figures(debate: Debate) -> tuple[Figure, ...]:
    """Return two figures an encoder."""
    return tuple(
        figure
        for encoder in debate.encoders
        for figure in (_permutations(debate, encoder), _adversaries(debate, encoder))
    )


def _permutations(debate: Debate, encoder: str) -> Violins:
    violins = []
    for place, name in enumerate(BINS):
        for group in (0, 1):
            values = debate.permutation(encoder, group, place)
            if values.size >= 5:
                violins.append(Violin(f"{name} {group}", values, group))
    return Violins(
        title=f"{encoder}: change under shuffled attention, by largest weight and class",
        violins=tuple(violins),
        y_label="median change",
        caption="One violin a bin of the largest attention weight and predicted class.",
    )


def _adversaries(debate: Debate, encoder: str) -> Histograms:
    return Histograms(
        title=f"{encoder}: the most different attention with the same prediction",
        violins=tuple(
            Violin(
                f"class {group}",
                debate.eps_max(encoder, EPSILONS[1], group),
                group,
            )
            for group in (0, 1)
        ),
        x_label="largest JSD within 0.05",
        caption="ln 2 = 0.693 is the most there can be.",
        low=0.0,
        high=0.7,
    )
