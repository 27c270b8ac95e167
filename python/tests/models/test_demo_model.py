"""What the embedded model promises beyond being a model."""

import re
from pathlib import Path

import numpy as np
import pytest

import assay

FOLDER = Path(assay.__file__).parent / "embedded" / "demo"


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


def positive(model, texts):
    return model.predict(texts).probabilities[:, model.labels.index("POSITIVE")]


def test_the_package_stays_small():
    assert sum(file.stat().st_size for file in FOLDER.iterdir()) <= 5_000_000


def test_plain_opinions_are_understood(demo):
    good = ["a gripping, beautifully acted film", "Wonderful!", "a funny, moving and honest story"]
    bad = ["dull and lifeless", "a waste of time", "This isn't a good movie."]
    assert (positive(demo, good) > 0.5).all()
    assert (positive(demo, bad) < 0.5).all()


def test_without_evidence_the_answer_is_neither(demo):
    # METHODS.md, section 7: with no evidence p is one half, whatever takes the place of a word.
    vocabulary = demo.tokenizer.vocabulary
    for role in ("mask", "unk"):
        for count in (1, 3, 10):
            ids = [vocabulary["cls"], *[vocabulary[role]] * count, vocabulary["sep"]]
            assert positive(demo, [np.array(ids)]) == pytest.approx(0.5, abs=0.06)
    assert positive(demo, ["", "it is", "the film"]) == pytest.approx([0.5] * 3, abs=0.08)


def test_ordinary_text_has_the_tokens_of_the_treebank(demo):
    treebank = demo.tokenize('it is n\'t " good " -- really ...')
    ordinary = demo.tokenize('It isn\N{RIGHT SINGLE QUOTATION MARK}t "good"--really...')
    assert ordinary.pieces == treebank.pieces
    assert "n't" in ordinary.pieces


def test_the_card_states_the_accuracy_with_its_interval():
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    found = re.search(r"\*\*([\d.]+) %\*\* \((\d+) of 1,821; 95 % Wilson interval", card)
    assert found is not None
    assert float(found[1]) == pytest.approx(100 * int(found[2]) / 1821, abs=0.05)
    assert int(found[2]) >= 0.78 * 1821


def test_the_card_states_the_fingerprint_of_the_model_that_is_there(demo):
    card = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"fingerprint `{demo.call('describe')['hash']}`" in card
