"""The verdict's own fields: reasons, units, scope, rivals, the repaired map and the oracle."""

import numpy as np
import pytest

import assay
from assay.show.report_conditions import card

TEXTS = (
    "a gripping, beautifully acted film",
    "the plot is tedious and the acting is wooden but the music is wonderful and the ending "
    "surprised me",
    "one of the most moving pictures of the year, with a script that is funny, warm and wise",
    "not a good film",
)
METHODS = ("attention", "attention_rollout", "attention_gradient", "leave_one_out")
NOT_TRUSTWORTHY = {"flat", "polarity", "decoy", "no_effect"}
INCONCLUSIVE = {
    "unreadable", "sinks", "low_power", "no_scale", "backed_up", "operator_conflict", "diffuse",
    "untestable", "gradients_disagree", "not_attention", "partly_right",
}  # fmt: skip
REASONS = {
    "trustworthy": {"none"}, "not trustworthy": NOT_TRUSTWORTHY, "inconclusive": INCONCLUSIVE,
}  # fmt: skip
LONG = TEXTS[1]


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


@pytest.fixture(scope="module")
def reports(demo):
    return {
        (text, method): assay.verify(demo, text, explanation=method)
        for text in TEXTS
        for method in METHODS
    }


def test_every_verdict_has_a_reason_of_its_own_and_says_it(reports):
    """Oracle: the reasons that each verdict may have; `none` belongs to trustworthy alone."""
    assert {report.verdict for report in reports.values()} == set(REASONS)
    for report in reports.values():
        assert report.reason in REASONS[report.verdict]
        assert all(sentence.strip() for sentence in report.sentences)
        # A meaning and an advice stand between the headline and the conditions.
        first = report.conditions["consistency"].reasons[0]
        assert report.sentences.index(first) == (1 if report.reason == "none" else 3)
        for condition in report.conditions.values():
            assert condition.reasons
            assert all(reason.strip() for reason in condition.reasons)


def test_strength_is_the_smallest_efficiency(reports):
    for report in reports.values():
        found = [one.efficiency for one in report.conditions.values() if one.efficiency is not None]
        assert report.strength == (min(found) if found else None)
        assert all(0 <= one <= 1 for one in found)


def test_rivals_restore_at_least_half_of_what_knocking_out_destroys(reports):
    """Oracle: the check's own effects, one for each other token."""
    seen = set()
    for report in reports.values():
        found = report.checks["redirect"].details
        seen.add(report.exclusive)
        if found["knock_out"] < report.thresholds["epsilon"]:
            assert report.exclusive is None
            assert not report.rivals
            continue
        expected = {
            tuple(one["to"]): 1 - one["tvd"] / found["knock_out"]
            for one in found["pours"]
            if one["tvd"] <= found["knock_out"] / 2
        }
        assert {one.positions: one.restored for one in report.rivals} == pytest.approx(expected)
        assert report.exclusive is (not expected)
        for one in report.rivals:
            assert one.token == report.tokens.pieces[one.position]
            assert 0 <= one.distance <= 1
    assert seen == {True, False, None}


def test_the_repaired_map_is_the_best_set_that_was_found(reports):
    for report in reports.values():
        best = report.repaired
        operators = [one for one in report.checks["removal"].details["operators"] if one["counted"]]
        assert sorted(best.positions) in [sorted(one["best_set"]) for one in operators]
        assert best.tokens == tuple(report.tokens.pieces[one] for one in best.positions)
        assert set(best.idle) <= set(report.highlighted)
        assert set(best.missing) == set(best.positions) - set(report.highlighted)
        for one in operators:
            assert one["best"] >= max(*one["random"], one["statistic"]) - 1e-9


def test_an_efficiency_is_the_share_of_the_way_from_random_to_the_best(reports):
    """Oracle: the formula, on the numbers that the check gives beside it."""
    compared = 0
    for report in reports.values():
        for one in report.checks["removal"].details["operators"]:
            if one["efficiency"] is None or one["tvd"] < report.thresholds["epsilon"]:
                continue
            expected = (one["statistic"] - one["random_mean"]) / (one["best"] - one["random_mean"])
            assert one["efficiency"] == pytest.approx(expected, abs=1e-6)
            compared += 1
    assert compared > len(TEXTS)


def test_the_oracle_is_the_verdict_on_the_leave_one_out_map(demo, reports):
    """Oracle: the same map tested by itself, under the same operators and seed."""
    alone = reports[LONG, "leave_one_out"]
    asked = assay.verify(demo, LONG, explanation="attention_gradient", oracle="full").oracle
    assert asked.verdict == alone.verdict
    assert set(asked.highlighted) == set(alone.highlighted)
    assert asked.passes_removal is (alone.conditions["causal_relevance"].outcome == "supported")
    assert set(asked.efficiencies) == set(alone.conditions)


def test_the_kind_of_model_is_named(reports):
    for report in reports.values():
        assert report.edition == 2
        assert report.kind.startswith("encoder, classes")
        assert any(report.kind in sentence for sentence in report.sentences) != report.calibrated


def test_words_are_removed_and_named_as_wholes(demo):
    report = assay.verify(demo, LONG, explanation="attention_gradient", granularity="word")
    words = report.tokens.words
    assert [len({words[one] for one in unit}) for unit in report.units] == [1] * len(report.units)
    assert len(report.units) == len(LONG.split())
    for positions in (report.highlighted, report.repaired.positions, report.repaired.idle):
        whole = [unit for unit in report.units if set(unit) & set(positions)]
        assert sorted(one for unit in whole for one in unit) == sorted(positions)
    assert "units" in str(report)
    # Scores a word are drawn on each of its tokens, beside the map.
    shown = card(report.conditions["consistency"], report).pictures
    counted = [one for one in report.checks["gradient_agreement"].details["references"]
               if one["counted"]]  # fmt: skip
    assert len(shown) == 1 + len(counted)
    wood, en = (shown[1].tokens[report.tokens.pieces.index(one)] for one in ("wood", "##en"))
    assert wood.share == en.share


def test_scores_of_words_are_tested_by_word(demo):
    """Oracle: the same scores a token, those of a word summed over it."""
    tokens = demo.tokenize(LONG)
    words = LONG.split()
    scores = np.linspace(1, 2, len(words))
    scores[words.index("wooden")] = 90
    by_word = assay.verify(demo, LONG, explanation=scores, granularity="word")
    spread = [scores[word] / np.sum(tokens.words == word) for word in tokens.words[~tokens.special]]
    by_token = assay.verify(demo, LONG, explanation=spread, granularity="word")
    pieces = [tokens.pieces[one] for one in by_word.highlighted]
    assert pieces == ["wood", "##en"]
    assert by_word.highlighted == by_token.highlighted
    assert by_word.strength == pytest.approx(by_token.strength, abs=1e-6)
    with pytest.raises(assay.AssayError, match="explanation"):
        assay.verify(demo, LONG, explanation=scores[1:], granularity="word")


def test_a_scope_is_what_gets_redirected(demo):
    """Oracle: the same map by its method, whose scope the engine knows."""
    method = assay.explain(demo, LONG, method="attention", layer=0)
    scope = {"layers": [0], "queries": [0]}
    mine = assay.verify(demo, LONG, explanation=method.scores, scope=scope)
    its = assay.verify(demo, LONG, explanation=method)
    everywhere = assay.verify(demo, LONG, explanation=method.scores)
    effects = [one.checks["redirect"].details for one in (mine, its, everywhere)]
    assert effects[0]["layers"] == effects[1]["layers"] == [0]
    assert effects[0]["knock_out"] == pytest.approx(effects[1]["knock_out"], abs=1e-6)
    assert [one["tvd"] for one in effects[0]["pours"]] == pytest.approx(
        [one["tvd"] for one in effects[1]["pours"]], abs=1e-6
    )
    assert effects[2]["layers"] == list(range(demo.layers))
    assert effects[2]["knock_out"] != pytest.approx(effects[0]["knock_out"], abs=1e-3)
    assert effects[0]["scope_known"]
    assert not effects[2]["scope_known"]


@pytest.mark.parametrize(
    ("scope", "named"),
    [
        ({"layers": [9]}, "layers"), ({"heads": [99]}, "heads"), ({"queries": [999]}, "queries"),
        ({"layers": []}, "scope"), ({"layers": [0, 0]}, "once"), ({"layer": [0]}, "layer"),
    ],
    ids=str,
)  # fmt: skip
def test_a_scope_that_there_is_not_is_refused(demo, scope, named):
    with pytest.raises(assay.AssayError, match=named):
        assay.verify(demo, TEXTS[0], explanation=[1.0, 2, 3, 4, 5, 6], scope=scope)


def test_a_pair_of_texts_is_explained_in_both(demo):
    pair = ("the plot is tedious", "but the music is wonderful and warm")
    report = assay.verify(demo, pair, explanation="attention_gradient")
    covered = {int(report.tokens.types[one]) for unit in report.units for one in unit}
    assert covered == {0, 1}
    for text in (str(report), report.to_html()):
        assert "wonderful" in text


def test_a_budget_bounds_the_passes(demo):
    full = assay.verify(demo, LONG, explanation="attention_rollout")
    spent = _passes(full.to_dict()["cost"])
    with pytest.raises(assay.OptionError, match="budget: expected at least") as refusal:
        assay.verify(demo, LONG, explanation="attention_rollout", budget=1)
    least = int(str(refusal.value).split("at least ")[1].split()[0])
    bounded = assay.verify(demo, LONG, explanation="attention_rollout", budget=least)
    assert _passes(bounded.to_dict()["cost"]) <= least
    assert spent > 0


def test_a_time_bounds_the_passes(demo):
    """Oracle: an hour is enough for everything; a millisecond for not even the fewest passes."""
    full = assay.verify(demo, LONG, explanation="attention_rollout")
    timed = assay.verify(demo, LONG, explanation="attention_rollout", budget="1h")
    assert timed.verdict == full.verdict
    assert [check.statistic for check in timed.checks.values()] == [
        check.statistic for check in full.checks.values()
    ]
    with pytest.raises(assay.OptionError, match=r"budget: expected at least.*time for"):
        assay.verify(demo, LONG, explanation="attention_rollout", budget="0.001ms")


@pytest.mark.parametrize("budget", ["10", "soon", "-1s", "0s", "", "1e9h", 0, 1.5, True, [10]])
def test_a_budget_is_passes_or_a_time(demo, budget):
    with pytest.raises(assay.OptionError, match="budget"):
        assay.verify(demo, LONG, explanation="attention_rollout", budget=budget)


def _passes(cost):
    return cost["forwards"] + 2 * cost["backwards"]
