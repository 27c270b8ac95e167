"""What ids mean is said when a model is opened, and never told to it afterwards."""

import numpy as np
import pytest
from conftest import wordpiece

import assay
from assay.inputs.tokenizer import Tokenizer

SENTENCE = "a gripping, beautifully acted film"


@pytest.fixture
def bare(tmp_path):
    """The demo model's weights without its tokenizer."""
    place = assay.load("demo").path
    for file in ("config.json", "model.safetensors"):
        (tmp_path / file).symlink_to(place / file)
    return assay.load(tmp_path)


def test_a_tokenizer_given_later_makes_another_model_over_the_same_weights(bare):
    """Oracle: the same folder opened with its tokenizer; addresses for the weights."""
    demo = assay.load("demo")
    read = bare.with_tokenizer(demo.tokenizer)
    assert bare.tokenizer is None
    assert read.tokenizer is demo.tokenizer
    assert read.predict(SENTENCE).logits.tobytes() == demo.predict(SENTENCE).logits.tobytes()
    options = {"method": "occlusion", "operator": "mask"}
    ours, theirs = (assay.explain(model, SENTENCE, **options) for model in (read, demo))
    assert ours.scores.tobytes() == theirs.scores.tobytes()
    for name, array in bare.parameters().items():
        assert np.shares_memory(array, read.parameters()[name])
    with pytest.raises(assay.InputError, match="without a tokenizer"):
        bare.predict(SENTENCE)


def test_a_model_has_no_tokenizer_put_into_it(bare):
    with pytest.raises(AttributeError):
        bare.tokenizer = assay.load("demo").tokenizer
    with pytest.raises(assay.InputTypeError, match="found None"):
        bare.with_tokenizer(None)
    with pytest.raises(assay.InputTypeError, match="fast tokenizer"):
        bare.with_tokenizer("bert")


def test_a_black_box_keeps_the_tokenizer_that_its_functions_know():
    def predict(batch):
        good = np.array([0.25 + 0.5 * (11 in list(ids)) for ids in batch])
        return np.stack([1 - good, good], axis=1)

    box = assay.black_box(predict=predict, tokenizer=wordpiece())
    report = assay.explain(box, "a good film", method="occlusion", operator="mask")
    assert len(report.scores) == 3
    with pytest.raises(assay.UnsupportedModelError, match="another black_box"):
        box.with_tokenizer(Tokenizer(wordpiece()))
