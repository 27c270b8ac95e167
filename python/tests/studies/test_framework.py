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
from assay_studies.shared.figures import Figure, Series
from assay_studies.shared.folder import claim, write
from assay_studies.shared.tables import Measure, Row, Table, median, share


def test_a_study_writes_its_tables_its_settings_and_its_page(counting, tmp_path):
    result = assay.reproduce("counting", counting, tmp_path / "out", seed=4, seeds=2, case="upper")
    assert result.findings == ("3 words with seeds [4, 5]",)
    with (tmp_path / "out" / "lengths.csv").open(encoding="utf-8") as file:
        letters, none = list(csv.DictReader(file))
    assert float(letters["ours"]) == pytest.approx(13 / 3)
    assert float(letters["difference"]) == pytest.approx(1 / 3)
    assert (none["ours"], none["undefined"], none["difference"]) == ("", "2", "")
    settings = json.loads((tmp_path / "out" / "settings.json").read_text("utf-8"))
    assert settings["options"] == {"case": "upper", "n": 3}
    assert (settings["seeds"], settings["words"]) == ([4, 5], ["one", "three", "seven"])
    assert list(settings["seconds"]) == ["counting"]
    assert (tmp_path / "out" / "each.csv").read_text("utf-8").splitlines()[:2] == [
        "word,letters", "one,3"
    ]  # fmt: skip
    assert not (tmp_path / "out" / "none.csv").exists()


def test_the_page_loads_nothing_and_escapes_every_text(counting, tmp_path):
    assay.reproduce("counting", counting, tmp_path / "out")
    page = (tmp_path / "out" / "counting.html").read_text("utf-8")
    assert "default-src 'none'" in page
    assert not re.search(r'(src|href)="(?!#)', page)
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
    for piece in (
        "of 3 words",
        "4.33 ± 0.94",
        "4.00 ± 1.00",
        "+0.33",
        "±0.50",
        "undefined",
        "(+2 undefined)",
    ):
        assert piece in shown


def test_the_command_runs_a_study_with_its_own_options(counting, tmp_path, capsys):
    out = tmp_path / "out"
    arguments = ["reproduce", "counting", "--data", str(counting), "--output", str(out)]
    assert cli.main([*arguments, "--case", "upper", "--n", "5"]) == 0
    assert "3 words" in capsys.readouterr().out
    assert json.loads((out / "settings.json").read_text("utf-8"))["options"]["n"] == 5


def test_a_stop_during_a_study_is_reported_as_one(counting, tmp_path, capsys, monkeypatch):
    def stopped(request):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["assay_studies.counting.protocol"], "run", stopped)
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
    assert table.cells() == (["a", "ours", "n"], [["x", "1.00", ""]])


def test_shares_and_medians_leave_out_what_is_undefined():
    """Oracle: by hand."""
    assert median("a", of=np.array([1.0, np.nan, 4.0, 2.0])).ours == Measure(2.0, None, 3)
    assert median("a", of=np.array([np.nan])).ours == Measure(None, None, 0)
    assert share("a", of=[True, True, False, False]).ours == Measure(0.5, None, 4)
    assert share("a", of=[]).ours == Measure(None, None, 0)


def test_a_quick_look_takes_its_own_sizes_and_names_those_that_were_asked_for(counting, tmp_path):
    result = assay.reproduce("counting", counting, tmp_path / "out", n=7, quick=True)
    assert result.settings["options"]["n"] == 1
    assert "--quick --case lower --n 7" in str(result)


def test_histograms_hold_shares_of_their_own_instances():
    """Oracle: of four values two lie in the lower bin, one beyond an end; nothing is left out."""
    figure = Figure(
        kind="histograms", title="t", caption="c", bins=2,
        series=(Series("a", [0.1, 0.2, 0.7, 9.0]), Series("none", [np.nan])),
    )  # fmt: skip
    drawn = figure.draw()
    ElementTree.fromstring(drawn)
    assert "share of instances" in drawn
    assert drawn == figure.draw()


def test_without_matplotlib_a_figure_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    drawn = Figure(kind="curves", title="<t>", caption="", series=()).draw()
    assert "attention-assay[plots]" in drawn
    assert "&lt;t&gt;" in drawn


def test_files_appear_together_or_not_at_all(tmp_path):
    (tmp_path / "b").mkdir()
    with pytest.raises(OSError, match="b"):
        write({tmp_path / "b": "two"})
    assert [one.name for one in tmp_path.iterdir()] == ["b"]
    write({tmp_path / "a": "one", tmp_path / "c": "three"})
    assert (tmp_path / "a").read_text("utf-8") + (tmp_path / "c").read_text("utf-8") == "onethree"


@pytest.mark.parametrize("content", ["", "[]", "{}", "not json", "[" * 100_000])
def test_a_folder_of_somebody_else_is_left_alone(tmp_path, content):
    (tmp_path / "settings.json").write_text(content, "utf-8")
    with pytest.raises(assay.InputError, match="found other files"):
        claim(tmp_path, "settings.json", {"study": "counting"})
    assert (tmp_path / "settings.json").read_text("utf-8") == content
    mine = tmp_path / "mine"
    assert claim(mine, "settings.json", {"study": "counting"}) == {"study": "counting"}
    assert claim(mine, "settings.json", {"study": "other"}) == {"study": "counting"}
