"""Verdicts through the door. Oracles: the engine's own run of the same weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("transformers", reason="transformers is not installed")

import assay  # noqa: E402
from torch_door.architectures import ARCHITECTURES, Architecture, numbers  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")
IDS = np.array([11, 23, 35, 5, 47, 29, 59], np.int32)
#: The engine adds float32 products in another order than torch.
EFFECT = 1e-4
NATIVE = [one for one in ARCHITECTURES if one.name in assay.families()]


def conditions(report: Any) -> dict[str, str]:
    return {name: one.outcome for name, one in report.conditions.items()}


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda one: one.name)
def test_every_condition_is_tested(architecture: Architecture) -> None:
    model = assay.from_torch(architecture.module(), engine="torch")
    scores = np.linspace(1, 0.2, len(IDS))
    more = {} if model.labels else {"position": len(IDS) - 1}
    report = assay.verify(model, IDS, explanation=scores, **more)
    assert set(conditions(report)) == {
        "consistency",
        "causal_relevance",
        "counterfactual_robustness",
    }
    for check in ("gradient_agreement", "removal", "redirect"):
        assert report.checks[check].outcome != "not applicable", check
        assert report.checks[check].cost


@pytest.mark.parametrize("architecture", NATIVE, ids=lambda one: one.name)
@pytest.mark.parametrize("method", ["attention_rollout", "attention_gradient"])
def test_the_engine_and_torch_agree(architecture: Architecture, method: str) -> None:
    module = architecture.module()
    ours = assay.from_torch(module, engine="native")
    theirs = assay.from_torch(module, engine="torch")
    more = {} if ours.labels else {"position": len(IDS) - 1}
    mine, other = (
        assay.verify(model, IDS, explanation=method, seed=3, **more) for model in (ours, theirs)
    )
    compared = 0
    for name, check in mine.checks.items():
        twin = other.checks[name]
        if "not applicable" in (check.outcome, twin.outcome):
            assert name in ("free_directions", "sinks", "plausibility", "tracing_agreement"), name
            continue
        for first, second in numbers(check.details, twin.details):
            assert abs(first - second) <= EFFECT * max(1, abs(first)), (name, first, second)
            compared += 1
        assert check.outcome == twin.outcome, name
    assert compared > 20
    assert (mine.verdict, mine.reason) == (other.verdict, other.reason)
