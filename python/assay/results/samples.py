"""What samples and pairs of score vectors say, as records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """A counted share with the interval that covers the true one 95 times in 100 (Wilson 1927).

    `share` is `None`, and the interval 0 to 1, where nothing was counted.
    """

    count: int
    of: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Separation:
    """How far values tell two kinds apart; `low` and `high` are a bootstrap interval of pairs.

    `auc` is the chance that a positive exceeds a negative, ties counting half; `None` where one
    side is empty.
    """

    auc: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class Statistic:
    """One measure of agreement; `value` is `None`, and `undefined` says why, where there is none.

    `p_method` is `exact`, `normal`, `student` or `permutation`, or `None` without a p-value.
    """

    value: float | None = None
    p_value: float | None = None
    p_method: str | None = None
    undefined: str | None = None


@dataclass(frozen=True, kw_only=True)
class Agreement(Mapping[str, Statistic]):
    """How far two score vectors agree, statistic by statistic.

    Attributes:
        n: the length of both vectors.
        k: how many top positions were compared.
        seed: what the noise floor's draws were keyed by.
        statistics: name to `Statistic`; also by `agreement["kendall"]`.
        noise_floor: what random rankings of the same length and ties reach, per statistic.
    """

    n: int
    k: int | None
    seed: int
    statistics: Mapping[str, Statistic]
    noise_floor: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Statistic:
        return self.statistics[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.statistics)

    def __len__(self) -> int:
        return len(self.statistics)

    def __repr__(self) -> str:
        shown = (
            f"{name}={'undefined' if one.value is None else format(one.value, '.3f')}"
            for name, one in self.statistics.items()
        )
        return f"<Agreement n={self.n} {' '.join(shown)}>"
