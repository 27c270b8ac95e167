"""The search for the head that explains best: what it chooses, tests and corrects for."""

import json

import numpy as np
import pytest

import assay
from assay.ask.samples import random_orders

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


def test_the_lift_of_a_candidate_is_that_of_single_explanations(model):
    """Oracle: lift by its formula over twice the same texts, so that both halves are known."""
    found = assay.search_heads(model, TEXTS[:1] * 8)
    chosen = found.chosen
    fusion = "mean" if chosen.head is None else chosen.head
    e = assay.explain(model, TEXTS[0], method="attention", layer=chosen.layer, head_fusion=fusion)
    truth = assay.explain(model, TEXTS[0], method="leave_one_out")
    g = np.abs(truth.scores.astype(float))
    weights = e.scores.astype(float) / e.scores.astype(float).sum()
    lift = (weights @ g - g.mean()) / (g.max() - g.mean())
    assert chosen.test_lift == pytest.approx(lift, rel=1e-9)
    assert chosen.selection_lift == pytest.approx(lift, rel=1e-9)


def test_all_candidates_are_seen_in_one_pass_a_text(found):
    assert found.passes == len(TEXTS)
    assert found.detectable > 0


def test_orders_are_permutations_that_the_seed_decides():
    orders = random_orders(7, 5, seed=3)
    assert [sorted(order) for order in orders.tolist()] == [list(range(7))] * 5
    assert np.array_equal(orders, random_orders(7, 5, seed=3))
    assert not np.array_equal(orders, random_orders(7, 5, seed=4))


def test_the_same_seed_gives_the_same_search(model, found):
    assert assay.search_heads(model, TEXTS).to_json() == found.to_json()
    assert json.loads(found.to_json())["chosen"]["name"] == found.chosen.name
    assert found.chosen.name.upper() in str(found)


def test_bad_rows_are_listed_and_too_few_good_ones_refused(model):
    found = assay.search_heads(model, [*TEXTS, None, "", "film"])
    assert [row for row, _ in found.errors] == [18, 19, 20]
    assert "two or more tokens" in found.errors[2][1]
    with pytest.raises(assay.InputError, match="expected 8 or more"):
        assay.search_heads(model, TEXTS[:3])
    with pytest.raises(assay.OptionError, match="reference: expected one of"):
        assay.search_heads(model, TEXTS, reference="magic")
