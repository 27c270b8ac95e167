"""The frame that every study stands in: requests, tables, figures, page and command."""

import csv
import json
import re
import sys
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import assay
from assay import cli
from assay.reproduce.drawing import draw
from assay.reproduce.figures import Violin, Violins
from assay.reproduce.tables import Measure, Row, Table


def test_a_study_writes_its_tables_its_settings_and_its_page(counting, tmp_path):
    result = assay.reproduce("counting", counting, tmp_path / "out", seed=4, seeds=2, case="upper")
    assert result.findings == ("3 words with seeds [4, 5]",)
    with (tmp_path / "out" / "lengths.csv").open(encoding="utf-8") as file:
        letters, none = list(csv.DictReader(file))
    assert float(letters["ours"]) == pytest.approx(13 / 3)
    assert float(letters["difference"]) == pytest.approx(1 / 3)
    assert (none["ours"], none["undefined"], none["difference"]) == ("", "2", "")
    settings = json.loads((tmp_path / "out" / "settings.json").read_text("utf-8"))
    assert (settings["case"], settings["n"], settings["seed"]) == ("upper", 3, 4)
    assert list(settings["seconds"]) == ["counting"]


def test_the_page_loads_nothing_and_escapes_every_text(counting, tmp_path):
    assay.reproduce("counting", counting, tmp_path / "out")
    page = (tmp_path / "out" / "counting.html").read_text("utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r'(src|href)="', page)
    assert "Counting &lt;b&gt;words&lt;/b&gt;" in page
    figures = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(figures) == 3
    for figure in figures:
        ElementTree.fromstring(figure)


def test_the_markdown_page_names_the_command_that_makes_it(counting, tmp_path):
    assay.reproduce("counting", counting, tmp_path / "out", seed=2, n=7)
    text = (tmp_path / "out" / "counting.md").read_text("utf-8")
    command = "assay reproduce counting --data PATH --seed 2 --seeds 1 --case lower --n 7"
    assert command in text
    assert "| letters | 4.33 ± 0.94 | 3 | 4.00 ± 1.00 | +0.33 | ±0.50 |" in text


def test_the_text_shows_ours_beside_published_and_the_distance(counting, tmp_path):
    shown = str(assay.reproduce("counting", counting, tmp_path / "out"))
    for piece in ("4.33 ± 0.94", "4.00 ± 1.00", "+0.33", "±0.50", "undefined", "(+2 undefined)"):
        assert piece in shown


def test_the_command_runs_a_study_with_its_own_options(counting, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["reproduce", "counting", "--data", str(counting), "--output", str(out)]
    assert cli.main([*arguments, "--case", "upper", "--n", "5"]) == 0
    assert "3 words" in capsys.readouterr().out
    assert json.loads((out / "settings.json").read_text("utf-8"))["n"] == 5


def test_a_stop_during_a_study_is_reported_as_one(counting, tmp_path, capsys, monkeypatch):
    def stopped(request):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["assay.reproduce.counting"], "run", stopped)
    arguments = ["--data", str(counting), "--output", str(tmp_path / "out")]
    assert cli.main(["reproduce", "counting", *arguments]) == 130
    assert "stopped" in capsys.readouterr().err


def test_progress_names_the_stage(counting, tmp_path):
    seen = []
    assay.reproduce(
        "counting", counting, tmp_path / "out", progress=lambda *share: seen.append(share)
    )
    assert seen == [(0.0, "counting"), (1.0, "counting")]


@pytest.mark.parametrize(
    ("study", "arguments", "message"),
    [
        ("magic", {}, "study: expected one of counting, found 'magic'"),
        ("counting", {"depth": 1}, "counting takes case, n"),
        ("counting", {"case": "mixed"}, "case: expected one of lower, upper, found 'mixed'"),
        ("counting", {"n": "many"}, "n: expected int, found 'many'"),
        ("counting", {"seeds": 0}, "at least one training"),
    ],
)
def test_what_a_study_does_not_take_is_said(counting, tmp_path, study, arguments, message):
    with pytest.raises(assay.OptionError, match=re.escape(message)):
        assay.reproduce(study, counting, tmp_path / "out", **arguments)


def test_missing_data_is_named(counting, tmp_path):
    with pytest.raises(assay.InputError, match="none at"):
        assay.reproduce("counting", tmp_path / "nowhere", tmp_path / "out")
    (counting / "words.txt").unlink()
    with pytest.raises(assay.InputError, match=r"words\.txt, found none"):
        assay.reproduce("counting", counting, tmp_path / "out")


def test_a_measure_leaves_undefined_instances_out_and_counts_them():
    assert Measure.of([]) == Measure(None, None, 0, 0)
    assert Measure.of([np.nan]).undefined == 1
    assert Measure.of([2.0, 4.0]) == Measure(3.0, 1.0, 2, 0)


def test_a_table_without_published_numbers_shows_none():
    table = Table("t", "T", ("a",), (Row(("x",), Measure(1.0)),))
    assert table.cells() == (("a", "ours", "n"), [("x", "1.00", "")])
    assert table.largest_difference() is None


def test_a_violin_marks_the_median_where_it_lies():
    """Oracle: the axis is linear from 0 at the bottom to 1 at the top."""
    values = np.array([0.0, 0.5, 1.0])
    drawn = draw(Violins("t", (Violin("a", values),), "y", "c"))
    height = float(re.search(r'class="s0 fill" cx="[\d.]+" cy="([\d.]+)"', drawn)[1])
    levels = [float(y) for y in re.findall(r'class="axis faint" .*? y1="([\d.]+)"', drawn)]
    assert height == pytest.approx((levels[0] + levels[-1]) / 2, abs=0.1)
