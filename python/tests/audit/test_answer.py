"""The answer's numbers against single reports, and what a chunk of rows asks of the engine."""

import numpy as np
import pytest
from small import FAST, sentences

import assay
from assay.ask import samples
from assay.engine import door
from assay.engine.progress import Progress


def test_the_answer_agrees_with_single_reports(model):
    texts = sentences(6)
    a = assay.audit(model, texts, labels=[0, 1] * 3, progress=False, workers=1, **FAST)
    reports = [
        assay.verify(model, text, seed=a.configuration.row_seed(row), oracle="full", **FAST)
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


def test_the_matrices_are_those_of_single_agreements(model):
    """Oracle: `agreement` of the explanations, pair by pair, and the lift by its formula."""
    [text] = sentences(1, seed=5)
    a = assay.audit(model, [text], progress=False, **FAST)
    [record] = a.records()
    methods = a.manifest["methods"]
    seed = a.configuration.row_seed(0)
    gradients = ("saliency", "input_x_gradient")
    maps = {
        name: np.abs(assay.explain(model, text, method=name, seed=seed).scores.astype(float))
        for name in methods
        if name in gradients or name.startswith("attention")
    }
    for row, first in enumerate(methods):
        for column, second in enumerate(methods):
            if not {first, second} <= set(maps):
                continue
            place = row * len(methods) + column
            tau = assay.agreement(maps[first], maps[second], statistics=["kendall"])["kendall"]
            assert record["agreement_kendall"][place] == pytest.approx(tau.value, abs=1e-12)
            e, g = maps[first] / maps[first].sum(), maps[second]
            lift = (e @ g - g.mean()) / (g.max() - g.mean())
            assert record["agreement_lift"][place] == pytest.approx(lift, abs=1e-9)


def test_a_chunk_of_rows_is_one_crossing_and_a_page_none(model, monkeypatch):
    crossings = []
    native = door.call

    def counted(operation, record, *, model=None, progress: Progress = None):
        crossings.append(operation)
        return native(operation, record, model=model, progress=progress)

    model.predict("a good film")  # the vocabulary was told
    monkeypatch.setattr(door, "call", counted)
    a = assay.audit(model, sentences(8), progress=False, workers=1, shard_rows=4, **FAST)
    assert crossings.count("examine") == 2
    assert set(crossings) <= {"examine", "summarise", "methods", "checks", "build_info"}
    crossings.clear()
    a.to_html()
    assert not crossings


def test_shares_are_counted_with_wilsons_interval():
    """Oracle: scipy 1.17.1, `binomtest(89, 200).proportion_ci(method="wilson")`."""
    one = samples.proportion(89, 200)
    assert (one.low, one.high) == pytest.approx((0.3778060100295335, 0.5142669758719658))


def test_a_rationale_reaches_the_check_and_the_row(model):
    """Oracle: F1 from the highlighted tokens and the marked ones, both named in the report."""
    text = "a truly good film and a dull play"
    marked = [[8, 17]]  # "good film"
    a = assay.audit(model, [text], rationales=[marked], progress=False, **FAST)
    report, [record] = a.report(0), a.records()
    chosen = {report.tokens.pieces[place] for place in report.highlighted}
    hits = len(chosen & {"good", "film"})
    assert record["plausibility_token_f1"] == pytest.approx(2 * hits / (len(chosen) + 2))
    details = report.checks["plausibility"].details
    assert details["token_f1"] == record["plausibility_token_f1"]
    assert details["iou_f1"] == record["plausibility_iou_f1"]
    assert a.answer["plausibility"]["auprc"]["n"] == 1


def test_what_a_model_lacks_has_no_cells_in_the_matrix():
    """Oracle: a function that only predicts has no attention and no gradient, but removals."""

    def predict(texts):
        good = np.array([0.9 if "good" in text else 0.2 for text in texts])
        return np.stack([1 - good, good], axis=1)

    box = assay.black_box(predict=predict, labels=["bad", "good"])
    a = assay.audit(box, ["a good old film", "a dull film"], explanation="leave_one_out",
                    compare=["attention"], progress=False, **FAST)  # fmt: skip
    assert not a.errors
    assert a.answer["agreement"]["methods"][:2] == ["leave_one_out", "attention"]
    # No word of the second text decides, so its map is constant and agrees with nothing.
    assert a.answer["agreement"]["kendall"]["n"][0][:2] == [1, 0]
    with pytest.raises(assay.UnsupportedModelError):
        assay.audit(box, ["a good film"], explanation="attention", progress=False, **FAST)


def test_curves_are_read_off_at_the_same_shares(model):
    """Oracle: numpy's interpolation of what the report's checks measured, and its mean."""
    a = assay.audit(model, sentences(3, seed=7), progress=False, **FAST)
    grid = np.linspace(0, 0.5, 11)
    for name in ("comprehensiveness", "sufficiency"):
        expected = []
        for row in range(3):
            found = a.report(row).checks[name].details["curves"]
            start = 0.0 if name == "comprehensiveness" else found["observed"][0]
            expected.append(np.interp(grid, [0, *found["fractions"]], [start, *found["observed"]]))
            stored = dict(list(a.records(["curves"]))[row]["curves"])[name]
            assert stored[:11] == pytest.approx(expected[-1], abs=1e-12)
        assert a.answer["curves"][name]["observed"] == pytest.approx(np.mean(expected, axis=0))
        assert a.answer["curves"][name]["n"] == 3


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


def test_plots_are_drawn_for_every_kind(tmp_path):
    pytest.importorskip("matplotlib")
    from assay.show.audit_plots import KINDS

    model = assay.load("demo")  # on which some texts can tell maps apart
    a = assay.audit(model, sentences(5), labels=[0] * 5, progress=False, **FAST)
    for kind in KINDS:
        a.plot(kind).savefig(tmp_path / f"{kind}.pdf")
        assert (tmp_path / f"{kind}.pdf").stat().st_size > 2000
    with pytest.raises(assay.OptionError, match="expected one of standings"):
        a.plot("pie")


def test_the_rows_are_a_pandas_table(model):
    pytest.importorskip("pandas")
    a = assay.audit(model, ["a good film", None], progress=False, **FAST)
    frame = a.to_frame()
    assert list(frame["row"]) == [0, 1]
    assert frame["error"][1] == "text: missing"
    assert {"removal_outcome", "removal_statistic", "removal_p_value"} <= set(frame.columns)
