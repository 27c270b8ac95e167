"""The check `evenness` by itself."""

import numpy as np
import pytest

import assay


def test_evenness_is_the_share_of_the_largest_entropy():
    """Oracle: the closed form, for a map of two halves among four tokens."""
    model = assay.load("demo")
    scores = np.array([0.5, 0.5, 0, 0])
    report = assay.verify(model, "a dull mess .", explanation=scores, checks=["evenness"])
    assert report.checks["evenness"].statistic == pytest.approx(np.log(2) / np.log(4))
