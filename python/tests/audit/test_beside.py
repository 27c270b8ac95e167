"""Two runs side by side. Oracle: the verdicts of the rows, counted by hand."""

import shutil
from collections import Counter

import pytest
from small import FAST, sentences

import assay
from assay import cli

TEXTS = [*sentences(12), "", "Ein großer Film über 国家中国 <b>"]


@pytest.fixture(scope="module")
def runs(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return [
        assay.audit(model, TEXTS, explanation=name, out=folder / name, progress=False, **FAST)
        for name in ("attention", "integrated_gradients")
    ]


def test_every_row_stands_beside_itself(runs):
    two = assay.beside(*runs)
    assert [one["row"] for one, _ in two.rows] == list(range(len(TEXTS)))
    assert all(one["text"] == other["text"] for one, other in two.rows)


def test_verdicts_are_counted_against_each_other(runs):
    told = [list(run.records(["verdict", "error"])) for run in runs]
    counted = Counter(
        tuple("error" if row["error"] else row["verdict"] for row in pair)
        for pair in zip(*told, strict=True)
    )
    lines = str(assay.beside(*runs)).partition("Verdict against verdict")[2].splitlines()
    columns = ["trustworthy", "inconclusive", "not trustworthy", "error"]
    for verdict in columns:
        [line] = [one for one in lines if one.strip().startswith(f"{verdict}  ") and "(" not in one
                  and one.split()[-1].isdigit()]  # fmt: skip
        assert [int(n) for n in line.split()[-4:]] == [counted[verdict, one] for one in columns]
    same = sum(count for pair, count in counted.items() if pair[0] == pair[1])
    assert f"{same} of {len(TEXTS)} rows have the same verdict" in str(assay.beside(*runs))


def test_the_runs_are_named_by_what_differs(runs, model, tmp_path):
    assert "attention" in str(assay.beside(*runs)).splitlines()[2]
    copied = shutil.copytree(runs[0].folder, tmp_path / "copy")
    again = assay.beside(runs[0], copied)
    assert str(tmp_path / "copy") in again.to_html()


def test_runs_of_other_rows_are_refused(runs, model):
    other = assay.audit(model, TEXTS[:3], progress=False, **FAST)
    with pytest.raises(assay.InputError, match=f"{len(TEXTS)} rows .* and 3 rows"):
        assay.beside(runs[0], other)


def test_the_command_prints_and_writes_a_page(runs, tmp_path, capsys):
    folders = [str(run.folder) for run in runs]
    assert cli.main(["beside", *folders, "--html", str(tmp_path / "two.html")]) == 0
    assert "Verdict against verdict" in capsys.readouterr().out
    page = (tmp_path / "two.html").read_text("utf-8")
    assert "<b>" not in page.partition("<body>")[2]
    assert page.count("<table") == 3
    assert cli.main(["beside", folders[0], str(tmp_path / "none")]) == 2
