"""Fine-tuning: what is trained changes, everything else stays, and it can be stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import assay
from assay.engine import door

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


def bare(tmp_path: Path) -> Path:
    """Write the demo model's folder without what stands above its pooler."""
    demo = assay.load("demo")
    place = tmp_path / "bare"
    place.mkdir()
    kept = {
        name.removeprefix("bert."): array
        for name, array in demo.parameters().items()
        if not name.startswith("classifier.")
    }
    assert demo.path is not None
    config = json.loads((demo.path / "config.json").read_text("utf-8"))
    del config["id2label"]
    handle = door.open_model({"config": config, "tensors": kept})
    door.call("save", {"path": str(place / "model.safetensors")}, model=handle)
    (place / "config.json").write_text(json.dumps(config), "utf-8")
    (place / "tokenizer.json").write_bytes((demo.path / "tokenizer.json").read_bytes())
    return place


def test_a_model_without_labels_gets_a_head_of_its_own(tmp_path: Path) -> None:
    start = assay.load(bare(tmp_path))
    assert not start.labels
    labels = ["dull", "vivid"] * 12
    settings: dict[str, Any] = {"epochs": 8, "batch_size": 4, "learning_rate": 1e-3, "dropout": 0.0}
    model = assay.fine_tune(start, TEXTS, labels, output=tmp_path / "tuned", **settings)
    assert model.labels == ("dull", "vivid")
    found = [model.labels[place] for place in model.predict(TEXTS).probabilities.argmax(axis=1)]
    assert found == labels
    opened = assay.load(tmp_path / "tuned")
    assert opened.labels == model.labels
    assert opened.fingerprint == model.fingerprint
    other = assay.fine_tune(start, TEXTS, labels, label_names=["vivid", "dull"], **settings)
    assert other.labels == ("vivid", "dull")


def test_a_new_head_is_keyed_by_the_seed_and_trained_whatever_is(tmp_path: Path) -> None:
    """Oracle: what the training leaves as it was, and the same seed's bits."""
    start = assay.load(bare(tmp_path))

    def once(seed: int, parameters: str = "bias") -> assay.Model:
        return assay.fine_tune(
            start, TEXTS, LABELS, parameters=parameters, epochs=1, seed=seed, dropout=0.0
        )

    one, same, other = (once(seed).parameters() for seed in (1, 1, 2))
    assert all(np.array_equal(one[name], same[name]) for name in one)
    assert not np.array_equal(one["classifier.weight"], other["classifier.weight"])
    before = start.parameters()
    kept = [name for name in before if name.endswith("weight") and "pooler" not in name]
    assert all(np.array_equal(before[name], one[f"bert.{name}"]) for name in kept)


def test_what_takes_no_new_head_says_so(tmp_path: Path) -> None:
    with pytest.raises(assay.OptionError, match="label_names: expected a model without labels"):
        assay.fine_tune(assay.load("demo"), TEXTS, LABELS, label_names=["a", "b"])
    start = assay.load(bare(tmp_path))
    with pytest.raises(assay.InputError, match="two or more different"):
        assay.fine_tune(start, TEXTS, ["same"] * 24)
    with pytest.raises(assay.InputError, match="expected a, b"):
        assay.fine_tune(start, TEXTS, LABELS, label_names=["a", "b"])
