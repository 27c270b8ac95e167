"""A study that needs no model, so that the framework is tested by itself."""

import sys
from types import ModuleType

import numpy as np
import pytest

from assay.reproduce import registry
from assay.reproduce.figures import Curve, Curves, Histograms, Violin, Violins
from assay.reproduce.study import Option, Result, Study
from assay.reproduce.tables import Measure, Row, Table

COUNTING = Study(
    name="counting",
    module="counting",
    summary="count words",
    source="nobody",
    data="a folder with words.txt",
    options=(
        Option("case", "lower", "how words are read", ("lower", "upper")),
        Option("n", 3, "n"),
    ),
)


def run(request):
    """Count words; one table has published numbers, one has an undefined one."""
    words = request.file("words.txt").read_text("utf-8").split()
    with request.stage("counting") as done:
        done(1.0)
    lengths = np.array([len(word) for word in words], np.float64)
    return Result(
        study="counting",
        title="Counting <b>words</b>",
        source="nobody",
        findings=(f"{len(words)} words with seeds {list(request.all_seeds)}",),
        differences=("a & b",),
        tables=(
            Table(
                "lengths",
                "Lengths",
                ("what",),
                (
                    Row(("letters",), Measure.of(lengths), Measure(4.0, 1.0), rerun=0.5),
                    Row(("none",), Measure(None, n=0, undefined=2), Measure(1.0)),
                ),
            ),
        ),
        figures=(
            Curves("c", (Curve("x", (1.0, 2.0), (0.5, -0.5), (0.1, 0.1)),), "x", "y", "curves"),
            Violins("v", (Violin("a", lengths), Violin("constant", np.ones(3))), "y", "violins"),
            Histograms("h", (Violin("a", lengths),), "x", "histograms", 0.0, 10.0),
        ),
        settings={"seed": request.seed, **request.options},
        seconds=request.seconds,
    )


@pytest.fixture
def counting(monkeypatch, tmp_path):
    """Register the study, write its data and return the folder."""
    module = ModuleType("assay.reproduce.counting")
    module.run = run
    monkeypatch.setitem(sys.modules, "assay.reproduce.counting", module)
    monkeypatch.setattr(registry, "STUDIES", (COUNTING,))
    data = tmp_path / "data"
    data.mkdir()
    (data / "words.txt").write_text("one three seven", "utf-8")
    return data
