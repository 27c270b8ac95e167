"""Calls that once ended the process answer, or raise an error of their class.

Oracle: the process goes on, and the class of the error.
"""

import numpy as np
import pytest
from native_model import FOLDER

import assay
from assay import _native
from assay.engine import door

IDS = np.array([2, 9, 3], np.int32)


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


def examples(**more):
    return {"input": {"ids": IDS}, "targets": np.array([[1, 0]], np.float32)} | more


def fit(model, train, **more):
    record = {"train": train, "validation": examples(), "options": {"passes": 1}} | more
    return door.call("fit", record, model=model)


def test_a_site_kept_twice_is_kept(demo):
    kept = demo.predict(IDS, keep=["logits", "logits"]).kept
    assert list(kept) == ["logits"]


def test_sources_of_flow_are_each_named_once():
    maps = np.full((1, 1, 3, 3), 1 / 3, np.float32)
    with pytest.raises(assay.OptionError, match="each node once"):
        door.call("flow", {"attentions": maps, "sources": [0, 0]})


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"attention": np.full(3, 1 / 3, np.float32)}, assay.ShapeError),
        ({"targets": np.array([[np.nan, 0]], np.float32)}, assay.OptionError),
        ({"targets": np.array([[-1, 0]], np.float32)}, assay.OptionError),
        ({"label_weights": np.array([np.inf, 1.0])}, (assay.OptionError, assay.NumericError)),
        ({"label_weights": np.array([0.0, 0.0])}, assay.OptionError),
    ],
)
def test_an_example_that_does_not_fit_is_refused(demo, more, error):
    with pytest.raises(error):
        fit(demo._handle, examples(**more))


def test_what_cannot_be_trained_is_refused():
    box = assay.black_box(predict=lambda texts: [[0.3, 0.7]] * len(texts), labels=["a", "b"])
    box.predict("x")
    with pytest.raises(assay.UnsupportedModelError):
        fit(box._handle, examples())
    for name in ("bert-bare-20x1", "gpt2-bare-20x4"):
        bare = _native.open('{"path": "%s"}' % (FOLDER.parent / name), [])
        with pytest.raises((assay.UnsupportedModelError, assay.ShapeError)):
            fit(bare, examples())


def test_untrained_weights_larger_than_memory_are_refused():
    config = {"model_type": "attention_classifier", "vocab_size": 16_777_216,
              "embedding_size": 65_536, "hidden_size": 2, "num_labels": 2}  # fmt: skip
    with pytest.raises(assay.MemoryBudgetError, match=r"a need of 4\.4 TB"):
        fit(None, examples(), config=config)


STATE = {"passes": 3, "evaluations_per_pass": 1, "tokens_per_step": 3}


@pytest.fixture
def state(demo, tmp_path):
    """A training that was saved after its last step."""
    path = str(tmp_path / "state.safetensors")
    fit(demo._handle, examples(), options=STATE, state=path)
    return path


def test_a_state_goes_on_with_its_own_data(demo, state):
    fit(demo._handle, examples(), options=STATE, state=state, resume=True)


@pytest.mark.parametrize(
    "changed",
    [
        {"targets": np.array([[0, 1]], np.float32)},
        {"input": {"ids": IDS[:2]}},
        {"label_weights": np.array([2.0, 2.0])},
        {"uniform": True},
        {"input": {"ids": IDS, "types": np.array([0, 1, 1], np.int32)}},
    ],
)
def test_a_state_belongs_to_its_data(demo, state, changed):
    with pytest.raises(assay.CheckpointError, match="data"):
        fit(demo._handle, examples(**changed), options=STATE, state=state, resume=True)
    record = {"train": examples(), "validation": examples(**changed), "options": STATE,
              "state": state, "resume": True}  # fmt: skip
    with pytest.raises(assay.CheckpointError, match="validation"):
        door.call("fit", record, model=demo._handle)


def test_a_state_belongs_to_its_model(state):
    other = _native.open('{"path": "%s"}' % (FOLDER.parent / "attention-average-additive"), [])
    three = examples(targets=np.array([[1, 0, 0]], np.float32))
    with pytest.raises(assay.CheckpointError):
        fit(other, three, options=STATE, state=state, resume=True, validation=three)


def test_a_model_without_labels_has_none_that_weigh():
    bare = assay.load(str(FOLDER.parent / "bert-bare-20x1"))
    assert not bare.labels
    train = {"input": {"ids": IDS}, "targets": np.zeros((1, 0), np.float32)}
    for weights in ("balanced", np.zeros(0)):
        with pytest.raises(assay.AssayError):
            fit(bare._handle, train | {"label_weights": weights}, validation=train)
