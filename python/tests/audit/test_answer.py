"""The answer's numbers against closed forms and brute force."""

import itertools
import math

import numpy as np
import pytest

import assay
from assay.audit.lift import lift
from assay.audit.persistence import data_set_test, judged
from assay.audit.shares import distribution, shares

from .conftest import FAST, sentences


def test_the_variance_of_lift_is_that_over_all_placements():
    random = np.random.default_rng(0)
    scores, reference = random.random(6), random.random(6)
    value, variance = lift(scores, reference)
    placed = [lift(np.array(one), reference)[0] for one in itertools.permutations(scores.tolist())]
    assert np.mean(placed) == pytest.approx(0, abs=1e-12)
    assert variance == pytest.approx(np.var(placed), rel=1e-12)
    assert value in placed


def test_the_data_set_test_holds_its_level_under_the_null():
    random = np.random.default_rng(1)
    rejected = 0
    for _ in range(400):
        pairs = [lift(random.random(8), random.random(8)) for _ in range(30)]
        rejected += data_set_test(*zip(*pairs, strict=True))["p_value"] <= 0.05
    assert rejected <= 0.05 * 400 + 3 * math.sqrt(400 * 0.05 * 0.95)


def test_a_flat_map_counts_for_nothing_in_the_test():
    assert data_set_test([0.0, 0.5], [0.0, 0.25]) == data_set_test([None, 0.5], [None, 0.25])


def test_the_interval_of_a_share_is_the_bootstraps():
    found = shares(["a"] * 30 + ["b"] * 70 + [None], seed=0)["a"]
    assert (found["count"], found["share"]) == (30, 0.3)
    half = 1.96 * math.sqrt(0.3 * 0.7 / 100)
    assert found["low"] == pytest.approx(0.3 - half, abs=0.015)
    assert found["high"] == pytest.approx(0.3 + half, abs=0.015)


def test_a_distribution_counts_what_is_undefined():
    found = distribution([1.0, None, 3.0, 2.0], seed=0)
    assert (found["n"], found["undefined"], found["median"]) == (3, 1, 2.0)
    assert sum(found["histogram"]["counts"]) == 3
    assert distribution([None], seed=0) == {"n": 0, "undefined": 1}


@pytest.mark.parametrize(
    ("z", "low", "high", "judgement"),
    [(9, 0.6, 0.8, "persists"), (9, 0.1, 0.3, "selected cases"), (9, 0.4, 0.6, "about half"),
     (0.3, 0.6, 0.8, "chance")],
)  # fmt: skip
def test_the_judgement_needs_both_the_test_and_the_share(z, low, high, judgement):
    tests = {"saliency": {"z": z, "p_value": 0.5 * math.erfc(z / math.sqrt(2))}}
    assert judged(tests, {"share": (low + high) / 2, "low": low, "high": high}) == judgement


def test_the_answer_agrees_with_single_reports(model):
    texts = sentences(6)
    a = assay.audit(model, texts, labels=[0, 1] * 3, progress=False, workers=1, **FAST)
    reports = [
        assay.verify(model, text, seed=a.configuration.row_seed(row), **FAST)
        for row, text in enumerate(texts)
    ]
    assert [r["verdict"] for r in a.records()] == [report.verdict for report in reports]
    statistic = [report.checks["removal"].statistic for report in reports]
    assert a.answer["statistics"]["removal"]["median"] == pytest.approx(np.median(statistic))
    assert a.report(3).to_text() == reports[3].to_text()
    accuracy = np.mean([r["predicted"] == r["label"] for r in a.records()])
    assert a.answer["removal"]["accuracy"]["before"]["mean"] == pytest.approx(accuracy)
    matrix = np.array(a.answer["agreement"]["kendall"]["mean"], float)
    assert np.array_equal(matrix, matrix.T)
    assert np.all(np.diag(matrix) == 1)
    assert a.paragraph in str(a).replace("\n", " ") or a.paragraph[:30] in str(a)


def test_deleting_k_gives_the_models_own_prediction(model):
    [text] = sentences(1, seed=3)
    a = assay.audit(model, [text], labels=[1], progress=False, **FAST)
    report, [record] = a.report(0), a.records()
    keep = [i for i in range(len(report.tokens)) if i not in report.highlighted]
    found = model.predict(report.tokens.ids[keep]).logits.argmax()
    assert record["removed_correct"] == (found == 1)


def test_external_scores_are_audited_row_by_row(model):
    texts = ["a good film", "the end"]
    a = assay.audit(model, texts, explanation=[[0.1, 0.8, 0.1], [1.0]], progress=False, **FAST)
    assert a.errors[0][0] == 1
    assert "expected 2 scores" in a.errors[0][1]
    assert a.report(0).explanation.method == "external"


def test_plots_are_drawn_for_every_kind(model, tmp_path):
    pytest.importorskip("matplotlib")
    from assay.audit.plots import KINDS

    a = assay.audit(model, sentences(5), labels=[0] * 5, progress=False, **FAST)
    for kind in KINDS:
        a.plot(kind).savefig(tmp_path / f"{kind}.pdf")
        assert (tmp_path / f"{kind}.pdf").stat().st_size > 2000
    with pytest.raises(assay.OptionError, match="expected one of outcomes"):
        a.plot("pie")


def test_the_rows_are_a_pandas_table(model):
    pytest.importorskip("pandas")
    a = assay.audit(model, ["a good film", None], progress=False, **FAST)
    frame = a.to_frame()
    assert list(frame["row"]) == [0, 1]
    assert frame["error"][1] == "text: missing"
    assert {"removal_outcome", "removal_statistic", "removal_p_value"} <= set(frame.columns)
