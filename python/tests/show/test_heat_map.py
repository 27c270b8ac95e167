"""Heat maps: every token is there, on the colour of its score, in every format."""

import re

import numpy as np
import pytest
from samples import SENTENCE, tokens_of

import assay
from assay import cli
from assay.results.explanation import explanation_of


def explanation(scores):
    tokens = tokens_of(SENTENCE)
    positions = np.flatnonzero(~tokens.special)[: len(scores)]
    made = {"method": "made", "scores": list(scores), "positions": positions.tolist()}
    return explanation_of(made, tokens)


def faces(figure):
    return [patch.get_facecolor()[:3] for patch in figure.axes[0].patches]


@pytest.fixture
def demo():
    return assay.load("demo")


def test_every_token_is_written_once_and_in_order():
    pytest.importorskip("matplotlib")
    figure = explanation([0.1, 0.2]).plot()
    written = [text.get_text() for text in figure.axes[0].texts]
    assert len(written) == len(tokens_of(SENTENCE))
    assert len(faces(figure)) == 2


def test_the_largest_score_is_the_strongest_and_none_is_white():
    pytest.importorskip("matplotlib")
    none, half, whole = faces(explanation([0.0, 0.5, 1.0]).plot())
    assert none == (1, 1, 1)
    assert sum(none) > sum(half) > sum(whole)


def test_signs_are_told_apart_and_share_a_scale():
    pytest.importorskip("matplotlib")
    figure = explanation([-1.0, 0.0, 1.0]).plot()
    against, none, in_favour = faces(figure)
    assert against[0] > against[2]
    assert in_favour[2] > in_favour[0]
    assert none == pytest.approx((1, 1, 1), abs=0.01)
    assert figure.axes[1].get_xlim() == (-1.0, 1.0)


@pytest.mark.parametrize(
    ("ending", "start"),
    [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("html", b"<!doctype")],
)
def test_the_ending_chooses_the_format(ending, start, demo, tmp_path):
    pytest.importorskip("matplotlib")
    path = tmp_path / f"map.{ending}"
    assay.explain(demo, "a gripping $5 film", plot=path)
    assert path.read_bytes().startswith(start)


def test_an_unknown_ending_is_refused_with_the_known_ones(demo, tmp_path):
    pytest.importorskip("matplotlib")
    with pytest.raises(assay.OptionError, match=r"\.html.*\.png.*found 'map\.doc'"):
        assay.explain(demo, "a film", plot=tmp_path / "map.doc")


def test_the_command_draws(tmp_path, capsys):
    pytest.importorskip("matplotlib")
    path = tmp_path / "map.svg"
    assert cli.main(["explain", "a gripping film", "--plot", str(path)]) == 0
    assert f"The picture is in {path}" in capsys.readouterr().err
    assert re.search(r"<svg", path.read_text("utf-8"))
