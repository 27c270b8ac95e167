"""Every check by itself, against plain loops over public answers of the model.

A test is found by its name, here or in another `test_check_….py`: a check of the registry that none
of them names fails the last one.
"""

import math
import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

import assay

TEXT = "a gripping, beautifully acted film that is never dull"
#: An operation of the engine's in single precision, done again in another order.
CLOSE = 2e-5


class Case:
    """One map of one text, and what the model does without some of its tokens."""

    def __init__(self, explanation, text=TEXT, checks="all", **options):
        self.model = assay.load("demo")
        self.tokens = self.model.tokenize(text)
        self.places = np.flatnonzero(~self.tokens.special)
        self.count = len(self.places)
        self.report = assay.verify(
            self.model, text, explanation=explanation, checks=checks, seed=3, **options
        )
        self.base = self.model.predict([self.tokens]).probabilities[0].astype(float)
        self.target = int(self.base.argmax())
        known = self.report.to_dict()["highlighted"]
        self.top = [list(self.places).index(one) for one in known]

    def without(self, units, how):
        ids, gone = self.tokens.ids.copy(), [self.places[one] for one in units]
        if how == "delete":
            ids = np.delete(ids, gone)
        else:
            ids[gone] = self.model.vocabulary[how]
        return self.model.predict([ids]).probabilities[0].astype(float)

    def drop(self, units, how):
        return self.base[self.target] - self.without(units, how)[self.target]

    def distance(self, units, how):
        return np.abs(self.base - self.without(units, how)).sum() / 2

    def edited(self, edit):
        return (
            self.model.predict([self.tokens], interventions=[[edit]]).probabilities[0].astype(float)
        )


@pytest.fixture(scope="module")
def given():
    """A map from outside: any scores, with a clear order."""
    scores = np.linspace(1.0, 0.1, 10)
    scores[2], scores[7] = 3.0, 2.0
    case = Case(scores)
    case.scores = scores
    case.order = sorted(range(case.count), key=lambda one: (-scores[one], one))
    return case


@pytest.fixture(scope="module")
def attention():
    case = Case("attention")
    case.scores = assay.explain(case.model, TEXT, method="attention").scores.astype(float)
    return case


def sizes(count):
    return sorted({max(1, math.ceil(count * share)) for share in (0.05, 0.1, 0.2, 0.5)})


def curve_of(case, name, units_gone):
    check = case.report.checks[name]
    how = check.details["operator"]
    curve = [case.drop(units_gone(size), how) for size in sizes(case.count)]
    assert check.details["curves"]["observed"] == pytest.approx(curve, abs=CLOSE)
    assert check.statistic == pytest.approx(sum(curve) / len(curve), abs=CLOSE)
    return how


def test_comprehensiveness_is_the_mean_drop_without_the_top(given):
    how = curve_of(given, "comprehensiveness", lambda size: given.order[:size])
    single = [given.drop([one], how) for one in range(given.count)]
    best = sorted(range(given.count), key=lambda one: (-single[one], one))
    drops = [given.drop(best[:size], how) for size in sizes(given.count)]
    details = given.report.checks["comprehensiveness"].details
    assert details["best"] == pytest.approx(np.mean(drops), abs=CLOSE)


def test_sufficiency_is_the_mean_drop_when_the_top_alone_stays(given):
    curve_of(given, "sufficiency", lambda size: given.order[size:])


def test_decision_flip_is_the_first_size_whose_removal_changes_the_label(given):
    check = given.report.checks["decision_flip"]
    how = check.details["operator"]
    flips = [
        size
        for size in range(1, given.count + 1)
        if given.without(given.order[:size], how).argmax() != given.target
    ]
    assert check.statistic == min(flips)
    assert check.effect == min(flips) / given.count


def test_irrelevance_is_how_far_removing_the_lower_half_moves_the_prediction(given):
    check = given.report.checks["irrelevance"]
    lower = [one for one in given.order[-(given.count // 2) :] if one not in given.top]
    ways = check.details["operators"]
    moved = [given.distance(lower, one["operator"]) for one in ways]
    assert [one["tvd"] for one in ways] == pytest.approx(moved, abs=CLOSE)
    assert check.statistic == pytest.approx(np.median(moved), abs=CLOSE)


def test_polarity_is_the_drop_without_the_highlighted(given):
    check = given.report.checks["polarity"]
    ways = check.details["drops"]
    drops = [given.drop(given.top, one["operator"]) for one in ways]
    assert [one["drop"] for one in ways] == pytest.approx(drops, abs=CLOSE)
    assert check.statistic == pytest.approx(np.median(drops), abs=CLOSE)
    assert (check.outcome == "supports") == (
        min(drops) >= given.report.to_dict()["thresholds"]["epsilon"]
    )


def test_leave_one_out_agreement_is_kendalls_tau_of_all_pairs(given):
    check = given.report.checks["leave_one_out_agreement"]
    moved = [given.distance([one], check.details["operator"]) for one in range(given.count)]
    pairs = list(combinations(range(given.count), 2))
    order = [np.sign(given.scores[a] - given.scores[b]) for a, b in pairs]
    other = [np.sign(moved[a] - moved[b]) for a, b in pairs]
    tau = np.dot(order, other) / np.sqrt(np.dot(order, order) * np.dot(other, other))
    assert check.statistic == pytest.approx(tau, abs=1e-12)


def test_removal_is_how_far_the_highlighted_move_the_prediction(given):
    check, moved = given.report.checks["removal"], []
    for one in check.details["operators"]:
        if one["operator"] in ("delete", "mask", "unk"):
            assert one["tvd"] == pytest.approx(
                given.distance(given.top, one["operator"]), abs=CLOSE
            )
            single = [given.distance([place], one["operator"]) for place in range(given.count)]
            assert one["leave_one_out"] == pytest.approx(single, abs=CLOSE)
        moved += [one["tvd"]] if one["counted"] else []
    assert check.effect in moved


def test_erasure_is_the_divergence_without_the_highlighted_attention(given):
    check, scope = given.report.checks["erasure"], given.report.checks["redirect"].details
    keys = [int(given.places[one]) for one in given.top]
    edit = assay.Intervention.knock_out(
        keys=keys, queries=scope["queries"], layers=scope["layers"], heads=scope["heads"]
    )
    edited = given.edited(edit)
    assert check.statistic == pytest.approx(assay.divergence(edited, given.base), abs=CLOSE)
    assert check.effect == pytest.approx(np.abs(edited - given.base).sum() / 2, abs=CLOSE)
    assert check.details["flips"] == (edited.argmax() != given.target)


def test_redirect_knocks_out_what_is_highlighted(given):
    scope = given.report.checks["redirect"].details
    keys = [int(given.places[one]) for one in given.top]
    edit = assay.Intervention.knock_out(
        keys=keys, queries=scope["queries"], layers=scope["layers"], heads=scope["heads"]
    )
    moved = np.abs(given.edited(edit) - given.base).sum() / 2
    assert scope["knock_out"] == pytest.approx(moved, abs=CLOSE)


def test_uniform_is_how_far_even_attention_moves_the_prediction(given):
    check, scope = given.report.checks["uniform"], given.report.checks["redirect"].details
    edit = assay.Intervention.uniform(
        queries=scope["queries"], layers=scope["layers"], heads=scope["heads"]
    )
    moved = np.abs(given.edited(edit) - given.base).sum() / 2
    assert check.statistic == pytest.approx(moved, abs=CLOSE)


def test_permutation_of_two_tokens_is_nothing_or_a_swap_in_some_heads():
    """Oracle: two things have two orders in each of four heads; shuffles by hand meet them all."""
    case = Case("attention", "gripping film", checks=["permutation", "redirect"])
    check, scope = case.report.checks["permutation"], case.report.checks["redirect"].details
    keys = [int(one) for one in case.places]
    where = {"queries": scope["queries"], "layers": scope["layers"]}
    edits = (assay.Intervention.permute(seed=seed, keys=keys, **where) for seed in range(200))
    met = np.array([np.abs(case.edited(edit) - case.base).sum() / 2 for edit in edits])
    for one in check.details["distances"]:
        assert np.abs(met - one).min() < CLOSE
    assert check.statistic == pytest.approx(np.median(check.details["distances"]))


def test_free_directions_are_keys_less_the_rank_of_values_and_one():
    """Oracle: numpy's rank, of a text with more tokens than a head has numbers."""
    case = Case("attention", " ".join([TEXT] * 5), checks=["free_directions"])
    check = case.report.checks["free_directions"]
    sites = [f"blocks.{layer}.attention.value" for layer in check.details["layers"]]
    kept = case.model.predict([case.tokens], keep=sites).kept
    free = []
    for site in sites:
        heads = np.split(kept[site][0].astype(float), case.model.heads, axis=1)
        one = np.ones((len(case.tokens), 1))
        ranks = [np.linalg.matrix_rank(np.hstack([head, one]), tol=1e-4) for head in heads]
        free.append([len(case.tokens) - int(rank) for rank in ranks])
    assert check.details["free"] == free
    assert check.statistic == np.median(free)
    assert check.statistic > 0


def test_class_contrast_is_spearmans_correlation_with_the_other_labels_map():
    case = Case("saliency", checks=["class_contrast"])
    check = case.report.checks["class_contrast"]
    other = check.details["other_label"]
    assert other == int(np.argsort(case.base)[-2])

    def ranks(method, label):
        scores = assay.explain(case.model, TEXT, method=method, target=label).scores
        return np.argsort(np.argsort(scores))

    for name, method in (("agreement", "saliency"), ("gradient_agreement", "input_x_gradient")):
        own, contrary = ranks(method, case.target), ranks(method, other)
        expected = np.corrcoef(own, contrary)[0, 1]
        assert check.details[name] == pytest.approx(expected, abs=1e-9)
    assert check.statistic == check.details["agreement"]


def test_plausibility_is_the_mean_precision_where_a_marked_token_stands(given):
    marks = [0] * given.count
    for one in (given.order[0], given.order[3], given.order[9]):
        marks[one] = 1
    report = assay.verify(
        given.model, TEXT, explanation=given.scores, checks=["plausibility"], rationale=marks
    )
    check = report.checks["plausibility"]
    # The marked ones stand at the places 1, 4 and 10 of the order.
    assert check.statistic == pytest.approx((1 / 1 + 2 / 4 + 3 / 10) / 3)
    hits = sum(marks[one] for one in given.top)
    assert (check.details["marked"], hits > 0) == (3, True)


def weights(scores):
    positive = np.maximum(scores, 0)
    return positive / positive.sum()


@pytest.mark.parametrize("name", ["given", "attention"])
def test_gradient_agreement_is_the_median_share_of_the_way_from_even_to_the_best(name, request):
    """Oracle: the definition, over the gradients that the check shows."""
    case = request.getfixturevalue(name)
    mass, shares = weights(case.scores), []
    check = case.report.checks["gradient_agreement"]
    for one in check.details["references"]:
        reference = np.abs(one["scores"]) / np.abs(one["scores"]).max()
        best = np.sort(mass) @ np.sort(reference)
        share = (mass @ reference - reference.mean()) / (best - reference.mean())
        assert one["efficiency"] == pytest.approx(share, abs=1e-6)
        shares += [share] if one["counted"] else []
    assert check.statistic == pytest.approx(np.median(shares), abs=1e-6)


def test_tracing_agreement_is_how_much_of_the_traced_mass_is_named(attention):
    """Oracle: lift, 0 for mass placed at random and 1 for all of it on the largest, by hand."""
    check, mass, lifts = attention.report.checks["tracing_agreement"], weights(attention.scores), []
    for one in check.details["traced"]:
        explained = assay.explain(attention.model, TEXT, method=one["method"])
        traced = explained.scores.astype(float)
        lift = (mass @ traced - traced.mean()) / (traced.max() - traced.mean())
        assert one["lift"] == pytest.approx(lift, abs=1e-6)
        lifts.append(lift)
    assert check.statistic == pytest.approx(np.median(lifts), abs=1e-6)


def test_adversarial_is_as_far_from_the_map_as_it_says(attention):
    """Oracle: the divergence of the map that was found, and the limits of the search."""
    check = attention.report.checks["adversarial"]
    found = np.array(check.details["map"])
    assert found.sum() == pytest.approx(1, abs=1e-6)
    moved = assay.divergence(found, weights(attention.scores))
    assert check.effect == pytest.approx(moved, abs=1e-6)
    assert check.details["tvd"] <= check.details["epsilon"]
    assert check.statistic == pytest.approx(moved / check.details["largest_jsd"], abs=1e-6)


def test_parameter_randomization_of_the_head_alone_leaves_attention_as_it_is(attention):
    """Oracle: attention stands below the head, so its map is the same: a correlation of 1."""
    check = attention.report.checks["parameter_randomization"]
    first = check.details["cascade"][0]
    assert (first["shuffled_from"], first["agreement"]) == ("head", pytest.approx(1))
    assert check.statistic == np.median(check.details["repeats"])


def test_sinks_are_marks_and_punctuation_where_nobody_knows_the_vectors():
    """Oracle: the share of a given attention that lies on them."""
    model, shares = assay.load("demo"), np.arange(1.0, 8.0)
    tokens = model.tokenize("fine , not dull .")
    pattern = np.tile(shares / shares.sum(), (7, 1))[None].astype(np.float32)
    box = assay.black_box(
        predict=lambda batch: np.stack([model.predict([one]).probabilities[0] for one in batch]),
        attention=lambda ids: [pattern],
        tokenizer=model.tokenizer,
    )
    report = assay.verify(box, "fine , not dull .", explanation="attention", checks=["sinks"])
    marks = tokens.special | np.array([piece in {",", "."} for piece in tokens.pieces])
    assert marks.sum() == 4
    expected = shares[marks].sum() / shares.sum()
    assert report.checks["sinks"].statistic == pytest.approx(expected, abs=1e-6)


def test_every_check_has_an_oracle_of_its_own():
    files = sorted(Path(__file__).parent.glob("test_check_*.py"))
    text = "\n".join(one.read_text("utf-8") for one in files)
    files = sorted(Path(__file__).parent.glob("test_check_*.py"))
    text = "\n".join(one.read_text("utf-8") for one in files)
    tested = {name for name in assay.checks() if re.search(rf"def test_{name}_", text)}
    assert set(assay.checks()) == tested
