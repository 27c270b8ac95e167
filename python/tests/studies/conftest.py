"""A study that needs no model, so that the framework is tested by itself."""

import sys
from types import ModuleType

import numpy as np
import pytest

import assay_studies
from assay_studies.shared.figures import Series
from assay_studies.shared.study import Option, Result, Study
from assay_studies.shared.tables import Measure, Row

COUNTING = Study(
    name="counting",
    module="assay_studies.counting",
    summary="count words",
    data="a folder with words.txt",
    source="nobody",
    paper="nobody",
    title="Counting <b>words</b>",
    options=(
        Option("case", "lower", "how words are read", ("lower", "upper")),
        Option("n", 3, "n", quick=1),
    ),
    tables={"lengths": {"title": "Lengths", "keys": ["what"], "note": "of {count} words"}},
    figures={
        "c": {"kind": "curves", "title": "c", "caption": "curves of {0}", "x_label": "x"},
        "v": {"kind": "violins", "title": "v", "caption": "violins", "y_label": "y"},
        "h": {"kind": "histograms", "title": "h", "caption": "histograms", "high": 10.0},
    },
    differences={"always": ["a & b"]},
)


def run(request):
    """Count words; one table has published numbers, one has an undefined one."""
    study, words = request.study, request.file("words.txt").read_text("utf-8").split()
    with request.stage("counting") as done:
        done(1.0)
    lengths = np.array([len(word) for word in words], np.float64)
    rows = (
        Row(("letters",), Measure.of(lengths), Measure(4.0, 1.0), rerun=0.5),
        Row(("none",), Measure(None, n=0, undefined=2), Measure(1.0)),
    )
    return Result(
        request=request,
        findings=(f"{len(words)} words with seeds {list(request.all_seeds)}",),
        tables=(study.table("lengths", rows, count=len(words)),),
        figures=(
            study.figure("c", [Series("x", [0.5, -0.5], [1.0, 2.0])], "words"),
            study.figure("v", [Series("a", lengths), Series("constant", np.ones(3))]),
            study.figure("h", [Series("a", lengths)]),
        ),
        facts={"words": words},
        records={"each": [{"word": word, "letters": len(word)} for word in words], "none": []},
    )


@pytest.fixture
def counting(monkeypatch, tmp_path):
    """Register the study, write its data and return the folder."""
    module = ModuleType("assay_studies.counting.protocol")
    module.run = run
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(assay_studies, "studies", lambda: {"counting": COUNTING})
    data = tmp_path / "data"
    data.mkdir()
    (data / "words.txt").write_text("one three seven", "utf-8")
    return data
