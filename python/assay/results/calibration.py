"""The verdict's measured error rates, on models in which the truth is known by construction."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assay.engine.arguments import checked
from assay.results import records, storage
from assay.results.calibration_thresholds import ThresholdStudy
from assay.results.samples import Proportion
from assay.results.shown import show


@dataclass(frozen=True, kw_only=True)
class CalibrationRow:
    """The verdicts on one kind of map of one planted family by one method.

    Attributes:
        family: the planted family.
        kind: the kind of its models.
        method: the explaining method.
        map: `own`, `half` (a part of what decides jointly), or how a wrong map was made.
        truth: what is true of the explanation.
        verdicts: how often each verdict was given.
        reasons: how often each reason was given.
        agreeing: verdicts that agree with the truth.
        right_reasons: verdicts whose reason the truth allows.
        trusted: models called trustworthy.
        trusted_on_evidence: how many of the trusted maps name a word of the evidence.
        naming_spares: reports that name every spare copy of the evidence; None without one.
        missed: the targets missed: `recognition`, `trust`, `verdict`, `reason`.
        supports: how often each deciding check supports, by name.
    """

    family: str
    kind: str
    method: str
    map: str
    truth: str
    verdicts: Mapping[str, int]
    reasons: Mapping[str, int]
    agreeing: Proportion
    right_reasons: Proportion
    trusted: Proportion
    trusted_on_evidence: int
    naming_spares: Proportion | None
    missed: tuple[str, ...]
    supports: Mapping[str, Proportion]


@dataclass(frozen=True, kw_only=True)
class CalibrationPoint:
    """How often graded models with `low` to `high` of the truth planted are trusted."""

    family: str
    method: str
    low: float
    high: float
    trusted: Proportion


@dataclass(frozen=True, kw_only=True)
class PlantedFamily:
    """A way to plant a truth: how its models decide, who makes them, their kind, what is graded."""

    name: str
    summary: str
    generator: str
    kind: str
    grade: str | None


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Models of one family that were not fair: `models` of `of`, by the condition they failed."""

    family: str
    models: int
    of: int
    conditions: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class CalibrationTotals:
    """What the verdict says of models whose truth is known, counted by model.

    Attributes:
        name: `all`, or the generator that made the models.
        recognised: models with a true explanation that the verdict calls trustworthy.
        trusted_untrue: models with an untrue explanation that it calls trustworthy.
        trusted_wrong_maps: truthful models of which it trusts a wrong map.
        trusted_misplaced_maps: the same, maps that highlight some of the evidence by luck left out.
        trusted_halves: models with jointly deciding words of which it trusts a part.
        refused: models with an untrue explanation that get the verdict they should.
        right_reasons: models of which every verdict has a reason that the truth allows.
    """

    name: str
    recognised: Proportion
    trusted_untrue: Proportion
    trusted_wrong_maps: Proportion
    trusted_misplaced_maps: Proportion
    trusted_halves: Proportion
    refused: Proportion
    right_reasons: Proportion


@dataclass(frozen=True, kw_only=True)
class CalibratedKind:
    """What the verdict says of models of one kind.

    Attributes:
        name: the registered name.
        summary: what the models are.
        model: what reports call the kind.
        totals: the counts over its models.
        missed: the targets that its models as a whole miss: `recognition`, `trust`, `verdict`,
            `reason`.
        is_calibrated: whether reports on this kind say that error rates were measured.
    """

    name: str
    summary: str
    model: str
    totals: CalibrationTotals
    missed: tuple[str, ...]
    is_calibrated: bool


@dataclass(frozen=True, kw_only=True)
class NullRow:
    """What the verdict made of one kind of wrong map.

    Attributes:
        map: how the map was made.
        trusted: maps called trustworthy.
        supports: how often each primary check supports, by name.
        attainable: what chance alone reaches at these lengths and shapes, by name of check.
    """

    map: str
    trusted: Proportion
    supports: Mapping[str, Proportion]
    attainable: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class Nulls:
    """Wrong maps on models that have learned nothing, by kind."""

    trusted: Proportion
    rows: tuple[NullRow, ...]


@dataclass(frozen=True, kw_only=True)
class UntrainedNulls:
    """Wrong maps of `method` on models of one `architecture` that have learned nothing."""

    architecture: str
    method: str
    nulls: Nulls


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What the verdict says of models whose truth is known.

    Attributes:
        draws: models drawn per family.
        seed: what the models were keyed by.
        purpose: `evaluation`, or `calibration` for the models that thresholds are chosen on.
        settings: the thresholds of the verdict.
        targets: the shares asked for.
        totals: the counts over all models.
        generators: the same for the models of each generator.
        kinds: the same for each kind of model.
        families: what was planted.
        deciding: the names of the checks that decide.
        rows: the confusion matrix, one row a family, method and kind of map.
        curves: recognition in the graded families against the planted share of the truth.
        left_out: models left out because something else than the planted evidence decided.
        thresholds: the thresholds chosen anew and judged elsewhere; with `report` alone.
        nulls: wrong maps on models that have learned nothing, by architecture; with `report` alone.
    """

    draws: int
    seed: int
    purpose: str
    settings: Mapping[str, float]
    targets: Mapping[str, float]
    totals: CalibrationTotals
    generators: tuple[CalibrationTotals, ...]
    kinds: tuple[CalibratedKind, ...]
    families: tuple[PlantedFamily, ...]
    deciding: tuple[str, ...]
    rows: tuple[CalibrationRow, ...]
    curves: tuple[CalibrationPoint, ...]
    left_out: tuple[LeftOut, ...]
    thresholds: ThresholdStudy | None
    nulls: tuple[UntrainedNulls, ...]

    @property
    def recognised(self) -> Proportion:
        """Models with a true explanation that the verdict calls trustworthy."""
        return self.totals.recognised

    @property
    def trusted_untrue(self) -> Proportion:
        """Models with an untrue explanation that it calls trustworthy."""
        return self.totals.trusted_untrue

    @property
    def trusted_wrong_maps(self) -> Proportion:
        """Truthful models of which it trusts a wrong map."""
        return self.totals.trusted_wrong_maps

    @property
    def trusted_misplaced_maps(self) -> Proportion:
        """The same, maps that highlight some of the evidence by luck left out."""
        return self.totals.trusted_misplaced_maps

    @property
    def unfair(self) -> dict[str, int]:
        """How many models of each family were left out."""
        return {one.family: one.models for one in self.left_out}

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        record: dict[str, Any] = records.plain_record(self)
        return record

    @checked
    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a JSON file that `Calibration.load` reads back."""
        storage.save(path, "calibration", self.to_dict())

    @staticmethod
    @checked
    def load(path: str | os.PathLike[str]) -> Calibration:
        """Read what `save` wrote.

        Raises:
            InputError: the file holds something else.
        """
        return storage.load(path, "calibration", lambda record: records.read(Calibration, record))

    @property
    def markdown(self) -> str:
        """The whole as a page."""
        return str(show().markdown_of(self))

    def __str__(self) -> str:
        return self.markdown
