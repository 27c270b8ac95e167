"""Black boxes: any function as a model. Oracles: arithmetic by hand, and a model run both ways."""

import gc
import threading
import weakref

import numpy as np
import pytest
from conftest import wordpiece
from golden import FIXTURES

import assay
from assay.models.words import FIRST_WORD

TEXT = "a good film, not dull"


def predict(texts):
    """The more good words the more positive, bad ones against them."""
    points = np.array([4.0 * ("good" in t) - 2.0 * ("dull" in t) for t in texts])
    positive = 1 / (1 + np.exp(-points))
    return np.stack([1 - positive, positive], axis=1)


@pytest.fixture
def model():
    return assay.black_box(
        predict=predict, labels=["bad", "good"], mask="[MASK]", replacements=["the", "of", "some"]
    )


@pytest.fixture(scope="module")
def glass():
    """The model that the next fixture hides."""
    return assay.load(FIXTURES / "bert-gelu-20x5")


@pytest.fixture(scope="module")
def hidden(glass):
    """The same model seen through three functions."""
    return assay.black_box(
        predict=lambda batch: glass.predict(batch).probabilities,
        attention=glass.attention,
        gradient=lambda ids, target: glass.gradient(ids, target=target),
    )


def test_texts_are_given_as_they_were_and_without_what_was_removed():
    seen = []

    def spy(texts):
        seen.extend(texts)
        return predict(texts)

    model = assay.black_box(predict=spy, mask="[MASK]", replacements=["the"])
    for operator in ("delete", "mask", "replace"):
        assay.explain(model, TEXT, method="leave_one_out", operator=operator)
    assert seen[0] == TEXT
    assert "a film, not dull" in seen
    assert "a [MASK] film, not dull" in seen
    assert "a the film, not dull" in seen
    assert "a good film not dull" in seen


def test_leaving_out_a_word_moves_the_probability_by_what_the_function_says(model):
    """Oracle: the function's own values."""
    whole = predict([TEXT])[0, 1]
    scores = assay.explain(model, TEXT, method="leave_one_out", target="good")
    by_word = dict(zip(scores.tokens.pieces, scores.scores, strict=True))
    assert by_word["good"] == pytest.approx(whole - predict(["dull"])[0, 1], abs=1e-6)
    assert by_word["dull"] == pytest.approx(whole - predict(["good"])[0, 1], abs=1e-6)
    assert by_word["film"] == 0


@pytest.mark.parametrize("method", ["occlusion", "shapley_sampling", "kernel_shap", "lime"])
def test_perturbation_methods_name_the_word_that_decides(model, method):
    explanation = assay.explain(model, TEXT, method=method, target="good")
    assert explanation.tokens.pieces[int(explanation.scores.argmax())] == "good"


@pytest.mark.parametrize("method", ["attention_rollout", "saliency", "integrated_gradients"])
def test_what_was_not_given_cannot_be_had(model, method):
    with pytest.raises(assay.UnsupportedModelError, match="black_box"):
        assay.explain(model, TEXT, method=method)


@pytest.mark.parametrize("operator", ["zero", "mean_embedding", "attention_mask"])
def test_operators_that_need_edits_say_so(model, operator):
    with pytest.raises(assay.UnsupportedModelError, match="cannot be edited"):
        assay.explain(model, TEXT, method="leave_one_out", operator=operator)


def test_a_verdict_says_what_it_rests_on(model):
    report = assay.verify(model, TEXT, explanation=[0, 5, 0, 0, 0, 1], target="good")
    outcomes = {name: one.outcome for name, one in report.conditions.items()}
    assert outcomes["consistency"] == outcomes["counterfactual_robustness"] == "not applicable"
    assert outcomes["causal_relevance"] != "not applicable"
    assert report.verdict == "inconclusive"
    assert report.baseline is None
    assert any("rests on causal relevance alone" in said for said in report.sentences)
    tried = [one["operator"] for one in report.checks["removal"].details["operators"]]
    assert tried == ["delete", "mask"]  # the first two that remove evidence decide
    assert "could not be tested" in report.checks["redirect"].sentence
    assert "not applicable" in str(report)


def test_a_wrong_map_is_refuted_by_removal_alone(model):
    """Oracle: the function, to which the highlighted words make no difference and others do."""
    report = assay.verify(model, TEXT, explanation=[1, 0, 3, 1, 0, 0], target="good")
    assert report.verdict == "not trustworthy"
    assert report.reason == "no_effect"
    best = {report.tokens.pieces[one] for one in report.repaired.positions}
    assert best & {"good", "dull"}


def test_all_checks_can_be_asked_for(model):
    report = assay.verify(model, TEXT, explanation="leave_one_out", checks="all")
    assert report.checks["parameter_randomization"].outcome == "not applicable"
    assert report.checks["comprehensiveness"].outcome != "not applicable"


@pytest.mark.parametrize("method", ["attention", "attention_rollout", "attention_flow", "saliency"])
def test_what_a_hidden_model_tells_equals_what_it_computes(glass, hidden, method):
    ids = np.arange(3, 12)
    ours, direct = (assay.explain(m, ids, method=method, target=1) for m in (hidden, glass))
    np.testing.assert_allclose(ours.scores, direct.scores, rtol=1e-6, atol=1e-7)
    assert hidden.layers == glass.layers
    assert hidden.heads == glass.heads


def test_predictions_of_a_hidden_model_come_through(glass, hidden):
    batch = [np.arange(3, 12), np.arange(5, 9)]
    expected = glass.predict(batch).probabilities
    np.testing.assert_allclose(hidden.predict(batch).probabilities, expected, atol=1e-6)
    assert set(hidden.sites()) == {"blocks.0.attention.pattern", "blocks.1.attention.pattern",
                                   "logits"}  # fmt: skip
    with pytest.raises(assay.UnsupportedModelError, match="interventions"):
        hidden.predict(batch, interventions=[assay.Intervention.uniform()])
    with pytest.raises(assay.UnsupportedModelError):
        hidden.hidden_states(batch[0])


def test_a_gradient_from_outside_makes_consistency_testable(hidden):
    report = assay.verify(hidden, np.arange(3, 12), explanation="attention_rollout")
    assert report.conditions["consistency"].outcome != "not applicable"
    assert report.baseline.method == "saliency"
    assert report.conditions["counterfactual_robustness"].outcome == "not applicable"


def test_a_tokenizer_gives_ids_or_texts():
    seen = []

    def spy(batch):
        seen.append(batch)
        return np.full((len(batch), 2), 0.5)

    ids = assay.black_box(predict=spy, tokenizer=wordpiece())
    ids.predict("a film")
    assert [one.tolist() for one in seen[-1]] == [[2, 5, 6, 3]]
    texts = assay.black_box(predict=spy, tokenizer=wordpiece(), takes="texts")
    texts.predict(["a film", ("good film", "act")])
    assert seen[-1] == ["a film", ("good film", "act")]
    explanation = assay.explain(texts, "a film", method="leave_one_out", operator="mask")
    assert explanation.positions.tolist() == [0, 1]


def test_shapley_values_need_nothing_but_a_function():
    """Oracle: the function depends on one word alone, which so gets the whole difference."""
    model = assay.black_box(predict=lambda texts: predict([t.replace("dull", "") for t in texts]))
    explanation = assay.explain(model, TEXT, method="shapley_sampling", target=1)
    whole = predict(["good"])[0, 1] - predict([""])[0, 1]
    assert explanation.options["operator"] == "mask"
    np.testing.assert_allclose(explanation.scores, [0, whole, 0, 0, 0, 0], atol=1e-6)


def test_texts_and_arrays_are_not_mixed(model):
    with pytest.raises(assay.InputError, match="found both"):
        model.predict(["a film", np.array([1, 2])])
    fixed = assay.black_box(predict=lambda b: np.full((len(b), 2), 0.5), mask=9, replacements=[4])
    explanation = assay.explain(fixed, [1, 2, 3], method="kernel_shap")
    assert explanation.options["operator"] == "mask"


def test_a_batch_is_never_larger_than_asked_for():
    sizes = []

    def spy(batch):
        sizes.append(len(batch))
        return np.full((len(batch), 2), 0.5)

    model = assay.black_box(predict=spy, batch_size=3)
    model.predict([f"word {i}" for i in range(8)])
    assert sizes == [1, 3, 3, 2]


class OwnError(Exception):
    """What a caller's function raises."""


@pytest.mark.parametrize("failing", ["predict", "attention", "gradient"])
def test_exceptions_reach_the_caller_as_they_are(failing):
    calls = {"predict": 0, "attention": 0, "gradient": 0}

    def function(name, good):
        def run(*arguments):
            calls[name] += 1
            if name == failing and calls[name] > (name != "gradient"):
                raise OwnError(name)
            return good(*arguments)

        return run

    model = assay.black_box(
        predict=function("predict", predict),
        attention=function("attention", lambda t: np.full((1, 1, 2, 2), 0.5)),
        gradient=function("gradient", lambda t, c: np.ones(2)),
    )
    with pytest.raises(OwnError, match=failing):
        assay.verify(model, "good film")
    gc.collect()
    calls[failing] = -100
    assert model.predict("good film").logits.shape == (1, 2)


def test_a_keyboard_interrupt_inside_the_function_stops_the_work():
    def interrupted(batch):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        assay.black_box(predict=interrupted).predict("a film")


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (np.full((1, 2), np.nan), assay.NumericError, "finite"),
        (np.array([[0.2, 0.2]]), assay.NumericError, "sum to 1"),
        (np.array([[-0.5, 1.5]]), assay.NumericError, "from 0 to 1"),
        (np.ones((2, 2)) / 2, assay.ShapeError, "labels"),
        (np.ones((1, 1, 2)), assay.ShapeError, "labels"),
        ("probably", assay.InputTypeError, "real numbers"),
        (None, assay.InputTypeError, "real numbers"),
    ],
)
def test_answers_that_are_no_probabilities_are_refused(answer, error, said):
    with pytest.raises(error, match=said):
        assay.black_box(predict=lambda batch: answer).predict("film")


def test_a_number_of_labels_that_changes_is_refused():
    widths = iter((2, 3))
    model = assay.black_box(predict=lambda b: np.full((len(b), w := next(widths)), 1 / w))
    with pytest.raises(assay.ShapeError, match="2 probabilities"):
        model.predict("film")


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"attention": lambda t: np.ones((1, 1, 3, 3)) / 3}, assay.ShapeError, "2, 2"),
        (
            {"attention": lambda t: [np.ones((1, 2, 2)), np.ones((2, 2, 2))]},
            assay.ShapeError,
            "one",
        ),
        ({"attention": lambda t: np.full((1, 1, 2, 2), np.inf)}, assay.NumericError, "finite"),
        ({"gradient": lambda t, c: np.ones(5)}, assay.ShapeError, "width"),
        ({"gradient": lambda t, c: np.full(2, np.nan)}, assay.NumericError, "finite"),
    ],
)
def test_maps_and_gradients_of_another_shape_are_refused(options, error, said):
    model = assay.black_box(predict=predict, **options)
    with pytest.raises(error, match=said):
        assay.verify(
            model, "good film", explanation="attention" if "attention" in options else [1, 2]
        )


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"predict": 3}, assay.InputTypeError),
        ({"predict": predict, "attention": "maps"}, assay.InputTypeError),
        ({"predict": predict, "takes": "words"}, assay.OptionError),
        ({"predict": predict, "problem": "guess"}, assay.OptionError),
        ({"predict": predict, "readout": "middle"}, assay.OptionError),
        ({"predict": predict, "batch_size": 0}, assay.OptionError),
        ({"predict": predict, "mask": -1}, assay.OptionError),
        ({"predict": predict, "replacements": [1.5]}, assay.OptionError),
        ({"predict": predict, "tokenizer": object()}, assay.InputTypeError),
    ],
)
def test_arguments_that_cannot_be_used_are_refused(options, error):
    with pytest.raises(error):
        assay.black_box(**options)


def test_other_problems_have_other_scores():
    row = [0.9, 0.8, 0.1]
    kind = "multi_label_classification"
    several = assay.black_box(predict=lambda b: [row] * len(b), problem=kind)
    np.testing.assert_allclose(several.predict("x").probabilities, [row], atol=1e-6)
    quantity = assay.black_box(predict=lambda b: [7.5] * len(b), problem="regression")
    assert quantity.predict("x").logits.tolist() == [[7.5]]
    certain = assay.black_box(predict=lambda b: [[0.0, 1.0]] * len(b))
    np.testing.assert_allclose(certain.predict("x").probabilities, [[0, 1]], atol=1e-30)


def test_words_are_told_from_ids(model):
    tokens = model.tokenize("a good film")
    assert (tokens.ids >= FIRST_WORD).all()
    assert tokens.pieces == ("a", "good", "film")
    assert tokens.offsets.tolist() == [[0, 1], [2, 6], [7, 11]]
    with pytest.raises(assay.InputError, match="pair"):
        model.predict([("a", "b", "c")])


def test_the_function_may_call_the_engine_and_is_let_go(glass):
    def nested(batch):
        return glass.predict(batch).probabilities

    alive = weakref.ref(nested)
    model = assay.black_box(predict=nested)
    assert model.predict(np.arange(3, 9)).logits.shape == (1, 2)
    del model, nested
    gc.collect()
    assert alive() is None


def test_several_threads_ask_at_once(model):
    expected = assay.explain(model, TEXT, method="leave_one_out").scores
    found = []

    def work():
        found.append(assay.explain(model, TEXT, method="leave_one_out").scores)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(np.array_equal(one, expected) for one in found)
