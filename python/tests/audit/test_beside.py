"""Two runs side by side. Oracle: the verdicts of the rows, counted by hand."""

import json
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
        tuple("not usable" if row["error"] else row["verdict"] for row in pair)
        for pair in zip(*told, strict=True)
    )
    lines = str(assay.beside(*runs)).partition("Verdict against verdict")[2].splitlines()
    columns = ["trustworthy", "inconclusive", "not trustworthy", "not usable"]
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
    with pytest.raises(assay.InputError, match=f"{len(TEXTS)} rows and 3 rows"):
        assay.beside(runs[0], other)


def test_the_command_prints_and_writes_a_page(runs, tmp_path, capsys):
    folders = [str(run.folder) for run in runs]
    assert cli.main(["beside", *folders, "--html", str(tmp_path / "two.html")]) == 0
    assert "Verdict against verdict" in capsys.readouterr().out
    page = (tmp_path / "two.html").read_text("utf-8")
    assert "<b>" not in page.partition("<body>")[2]
    assert page.count("<table") == 2
    assert page.count('class="reports"') == 2
    assert cli.main(["beside", folders[0], str(tmp_path / "none")]) == 2


def test_an_audit_takes_the_run_that_its_page_shows_beside_it(runs, model, tmp_path):
    """Oracle: the page that `to_html` writes of the two runs, and the folder's seal."""
    other = runs[1].folder
    made = assay.audit(
        model, TEXTS, explanation="attention", out=tmp_path / "new", compare_to=other,
        progress=False, **FAST,
    )  # fmt: skip
    assert (tmp_path / "new" / "report.html").read_text("utf-8") == made.to_html()
    assert made.to_html() == runs[0].to_html(compare_to=runs[1])
    assert made.to_html() != assay.Audit.load(tmp_path / "new").to_html()
    assert made.to_dict() == runs[0].to_dict() | {"manifest": dict(made.manifest)}


def test_a_run_of_other_rows_is_refused_before_any_work(runs, model, tmp_path):
    with pytest.raises(assay.InputError, match=f"compare_to: .*3 rows and {len(TEXTS)} rows"):
        assay.audit(model, TEXTS[:3], out=tmp_path / "new", compare_to=runs[0], progress=False)
    assert not (tmp_path / "new").exists()
    with pytest.raises(assay.InputError):
        runs[0].to_html(compare_to=tmp_path)


def test_the_command_puts_a_run_into_the_page_of_an_audit(runs, tmp_path, capsys):
    data, page = tmp_path / "rows.jsonl", tmp_path / "two.html"
    data.write_text("".join(json.dumps({"text": text}) + "\n" for text in TEXTS), "utf-8")
    options = ["--out", str(tmp_path / "a"), "--html", str(page), "--quiet"]
    again = ["--explanation", "attention", "--beside", str(runs[1].folder)]
    assert cli.main(["audit", str(data), *options, *again]) == 0
    assert "Two runs side by side" in page.read_text("utf-8")
    assert page.read_text("utf-8") == (tmp_path / "a" / "report.html").read_text("utf-8")
