"""The figures of Jain & Wallace 2019, as the authors' repository holds them.

`published.csv` has both generations of github.com/successar/AttentionExplanation: A, commit
2e73cca of 2019-04-22, whose models were selected on the test set and whose ranges are those quoted
from the printed paper; B, commit 425a89a (graphs of 2019-05-15), selected on the development set.
Each is one run. How far A and B lie apart is how far the authors' own re-run moved. Histogram and
violin figures were read out of the vector graphics (bins of 0.0175 for the largest JSD). In the
files of the pairwise correlations two labels are swapped; they are named rightly here.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from assay_studies.shared.tables import Measure, Row

KEYS = ("generation", "statistic", "dataset", "encoder", "attention", "group")


def published(statistic: str, *where: str) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return one figure's numbers in generations B and A, either of which may lack it.

    They are `value`, `spread` (the standard deviation over instances), `significant` (the share
    with p ≤ 0.05), `low` and `high` (quartiles over instances), where known.

    Args:
        statistic: `attention_gradient` and `attention_leave_one_out` (mean Kendall's tau),
            `pair_attention_and_gradient`, `pair_attention_and_loo`, `pair_gradient_and_loo`,
            `f1_class1`, `accuracy`, `roc_auc`, `eps_max_jsd` (mean), `eps_max_jsd_median`,
            `permutation_median`.
        *where: the authors' name of the data set, such as `sst`; the encoder; the attention; and
            the predicted class (`0`, `1`, `Overall`), for permutations with the bin of the largest
            attention weight (`0 [0,.25)`), empty where a figure is over all instances.

    >>> later, earlier = published("attention_gradient", "sst", "bilstm", "additive", "1")
    >>> later["value"], earlier["value"]
    (0.3637, 0.3849)
    """
    return _figures().get(("B", statistic, *where), {}), _figures().get(
        ("A", statistic, *where), {}
    )


def beside(key: tuple[str, ...], ours: Measure, statistic: str, *where: str) -> Row:
    """Set a figure of ours beside generation B, or A where B has none."""
    later, earlier = published(statistic, *where)
    value, before = later.get("value"), earlier.get("value")
    if value is None or before is None:
        theirs = before if value is None else value
        spread = None if value is None else later.get("spread")
        return Row(key, ours, None if theirs is None else Measure(theirs, spread))
    return Row(key, ours, Measure(value, later.get("spread")), abs(value - before))


@cache
def _figures() -> dict[tuple[str, ...], dict[str, float]]:
    text = (files(__package__) / "published.csv").read_text("utf-8")
    return {
        tuple(one[name] for name in KEYS): {
            name: float(value) for name, value in one.items() if value and name not in KEYS
        }
        for one in csv.DictReader(text.splitlines())
    }
