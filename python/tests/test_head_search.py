"""The search for the head that explains best: what it chooses, tests and corrects for."""

import json

import numpy as np
import pytest

import assay
from assay.audit.lift import lift
from assay.head_search import _paired, holm

TEXTS = [
    f"{a} {b} {c}"
    for a in ("a gripping", "a dull", "an endless")
    for b in ("film with", "story about")
    for c in ("a fine cast", "nothing at all", "charm and wit")
]


@pytest.fixture(scope="module")
def model():
    return assay.load("demo")


@pytest.fixture(scope="module")
def found(model):
    return assay.search_heads(model, TEXTS)


def test_every_head_and_layer_is_a_candidate_once(model, found):
    names = {(one.layer, one.head) for one in found.candidates}
    heads = [*range(model.heads), None]
    assert names == {(layer, head) for layer in range(model.layers) for head in heads}
    lifts = [one.selection_lift for one in found.candidates]
    assert lifts == sorted(lifts, reverse=True)
    assert found.selection + found.test == len(TEXTS)


def test_the_lift_of_a_candidate_is_that_of_single_explanations(model, found):
    order = np.argsort(np.random.Generator(np.random.Philox(key=0)).random(len(TEXTS)))
    test = [TEXTS[i] for i in order[len(TEXTS) // 2 :]]
    chosen = found.chosen
    fusion = "mean" if chosen.head is None else chosen.head
    values = []
    for text in test:
        e = assay.explain(model, text, method="attention", layer=chosen.layer, head_fusion=fusion)
        truth = assay.explain(model, text, method="leave_one_out")
        values.append(lift(e.scores.astype(float), np.abs(truth.scores.astype(float)))[0])
    assert chosen.test_lift == pytest.approx(np.mean(values), rel=1e-6)


def test_the_same_seed_gives_the_same_search(model, found):
    assert assay.search_heads(model, TEXTS).to_json() == found.to_json()
    assert json.loads(found.to_json())["chosen"]["name"] == found.chosen.name
    assert found.chosen.name.upper() in str(found)


def test_holms_correction_equals_the_hand_count():
    assert holm([0.01, None, 0.02, 0.03]) == pytest.approx([0.03, None, 0.04, 0.04])


def test_the_paired_test_holds_its_level_and_finds_a_shift():
    random = np.random.default_rng(0)
    chance = [_paired(random.normal(0, 1, 12), 0)[2] for _ in range(10)]
    assert 0.1 < np.mean(chance) < 0.9
    low, high, p = _paired(random.normal(1, 0.5, 30), 0)
    assert low > 0.5
    assert high < 1.5
    assert p < 0.001


def test_bad_rows_are_listed_and_too_few_good_ones_refused(model):
    found = assay.search_heads(model, [*TEXTS, None, "", "film"])
    assert [row for row, _ in found.errors] == [18, 19, 20]
    assert "two or more tokens" in found.errors[2][1]
    with pytest.raises(assay.InputError, match="expected 8 or more"):
        assay.search_heads(model, TEXTS[:3])
    with pytest.raises(assay.OptionError, match="reference: expected one of"):
        assay.search_heads(model, TEXTS, reference="magic")
