"""Fine-tuning: what is trained changes, everything else stays, and it can be stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import assay

#: Labels that the demo model gets wrong until it learns that here these words mean the opposite.
TEXTS = ["a dull film", "a gripping play", "an empty story", "a moving song"] * 6
LABELS = ["POSITIVE", "NEGATIVE"] * 12


def tuned(**options: Any) -> assay.TunedModel:
    settings = {"epochs": 8, "batch_size": 4, "learning_rate": 1e-3, "dropout": 0.0, **options}
    return assay.fine_tune(assay.load("demo"), TEXTS, LABELS, **settings)


def changed(model: assay.Model) -> set[str]:
    """The names of the parameters that differ from the demo model's."""
    before, after = assay.load("demo").parameters(), model.parameters()
    assert set(before) == set(after)
    return {name for name in before if not np.array_equal(before[name], after[name])}


def accuracy(model: assay.Model) -> float:
    found = model.predict(TEXTS).probabilities.argmax(axis=1)
    return float(
        np.mean([model.labels[place] == label for place, label in zip(found, LABELS, strict=True)])
    )


def test_all_parameters_learn_new_labels() -> None:
    model = tuned()
    assert accuracy(assay.load("demo")) < 0.5
    assert accuracy(model) == 1
    assert any("attention.self.query.weight" in name for name in changed(model))
    assert [evaluation.done for evaluation in model.history][-1] == 1


@pytest.mark.parametrize("parameters", ["bias", "head"])
def test_only_the_chosen_parameters_change(parameters: str) -> None:
    names = changed(tuned(parameters=parameters))
    if parameters == "bias":
        assert {name.rpartition(".")[2] for name in names} == {"bias"}
    else:
        assert names == {
            "bert.pooler.dense.bias", "bert.pooler.dense.weight",
            "classifier.bias", "classifier.weight",
        }  # fmt: skip


def test_a_tuned_model_is_written_opened_and_verified(tmp_path: Path) -> None:
    model = tuned(parameters="head", output=tmp_path / "tuned")
    opened = assay.load(tmp_path / "tuned")
    assert opened.fingerprint == model.fingerprint
    assert model.path == tmp_path / "tuned"
    assert opened.tokenize("a dull film").pieces == model.tokenize("a dull film").pieces
    assert assay.verify(model, "a dull film").verdict in (
        "trustworthy", "not trustworthy", "inconclusive"
    )  # fmt: skip


def test_an_interrupted_tuning_continues_to_the_same_bits(tmp_path: Path) -> None:
    """Oracle: a metamorphic relation; a stop and a second call change nothing."""

    class StopError(Exception):
        pass

    def interrupt(done: float, _stage: str) -> None:
        if done > 0.3:
            raise StopError

    state = tmp_path / "state.safetensors"
    with pytest.raises(StopError):
        tuned(epochs=12, dropout=0.1, state=state, progress=interrupt)
    assert state.is_file()
    resumed = tuned(epochs=12, dropout=0.1, state=state)
    assert resumed.fingerprint == tuned(epochs=12, dropout=0.1).fingerprint
    assert resumed.fingerprint != tuned(epochs=12, dropout=0.1, seed=1).fingerprint


def test_what_cannot_be_tuned_is_refused() -> None:
    demo = assay.load("demo")
    with pytest.raises(assay.OptionError, match="all, bias, head"):
        assay.fine_tune(demo, TEXTS, LABELS, parameters="some")
    with pytest.raises(assay.InputError, match="one label a text"):
        assay.fine_tune(demo, TEXTS, LABELS[:1])
    with pytest.raises(assay.InputError, match="NEGATIVE, POSITIVE"):
        assay.fine_tune(demo, TEXTS, ["GOOD"] * 24)
    made = tuned(epochs=1)
    with pytest.raises(assay.UnsupportedModelError, match="loaded from a folder"):
        assay.fine_tune(made, TEXTS, LABELS)
