"""Explanations for other libraries. Oracle: what goes out comes back in as the same scores."""

import sys
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from small import FAST

import assay

TEXT = "a gripping, beautifully acted film"


@pytest.fixture(scope="module")
def explained():
    return assay.explain(assay.load("demo"), TEXT, method="attention")


class Record:
    """Captum's record, as far as it is read."""

    def __init__(self, word_attributions, pred_prob, pred_class, true_class, attr_class,
                 attr_score, raw_input_ids, convergence_score):  # fmt: skip
        self.word_attributions, self.raw_input_ids = word_attributions, raw_input_ids
        self.pred_prob, self.attr_score = pred_prob, attr_score


@pytest.fixture
def libraries(monkeypatch):
    """Stand-ins for the two libraries, with the constructors that they document."""
    shap, captum, attr = ModuleType("shap"), ModuleType("captum"), ModuleType("captum.attr")
    shap.Explanation = lambda values, base_values, data: SimpleNamespace(
        values=values, base_values=base_values, data=data
    )
    attr.visualization = SimpleNamespace(VisualizationDataRecord=Record)
    for name, module in {"shap": shap, "captum": captum, "captum.attr": attr}.items():
        monkeypatch.setitem(sys.modules, name, module)


@pytest.mark.parametrize("form", ["to_shap", "to_captum"])
def test_what_goes_out_comes_back(explained, form, libraries):
    handed = getattr(explained, form)()
    report = assay.verify(assay.load("demo"), TEXT, explanation=handed, **FAST)
    assert report.explanation.scores.tolist() == explained.scores.tolist()
    assert report.explanation.positions.tolist() == explained.positions.tolist()


def test_a_table_has_a_row_for_each_explained_token(explained):
    frame = explained.to_frame()
    assert frame.columns.tolist() == ["position", "token", "word", "score"]
    assert frame["score"].tolist() == explained.scores.tolist()
    assert frame["token"].tolist() == ["a", "gripping", ",", "beautifully", "acted", "film"]
    sampled = assay.explain(assay.load("demo"), TEXT, method="shapley_sampling")
    assert sampled.to_frame()["standard_error"].tolist() == sampled.standard_errors.tolist()


def test_scores_cross_to_other_libraries_without_a_copy(explained):
    shared = np.from_dlpack(explained)
    assert shared.tolist() == explained.scores.tolist()
    assert np.shares_memory(shared, explained.scores)
    assert "dltensor" in repr(explained.__dlpack__())


@pytest.mark.parametrize(("form", "library"), [("to_shap", "shap"), ("to_captum", "captum")])
def test_a_library_that_is_not_installed_is_named(explained, form, library, monkeypatch):
    for name in ("shap", "captum", "captum.attr"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(assay.MissingExtraError, match=f"pip install {library}"):
        getattr(explained, form)()
