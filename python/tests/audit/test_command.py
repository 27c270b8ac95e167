"""`assay audit` on the command line."""

import json

import pytest

from assay import cli

pytest.importorskip("pyarrow")
LINES = ["text,label", "a gripping film,1", "a dull mess,0", ",1", '"fine, but long",7']


@pytest.fixture
def data(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("\n".join(LINES) + "\n")
    return path


def command(data, *more):
    out = data.parent / "run"
    return ["audit", str(data), "--out", str(out), "--label-column", "label", "--quiet", *more]


def test_it_writes_the_run_and_prints_the_answer(data, capsys):
    assert cli.main(command(data, "--workers", "2")) == 0
    printed = capsys.readouterr()
    assert "2 of 4 examples" in printed.out
    assert "text: empty" in printed.out
    assert "Rows that could not be used: 2" in printed.out
    run = data.parent / "run"
    assert {item.name for item in run.iterdir()} >= {"manifest.json", "answer.json", "report.html"}
    assert str(run / "report.html") in printed.err
    assert cli.main(command(data, "--json")) == 0
    answer = json.loads(capsys.readouterr().out)["answer"]
    assert (answer["rows"], answer["examined"]) == (4, 2)


def test_another_seed_is_refused_unless_it_starts_over(data, capsys):
    assert cli.main(command(data)) == 0
    assert cli.main(command(data, "--seed", "3")) == 2
    assert "configuration.seed was 0 and is now 3" in capsys.readouterr().err
    assert cli.main(command(data, "--seed", "3", "--fresh")) == 0


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--text-column", "words"], "expected a column 'words', found text, label"),
        (["--workers", "0"], "workers: expected a whole number from 1 on, found 0"),
        (["--explanation", "magic"], "found 'magic'"),
    ],
)
def test_what_cannot_be_used_is_status_2(more, message, data, capsys):
    assert cli.main(command(data, *more)) == 2
    assert message in capsys.readouterr().err
