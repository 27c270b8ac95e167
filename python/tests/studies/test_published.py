"""Published figures that are kept as data."""

import pytest

from assay_studies.abnar_zuidema import protocol as abnar_zuidema
from assay_studies.jain_wallace.published import beside, published
from assay_studies.shared.tables import Measure


def test_both_generations_of_a_correlation_are_there():
    """Oracle: tables J1 and J2 of the authors' csv files, to two decimals."""
    where = ("attention_gradient", "sst", "bilstm", "additive", "1")
    later, earlier = published(*where)
    assert (round(later["value"], 2), round(earlier["value"], 2)) == (0.36, 0.38)
    assert (round(later["spread"], 2), later["significant"]) == (0.21, 0.49)
    row = beside(("x",), Measure(0.5), *where)
    assert row.rerun == pytest.approx(0.0212, abs=1e-4)
    assert row.difference == pytest.approx(0.5 - later["value"])


def test_task_performance_and_quartiles_are_there():
    later, _ = published("f1_class1", "sst", "bilstm", "additive", "")
    assert later["value"] == pytest.approx(0.784, abs=1e-3)
    later, _ = published("permutation_median", "sst", "bilstm", "additive", "0 [0,.25)")
    assert later["low"] < later["value"] < later["high"]


def test_a_figure_that_nobody_published_is_none():
    where = ("attention_gradient", "nowhere", "bilstm", "additive", "1")
    assert published(*where) == ({}, {})
    row = beside(("x",), Measure(0.5), *where)
    assert (row.published, row.rerun) == (None, None)


def test_abnar_and_zuidemas_tables_are_whole():
    """Oracle: three methods, six layers in tables 1 and 2, four layers in table 3."""
    cells = abnar_zuidema.published()
    assert len(cells) == 1 + 3 * (6 + 6 + 4)
    assert cells["gradient", "flow", "L6"] == Measure(0.61, 0.28)
    assert cells["sentiment", "raw", "L1"] == Measure(0.12, 0.21)
    assert cells["accuracy", "real sentences"] == Measure(0.96)
