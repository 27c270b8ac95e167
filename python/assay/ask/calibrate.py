"""The verdict's error rates, measured on models in which the truth is known by construction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assay.engine import door
from assay.engine.arguments import checked
from assay.engine.progress import Progress
from assay.inputs.text import TextLike
from assay.models.model import Model
from assay.results import records
from assay.results.calibration import Calibration, NullRow, Nulls


@checked
def calibrate(
    draws: int = 200,
    seed: int = 0,
    *,
    purpose: str = "evaluation",
    families: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
    wrong_maps: bool = True,
    report: bool = False,
    nulls: int = 500,
    options: Mapping[str, Any] | None = None,
    progress: Progress = None,
) -> Calibration:
    """Run the verdict on `draws` planted models of every family and count how often it is right.

    Args:
        draws: models per family with hand-set weights; each costs about a hundredth of a second
            and more with wrong maps. Of families whose models are trained, a second each, and of
            families in a further kind of model there are a third as many.
        seed: the same seed draws the same models.
        purpose: `evaluation` and `calibration` models never overlap.
        families: names of planted families; all by default.
        kinds: names of kinds of models, such as `decoder.classes`; all by default.
        wrong_maps: also test wrong maps on the truthful models.
        report: also choose thresholds on further models and judge them on families and kinds that
            were left out, and test wrong maps on random weights; `markdown` tells.
        nulls: with `report`, wrong maps of each kind on random weights.
        options: thresholds and draws, as in `verify`.
        progress: as everywhere.

    Raises:
        OptionError: a value out of range, or an unknown family or kind.

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
        "kinds": None if kinds is None else list(kinds),
        "wrong_maps": wrong_maps,
        "report": report,
        "nulls": nulls,
        "options": dict(options or {}),
    }
    answer = door.call("calibrate", record, progress=progress)
    return records.read(Calibration, answer)


@checked
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
    return records.read(Nulls, answer).rows
