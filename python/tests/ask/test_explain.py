"""Explanations, agreement, rollout and verdicts through Python."""

import json
import re

import numpy as np
import pytest
from golden import CASES, Golden, assert_close
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import assay

SENTENCE = "a gripping, beautifully acted film"


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


@pytest.fixture(scope="module")
def result(demo):
    return assay.verify(demo, SENTENCE)


METHODS = sorted(assay.methods())


@pytest.mark.parametrize("case", CASES)
def test_explanations_are_torch_s(case):
    """Oracle: hand-written torch loops, in the fixtures, at the tolerance for gradients."""
    golden = Golden(case)
    model = assay.load(golden.folder)
    for length in golden.lengths:
        tokens = golden.tokens(length)
        if f"{length}.rollout" in golden.expected:
            stack = np.stack(golden.layers(length, "attention"))
            assert_close(assay.rollout(stack), golden.of(length, "rollout"), 1e-5)
        if not golden.has_head:
            continue
        target = golden.meta["target"][str(length)]
        for method, options in (
            ("saliency", {}),
            ("input_x_gradient", {}),
            ("integrated_gradients", {"n_steps": 50, "baselines": "zero"}),
        ):
            found = assay.explain(model, tokens, method=method, target=target, **options)
            assert_close(found.scores, golden.of(length, method), 1e-3)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_explains_every_token_that_is_not_special(demo, method):
    explanation = assay.explain(demo, SENTENCE, method=method)
    tokens = explanation.tokens
    assert explanation.method == method
    assert explanation.positions.tolist() == np.flatnonzero(~tokens.special).tolist()
    assert explanation.scores.dtype == np.float32
    assert np.isfinite(explanation.scores).all()
    assert not explanation.scores.flags.writeable
    assert [one["name"] for one in explanation.proof if not one["passed"]] == []
    again = assay.explain(demo, SENTENCE, method=method)
    assert again.scores.tobytes() == explanation.scores.tobytes()
    assert sum(score for _, score in explanation.words()) == pytest.approx(
        float(explanation.scores.sum()), rel=1e-4, abs=1e-6
    )


@pytest.mark.parametrize("method", METHODS)
def test_a_batch_is_its_items_bit_for_bit(demo, method):
    texts = [SENTENCE, "dull", "not bad at all, really"]
    together = assay.explain_batch(demo, texts, method=method)
    for text, one in zip(texts, together, strict=True):
        alone = assay.explain(demo, text, method=method)
        assert alone.scores.tobytes() == one.scores.tobytes()
        assert alone.target == one.target


def test_resolved_options_run_again_to_the_same_scores(demo):
    for method in METHODS:
        first = assay.explain(demo, SENTENCE, method=method)
        again = assay.explain(demo, SENTENCE, method=method, **first.options)
        assert again.scores.tobytes() == first.scores.tobytes()


def test_unknown_names_are_option_errors_that_list_the_known(demo):
    with pytest.raises(assay.OptionError, match="saliency"):
        assay.explain(demo, SENTENCE, method="magic")
    with pytest.raises(assay.OptionError, match="n_steps"):
        assay.explain(demo, SENTENCE, method="integrated_gradients", magic=1)
    with pytest.raises(assay.OptionError, match="redirect"):
        assay.verify(demo, SENTENCE, checks=["magic"])
    with pytest.raises(assay.OptionError, match="kendall"):
        assay.agreement([1, 2], [1, 2], statistics=["magic"])


def test_the_options_that_verify_documents_are_those_it_takes(demo):
    """Oracle: the engine's own list, which the refusal of another name tells."""
    told = assay.verify.__doc__.partition("**options:")[2].partition("Raises:")[0]
    with pytest.raises(assay.OptionError) as refused:
        assay.verify(demo, SENTENCE, draws=10)
    assert sorted(re.findall(r"`(\w+)`", told)) == sorted(refused.value.expected.split(", "))


def test_the_report_has_all_that_a_report_promises(result):
    assert result.verdict in ("trustworthy", "not trustworthy", "inconclusive")
    assert 0 <= result.ladder <= 4
    assert set(result.conditions) == {
        "consistency", "causal_relevance", "counterfactual_robustness",
    }  # fmt: skip
    for condition in result.conditions.values():
        assert condition.reasons
        assert set(condition.checks) <= set(result.checks)
    assert {"gradient_agreement", "removal", "redirect"} <= set(result.checks)
    assert set(result.checks) <= set(assay.checks())
    for check in result.checks.values():
        assert check.outcome in ("supports", "contradicts", "inconclusive", "not applicable")
        assert check.p_value is None or 0 < check.p_value <= 1
        assert check.claim
    assert set(result.highlighted) <= set(result.explanation.positions.tolist())
    assert result.baseline is not None
    assert not result.provisional
    assert json.loads(result.to_json()) == result.to_dict()


def test_a_verdict_is_repeated_bit_for_bit_whatever_the_threads(demo, result):
    before = assay.get_num_threads()
    try:
        assay.set_num_threads(1)
        assert assay.verify(demo, SENTENCE).to_json() == result.to_json()
    finally:
        assay.set_num_threads(before)


def test_a_report_reads_back(result, tmp_path):
    result.save(tmp_path / "r.json")
    back = assay.Report.load(tmp_path / "r.json")
    assert back.to_html() == result.to_html()


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2", ">f4", "i4", "u1"])
def test_scores_of_any_type_reach_the_same_verdict(demo, dtype):
    count = int((~demo.tokenize(SENTENCE).special).sum())
    scores = np.arange(count)[::-1]
    expected = assay.verify(demo, SENTENCE, explanation=scores.astype("f8"))
    found = assay.verify(demo, SENTENCE, explanation=np.repeat(scores.astype(dtype), 2)[::2])
    assert found.to_json() == expected.to_json()
    assert found.explanation.scores.tolist() == scores.tolist()


@pytest.mark.parametrize("scores", [0.0, 1.0, -1.0, 1e30, 1e-300])
def test_constant_scores_get_a_verdict_that_is_not_trust(demo, scores):
    count = int((~demo.tokenize(SENTENCE).special).sum())
    report = assay.verify(demo, SENTENCE, explanation=np.full(count, scores))
    assert report.verdict != "trustworthy"
    report.to_html()


def test_scores_beyond_single_precision_are_a_numeric_error(demo):
    count = int((~demo.tokenize(SENTENCE).special).sum())
    with pytest.raises(assay.NumericError, match="float32"):
        assay.verify(demo, SENTENCE, explanation=np.full(count, 1e300))


@given(data=st.data())
@settings(
    deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_text_and_any_finite_scores_are_verified_or_refused(demo, data):
    text = data.draw(st.text(max_size=40))
    count = int((~demo.tokenize(text).special).sum())
    scores = data.draw(
        st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=count, max_size=count)
    )
    try:
        report = assay.verify(demo, text, explanation=scores)
    except assay.InputError:
        assert count == 0
        return
    except assay.NumericError:
        return
    assert str(report)
    assert report.to_html()


def test_an_explanation_is_verified_as_the_method_that_made_it(demo):
    explanation = assay.explain(demo, SENTENCE, method="attention", layer=0)
    report = assay.verify(demo, SENTENCE, explanation=explanation)
    assert report.explanation.method == "attention"
    assert report.explanation.scores.tobytes() == explanation.scores.tobytes()


def test_agreement_on_a_worked_example():
    """Oracle: by hand. 4 of 6 pairs agree: (4 - 2) / 6; 1 - 6 * 4 / (4 * 15) = 0.6."""
    found = assay.agreement([1, 2, 3, 4], [2, 1, 4, 3], k=2)
    assert found["kendall"].value == pytest.approx(1 / 3, abs=1e-12)
    assert found["spearman"].value == pytest.approx(0.6, abs=1e-12)
    assert found.n == len([1, 2, 3, 4])
    assert list(found) == ["kendall", "spearman", "top_k_overlap"]


def test_agreement_says_why_it_is_undefined():
    for a, b in (([1, 1, 1], [1, 2, 3]), ([1], [2])):
        one = assay.agreement(a, b)["kendall"]
        assert one.value is None
        assert one.undefined


@pytest.mark.parametrize(
    "attentions",
    [np.zeros((2, 2)), np.zeros((1, 1, 2, 3), "f4"), np.zeros((0, 1, 2, 2), "f4"),
     np.zeros((1, 0, 2, 2), "f4"), np.full((1, 1, 2, 2), np.nan, "f4")],
    ids=lambda array: str(array.shape),
)  # fmt: skip
def test_rollout_refuses_what_is_not_attention(attentions):
    with pytest.raises(assay.AssayError):
        assay.rollout(attentions)


def test_rollout_reads_strided_arrays_only_when_told_to_copy():
    stack = np.full((1, 1, 2, 4), 0.5, np.float32)[..., ::2]
    with pytest.raises(assay.ShapeError, match="copy=True"):
        assay.rollout(stack)
    assert_close(assay.rollout(stack, copy=True), [[0.75, 0.25], [0.25, 0.75]], 1e-6)


def test_attention_on_punctuation_rests_on_a_sink():
    model = assay.load("demo")
    text = "a gripping film , with a plot ."
    found = assay.explain(model, text, method="attention_rollout")
    pieces = [found.tokens.pieces[position] for position in found.positions]
    words = [piece not in {",", "."} for piece in pieces]
    assert words.count(False) == 2
    # Rows of attention sum to one: what is on no word is on a sink.
    assert found.sink_mass == pytest.approx(1 - found.scores[words].sum(), abs=1e-5)
