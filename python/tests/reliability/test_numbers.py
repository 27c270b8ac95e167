"""Numbers that mean nothing are an error that names the place, and never an answer.

Oracle: models in which one number was put out of range, one place at a time.
"""

import shutil

import numpy as np
import pytest
from native_model import FOLDER, open_from, tensors

import assay
from assay.engine import door

IDS = np.array([3, 4, 5], np.int32)
SPOILT = ["embeddings.word_embeddings", "layer.0.attention.self.value", "layer.1.output.dense",
          "pooler.dense", "classifier"]  # fmt: skip


def spoilt(part, number):
    arrays = tensors()
    for name, array in arrays.items():
        if part in name and name.endswith("weight"):
            array.reshape(-1)[:] = number if np.isfinite(number) else array.reshape(-1)
            array.reshape(-1)[0] = number
            array.reshape(-1)[-1] = number
    return open_from(arrays)


@pytest.mark.parametrize("part", SPOILT)
@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, 1e37])
@pytest.mark.parametrize(
    ("operation", "more"),
    [
        ("predict", {}),
        ("explain", {"method": "saliency"}),
        ("verify", {"explanation": {"method": "attention_rollout"}}),
    ],
)
def test_every_answer_is_refused(part, number, operation, more):
    model = spoilt(part, number)
    ids = np.array([0, 3, 4, 5, 19], np.int32)  # the first and the last row of the word table
    with pytest.raises(assay.NumericError, match="the model's"):
        door.call(operation, {"input": {"ids": ids}} | more, model=model)


def test_scaled_attention_that_leaves_the_floats_is_refused():
    model = assay.load("demo")
    huge = assay.Intervention.scale(factor=3e38)
    with pytest.raises(assay.NumericError, match=r"blocks\.0"):
        model.predict("a fine film", interventions=[huge])


def test_fit_ends_where_numbers_leave_their_range():
    texts, labels = ["a fine film", "a dull film"] * 4, [1, 0] * 4
    attention = ([np.full(5, 0.2)] * 8, [np.full(5, np.nan)] * 8)
    model = assay.AttentionClassifier("average", hidden_size=8, embedding_size=8)
    with pytest.raises(assay.NumericError):
        model.fit(texts, labels, validation=(texts, labels), fixed_attention=attention, epochs=2)


def test_a_sound_copy_of_a_model_answers(tmp_path):
    shutil.copytree(FOLDER, tmp_path / "model")
    assert np.isfinite(assay.load(tmp_path / "model").predict(IDS).logits).all()
