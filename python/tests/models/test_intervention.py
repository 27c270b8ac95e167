"""Interventions as values."""

from pathlib import Path

import numpy as np
import pytest

import assay
from assay.engine.errors import InputError, InputTypeError
from assay.models.intervention import Intervention, per_item

FIXTURES = Path(__file__).parents[3] / "Tests" / "Fixtures"
CUT = Intervention.knock_out(layers=0, keys=[1, 2])


def test_an_intervention_is_the_record_that_the_engine_takes():
    assert CUT.record == {
        "kind": "knock_out", "site": None, "layers": [0], "heads": None, "queries": None,
        "keys": [1, 2], "renormalise": True,
    }  # fmt: skip
    scaled = Intervention.scale(factor=0.5, heads=np.array([1]))
    assert scaled.record["factor"] == 0.5
    assert scaled.record["heads"] == [1]
    assert Intervention.permute(seed=7).record["seed"] == 7
    assert Intervention.uniform().record["kind"] == "uniform"
    assert Intervention.patch("embedding", np.zeros((2, 3))).record["site"] == "embedding"
    assert Intervention.replace(0, np.eye(2, dtype=np.float16)).record["value"].dtype == np.float32


def test_one_list_applies_to_every_input_and_a_list_of_lists_to_one_each():
    assert per_item(None, 2) == [[], []]
    assert per_item(CUT, 2) == per_item([CUT], 2) == [[CUT.record], [CUT.record]]
    assert per_item([[CUT], []], 2) == [[CUT.record], []]


def test_lists_that_do_not_match_the_inputs_are_refused():
    with pytest.raises(InputError, match="each of 3 inputs, found 2"):
        per_item([[CUT], []], 3)
    with pytest.raises(InputTypeError, match=r"expected an assay\.Intervention, found str"):
        per_item(["knock_out"], 1)
    with pytest.raises(InputTypeError, match="found both"):
        per_item([[CUT], CUT], 2)


@pytest.mark.parametrize("bad", [[0.5], "all", [None]], ids=str)
def test_indices_are_integers(bad):
    with pytest.raises(assay.OptionError, match=r"^keys.*: expected"):
        Intervention.knock_out(keys=bad)


def test_no_edit_lets_a_decoder_attend_to_the_future():
    """Oracle: the causal mask; the first query sees itself alone, whatever is poured where."""
    decoder = assay.load(FIXTURES / "gpt2-20x4")
    ids, site = np.array([5, 6, 7, 8], np.int32), "blocks.0.attention.pattern"
    moved = Intervention.move(keys=[0], to=2, layers=[0])
    pattern = decoder.predict(ids, interventions=[moved], keep=[site]).kept[site][0]
    assert not np.triu(pattern, 1).any()
    assert (pattern[:, 2, 0] == 0).all()
    assert (pattern[:, 0, 0] == 1).all()
    dense = Intervention.replace(0, np.full((4, 4), 0.25, np.float32))
    with pytest.raises(assay.OptionError, match="weight on key 1"):
        decoder.predict(ids, interventions=[dense])
