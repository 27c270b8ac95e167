"""Published figures that are kept as data."""

import pytest

from assay.reproduce.published.jain_wallace import published


def test_both_generations_of_a_correlation_are_there():
    """Oracle: tables J1 and J2 of the authors' csv files, to two decimals."""
    one = published("attention_gradient", "sst", "bilstm", "additive", "1")
    assert (round(one.value, 2), round(one.earlier, 2)) == (0.36, 0.38)
    assert (round(one.spread, 2), one.significant) == (0.21, 0.49)
    assert one.rerun == pytest.approx(0.0212, abs=1e-4)


def test_task_performance_and_quartiles_are_there():
    assert published("f1_class1", "sst", "bilstm", "additive").value == pytest.approx(
        0.784, abs=1e-3
    )
    one = published("permutation_median", "sst", "bilstm", "additive", "0 [0,.25)")
    assert one.low < one.value < one.high


def test_a_figure_that_nobody_published_is_none():
    one = published("attention_gradient", "nowhere", "bilstm", "additive", "1")
    assert (one.value, one.earlier, one.rerun, one.measure) == (None, None, None, None)
