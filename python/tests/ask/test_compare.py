"""Comparisons of methods. Oracles: scipy-tested agreement on the explanations, and symmetry."""

import json

import numpy as np
import pytest

import assay
from assay.cli import main

TEXT = "a slow film that is warm and funny in the end"


@pytest.fixture(scope="module")
def comparison() -> assay.Comparison:
    names = ["attention", "saliency", "leave_one_out"]
    return assay.compare(assay.load("demo"), TEXT, methods=names)


def test_the_matrix_is_the_pairwise_agreement(comparison: assay.Comparison) -> None:
    a, b = (abs(comparison.explanations[name].scores) for name in comparison.methods[:2])
    expected = assay.agreement(a, b)["kendall"].value
    assert comparison.matrix[0, 1] == comparison.matrix[1, 0] == expected
    np.testing.assert_array_equal(np.diag(comparison.matrix), 1)
    assert not comparison.matrix.flags.writeable


def test_each_map_is_judged_as_by_itself(comparison: assay.Comparison) -> None:
    """Oracle: `verify` of each method, and the plain differences of the efficiencies."""
    model = assay.load("demo")
    efficiencies = {}
    for name, one in comparison.verdicts.items():
        report = assay.verify(model, TEXT, explanation=name, oracle="full")
        assert one["own"]["verdict"] == report.verdict
        assert one["oracle"]["verdict"] == report.oracle.verdict
        efficiencies[name] = one["own"]["efficiencies"]
        assert efficiencies[name] == {n: c.efficiency for n, c in report.conditions.items()}
    assert list(efficiencies) == list(comparison.methods)
    for pair in comparison.differences:
        found = pair["efficiency"]["consistency"]
        first, second = (efficiencies[pair[end]]["consistency"] for end in ("first", "second"))
        assert found["difference"] == first - second
        assert found["low"] is found["high"] is found["detectable"] is None
        assert found["texts"] == 1
    assert len(comparison.differences) == 3
    assert "no interval" in str(comparison)
    assert comparison.differences[0]["sentence"].split(":")[0] in comparison._repr_html_()


def test_maps_are_judged_where_methods_are_named_or_it_is_asked_for() -> None:
    model = assay.load("demo")
    everything = assay.compare(model, "a fine film")
    assert not everything.verdicts
    assert everything.note is None
    plain = assay.compare(model, "a fine film", methods=["attention"], verdicts=False)
    assert not plain.verdicts
    assert not plain.differences


def test_a_method_without_chance_is_its_own_ceiling(comparison: assay.Comparison) -> None:
    assert comparison.ceiling["saliency"] == 1.0


def test_the_default_is_every_method_that_the_model_can_do() -> None:
    everything = assay.compare(assay.load("demo"), "a fine film")
    assert set(everything.methods) | set(everything.skipped) == set(assay.methods())
    assert "saliency" in str(everything)


def test_it_renders_and_goes_to_json(comparison: assay.Comparison) -> None:
    assert "Agreement by kendall" in str(comparison)
    assert "<table" in comparison._repr_html_()
    assert json.loads(json.dumps(comparison.to_dict()))["methods"][0] == "attention"


@pytest.mark.parametrize(("methods", "statistic"), [(["magic"], "kendall"), (["attention"], "x")])
def test_unknown_names_are_errors(methods: list[str], statistic: str) -> None:
    names = [*methods, "saliency"]
    with pytest.raises(assay.OptionError, match="expected one of"):
        assay.compare(assay.load("demo"), TEXT, methods=names, statistic=statistic)


def test_no_methods_is_an_error() -> None:
    with pytest.raises(assay.OptionError, match="found none"):
        assay.compare(assay.load("demo"), TEXT, methods=[])


def test_the_command_prints_the_matrix(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "a fine film", "--methods", "attention,saliency"]) == 0
    assert "How far methods agree" in capsys.readouterr().out
