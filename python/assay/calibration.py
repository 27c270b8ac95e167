"""The verdict's measured error rates, on models in which the truth is known by construction."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assay import _engine, _files, records

if TYPE_CHECKING:
    import argparse

    from assay._progress import Progress
    from assay.model import Model
    from assay.text import TextLike


@dataclass(frozen=True, kw_only=True)
class Proportion:
    """A counted share: `count` of `of`, with Wilson's 95 % interval `low` to `high`."""

    count: int
    of: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class CalibrationRow:
    """The verdicts on one kind of map of one planted family by one method.

    Attributes:
        family: the planted family.
        method: the explaining method.
        map: `own`, or how a wrong map was made in its place.
        truth: what is true of the explanation.
        verdicts: how often each verdict was given.
        reasons: how often each reason was given.
        agreeing: verdicts that agree with the truth.
        right_reasons: verdicts whose reason the truth allows.
        trusted: models called trustworthy.
        trusted_on_evidence: how many of the trusted maps name a word of the evidence.
        missed: the targets missed: `recognition`, `trust`, `verdict`, `reason`.
        supports: how often each deciding check supports, by name.
    """

    family: str
    method: str
    map: str
    truth: str
    verdicts: Mapping[str, int]
    reasons: Mapping[str, int]
    agreeing: Proportion
    right_reasons: Proportion
    trusted: Proportion
    trusted_on_evidence: int
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
    """A way to plant a truth: how its models decide, which generator makes them, what is graded."""

    name: str
    summary: str
    generator: str
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
    """

    name: str
    recognised: Proportion
    trusted_untrue: Proportion
    trusted_wrong_maps: Proportion
    trusted_misplaced_maps: Proportion


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
    changes: tuple[ThresholdChange, ...]


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
        families: what was planted.
        deciding: the names of the checks that decide.
        rows: the confusion matrix, one row a family, method and kind of map.
        curves: recognition in the graded families against the planted share of the truth.
        left_out: models left out because something else than the planted evidence decided.
        thresholds: the thresholds chosen anew and judged elsewhere; with `report` alone.
        nulls: wrong maps on models that have learned nothing; with `report` alone.
    """

    draws: int
    seed: int
    purpose: str
    settings: Mapping[str, float]
    targets: Mapping[str, float]
    totals: CalibrationTotals
    generators: tuple[CalibrationTotals, ...]
    families: tuple[PlantedFamily, ...]
    deciding: tuple[str, ...]
    rows: tuple[CalibrationRow, ...]
    curves: tuple[CalibrationPoint, ...]
    left_out: tuple[LeftOut, ...]
    thresholds: ThresholdStudy | None
    nulls: Nulls | None

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

    @property
    def markdown(self) -> str:
        """The whole as a page."""
        from assay import calibration_page

        return calibration_page.page(self)

    def __str__(self) -> str:
        return self.markdown


def calibrate(
    draws: int = 200,
    seed: int = 0,
    *,
    purpose: str = "evaluation",
    families: Sequence[str] | None = None,
    wrong_maps: bool = True,
    report: bool = False,
    nulls: int = 500,
    options: Mapping[str, Any] | None = None,
    progress: Progress = None,
) -> Calibration:
    """Run the verdict on `draws` planted models of every family and count how often it is right.

    Args:
        draws: models per family with hand-set weights; each costs about a hundredth of a second
            and more with wrong maps. Of families whose models are trained, a second each, there
            are a third as many.
        seed: the same seed draws the same models.
        purpose: `evaluation` and `calibration` models never overlap.
        families: names of planted families; all by default.
        wrong_maps: also test wrong maps on the truthful models.
        report: also choose thresholds on further models and judge them on families that
            were left out, and test wrong maps on random weights; `markdown` tells.
        nulls: with `report`, wrong maps of each kind on random weights.
        options: thresholds and draws, as in `verify`.
        progress: as everywhere.

    Raises:
        OptionError: a value out of range, or an unknown family.

    >>> import assay
    >>> result = assay.calibrate(draws=2, families=["selector"], wrong_maps=False)
    >>> result.recognised.of
    2
    """
    record = {
        "draws": draws,
        "seed": seed,
        "purpose": purpose,
        "families": None if families is None else list(families),
        "wrong_maps": wrong_maps,
        "report": report,
        "nulls": nulls,
        "options": dict(options or {}),
    }
    answer = _engine.call("calibrate", record, progress=progress)
    result: Calibration = records.read(Calibration, answer)
    return result


def structured_nulls(
    model: Model,
    texts: Sequence[TextLike],
    *,
    method: str = "attention_rollout",
    draws: int = 500,
    seed: int = 0,
    options: Mapping[str, Any] | None = None,
    progress: Progress = None,
) -> tuple[NullRow, ...]:
    """Verify maps that are wrong by construction: how often is one supported by luck?

    Args:
        model: any model.
        texts: at least two texts; draw i tests a wrong map on text i.
        method: whose maps of other texts and of a random model are taken.
        draws: maps of each kind.
        seed: what everything random is keyed by.
        options: thresholds and draws, as in `verify`.
        progress: as everywhere.
    """
    record = {"method": method, "draws": draws, "seed": seed, "options": dict(options or {})}
    tokens = model.tokenize_all(list(texts))
    answer = model.call("structured_nulls", tokens, record, progress=progress)
    nulls: Nulls = records.read(Nulls, answer)
    return nulls.rows


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register `assay calibrate` with the command line."""
    command = commands.add_parser("calibrate", help="measure the verdict on models of known truth")
    command.add_argument("--draws", type=int, default=200, help="models per family")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--purpose", default="evaluation", choices=["evaluation", "calibration"])
    command.add_argument("--families", nargs="+", metavar="NAME", help="these families alone")
    page = command.add_mutually_exclusive_group()
    page.add_argument("--markdown", metavar="FILE", help="write the page there")
    page.add_argument(
        "--report", metavar="FILE", help="write the whole page there: thresholds and nulls as well"
    )
    command.set_defaults(run=_run)


def _run(chosen: argparse.Namespace) -> int:
    watched = sys.stderr.isatty()
    result = calibrate(
        chosen.draws,
        chosen.seed,
        purpose=chosen.purpose,
        families=chosen.families,
        report=chosen.report is not None,
        progress=watched,
    )
    path = chosen.report or chosen.markdown
    if path:
        _files.write(path, result.markdown)
    else:
        print(result.markdown, end="")
    return 0
