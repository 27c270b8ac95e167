"""The figures of Jain & Wallace 2019, as the authors' repository holds them.

`jain_wallace.csv` has both generations of github.com/successar/AttentionExplanation: A, commit
2e73cca of 2019-04-22, whose models were selected on the test set and whose ranges are those quoted
from the printed paper; B, commit 425a89a (graphs of 2019-05-15), selected on the development set.
Each is one run. How far A and B lie apart is how far the authors' own re-run moved. Histogram and
violin figures were read out of the vector graphics (bins of 0.0175 for the largest JSD). In the
files of the pairwise correlations two labels are swapped; they are named rightly here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from assay.reproduce.tables import Measure

SOURCE = (
    "Published: generation B of the authors' repository (selected on the development set, commit "
    "425a89a); the authors' re-run: its distance to generation A (selected on the test set, commit "
    "2e73cca)."
)


@dataclass(frozen=True)
class Published:
    """One figure in both generations, either of which may lack it.

    `spread` is the standard deviation over instances, `significant` the share with p ≤ 0.05,
    `low` and `high` quartiles over instances.
    """

    value: float | None
    spread: float | None
    significant: float | None
    low: float | None
    high: float | None
    earlier: float | None

    @property
    def measure(self) -> Measure | None:
        """Generation B as a table shows it, or A where B has none."""
        if self.value is None:
            return None if self.earlier is None else Measure(self.earlier)
        return Measure(self.value, self.spread)

    @property
    def rerun(self) -> float | None:
        """How far the two generations lie apart."""
        if self.value is None or self.earlier is None:
            return None
        return abs(self.value - self.earlier)


def published(
    statistic: str, dataset: str, encoder: str, attention: str, group: str = ""
) -> Published:
    """Return one figure.

    Args:
        statistic: `attention_gradient` and `attention_leave_one_out` (mean Kendall's tau),
            `pair_attention_and_gradient`, `pair_attention_and_loo`, `pair_gradient_and_loo`,
            `f1_class1`, `accuracy`, `roc_auc`, `eps_max_jsd` (mean), `eps_max_jsd_median`,
            `permutation_median`.
        dataset: the authors' name, such as `sst`.
        encoder: `bilstm`, `cnn` or `average`.
        attention: `additive` or `dot`.
        group: the predicted class (`0`, `1`, `Overall`), for permutations with the bin of the
            largest attention weight (`0 [0,.25)`); empty where a figure is over all instances.

    >>> published("attention_gradient", "sst", "bilstm", "additive", "1").value
    0.3637
    >>> published("attention_gradient", "sst", "bilstm", "additive", "1").earlier
    0.3849
    """
    key = (statistic, dataset, encoder, attention, group)
    later, earlier = _figures().get(("B", *key)), _figures().get(("A", *key))
    value, spread, significant, low, high = later or (None,) * 5
    return Published(value, spread, significant, low, high, earlier[0] if earlier else None)


@cache
def _figures() -> dict[tuple[str, ...], tuple[float | None, ...]]:
    text = (files("assay.reproduce.published") / "jain_wallace.csv").read_text("utf-8")
    found = {}
    for record in csv.DictReader(text.splitlines()):
        names = ("generation", "statistic", "dataset", "encoder", "attention", "group")
        numbers = ("value", "spread", "significant", "low", "high")
        found[tuple(record[name] for name in names)] = tuple(
            float(record[name]) if record[name] else None for name in numbers
        )
    return found
