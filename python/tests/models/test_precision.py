"""Models in bfloat16 through Python: what is said of them, and how they cross to processes."""

import pickle
import subprocess
import sys

import numpy as np
import pytest

import assay
from assay.audit.configuration import Configuration
from assay.audit.manifest import manifest

SENTENCE = "a gripping, beautifully acted film"
HAS_IT = "bfloat16" in assay.build_info()["supported_precisions"]
needed = pytest.mark.skipif(not HAS_IT, reason="this processor has no bfloat16 products")


@pytest.fixture(scope="module")
def model():
    return assay.load("demo", precision="bfloat16")


def test_float32_is_supported_everywhere_and_the_default():
    assert assay.build_info()["supported_precisions"][0] == "float32"
    assert assay.load("demo").precision == "float32"


def test_an_unknown_precision_is_an_error_that_lists_the_known_ones():
    with pytest.raises(
        assay.OptionError,
        match='precision: expected one of "float32", "bfloat16", found the string "float16"',
    ):
        assay.load("demo", precision="float16")


@needed
def test_logits_are_close_to_float32_and_not_the_same(model):
    """Oracle: float32; 8 significant bits in two blocks leave about three digits."""
    found, expected = model.predict(SENTENCE).logits, assay.load("demo").predict(SENTENCE).logits
    assert model.precision == "bfloat16"
    assert not np.array_equal(found, expected)
    assert np.abs(found - expected).max() < 1e-2


@needed
def test_a_list_is_its_members_bit_for_bit(model):
    texts = [SENTENCE, "a dull film", "fine"]
    together = model.predict(texts).logits
    assert all(
        np.array_equal(model.predict(text).logits[0], row)
        for text, row in zip(texts, together, strict=True)
    )


@needed
def test_the_precision_crosses_to_another_process(model):
    again = pickle.loads(pickle.dumps(model))
    assert again.precision == "bfloat16"
    assert np.array_equal(again.predict(SENTENCE).logits, model.predict(SENTENCE).logits)


@needed
def test_reports_and_audits_say_which_precision(model):
    report = assay.verify(model, SENTENCE)
    assert report.precision == "bfloat16"
    assert "bfloat16 products" in report.to_html()
    asked = [
        manifest(one, [], Configuration())["model"]["precision"]
        for one in (model, assay.load("demo"))
    ]
    assert asked == ["bfloat16", "float32"]


@needed
def test_training_asks_for_float32(model):
    with pytest.raises(assay.UnsupportedModelError, match="model in float32, as training is"):
        assay.fine_tune(model, ["a", "b"], ["POSITIVE", "NEGATIVE"])


def test_where_there_is_no_bfloat16_the_error_says_so():
    """Oracle: a process whose instruction set is AVX2, which never has it."""
    code = (
        "import assay\n"
        "try: assay.load('demo', precision='bfloat16')\n"
        "except assay.UnsupportedModelError as error: print(error)\n"
        "print(assay.build_info()['supported_precisions'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"ASSAY_ISA": "baseline", "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "AVX512-BF16" in done.stdout
    assert "found bfloat16, with the instruction set baseline" in done.stdout
    assert done.stdout.endswith("['float32']\n")
