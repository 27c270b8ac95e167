"""Thresholds of the verdict, chosen on some planted models and judged on others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.results.samples import Proportion


@dataclass(frozen=True, kw_only=True)
class ThresholdScore:
    """What thresholds come to, in models: recognised, trusted though untrue, rightly refused."""

    recognised: Proportion
    trusted: Proportion
    refused: Proportion


@dataclass(frozen=True, kw_only=True)
class ThresholdChoice:
    """Thresholds chosen by their errors, and how many combinations do as well (`plateau`)."""

    thresholds: Mapping[str, float]
    plateau: int
    keeps_written: bool


@dataclass(frozen=True, kw_only=True)
class ThresholdAxis:
    """The values `tried` for one threshold, and the `low` to `high` that the plateau spans."""

    name: str
    low: float
    high: float
    tried: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class ThresholdHeldOut:
    """Thresholds chosen without some models, their score there, and the plateau's worst."""

    name: str
    choice: ThresholdChoice
    score: ThresholdScore
    worst: ThresholdScore


@dataclass(frozen=True, kw_only=True)
class ThresholdChange:
    """What another value in the place of one chosen value comes to."""

    name: str
    value: float
    is_chosen: bool
    score: ThresholdScore


@dataclass(frozen=True, kw_only=True)
class ThresholdStudy:
    """How thresholds do on models they were not chosen on.

    Attributes:
        combinations: how many were considered.
        trust_weight: how many misses one trusted untruth counts.
        error: the errors a model of the chosen values, a mean over families.
        least_error: the fewest of any combination; `deviation` is its standard error.
        chosen: on all calibration models.
        axes: the values tried.
        families: the choice made without each family, judged on that family.
        generators: the same for each generator.
        kinds: the same for each kind of model.
        changes: one threshold changed at a time.
    """

    combinations: int
    trust_weight: float
    error: float
    least_error: float
    deviation: float
    chosen: ThresholdChoice
    axes: tuple[ThresholdAxis, ...]
    families: tuple[ThresholdHeldOut, ...]
    generators: tuple[ThresholdHeldOut, ...]
    kinds: tuple[ThresholdHeldOut, ...]
    changes: tuple[ThresholdChange, ...]
