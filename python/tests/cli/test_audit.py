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


@pytest.mark.slow
def test_the_workers_of_a_dask_cluster_write_what_threads_write(data, tmp_path, capsys):
    distributed = pytest.importorskip("distributed")
    assert cli.main(command(data, "--workers", "1")) == 0
    here = data.parent / "run"
    there = tmp_path / "there"
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=tmp_path / "dask"
    ) as cluster:
        where = ["--out", str(there), "--dask", cluster.scheduler_address]
        assert cli.main([*command(data), *where]) == 0
    assert "2 of 4 examples" in capsys.readouterr().out
    for name in ("manifest.json", "answer.json", "parts/part-000000.parquet"):
        assert (there / name).read_bytes() == (here / name).read_bytes()


def test_a_file_that_is_not_there_is_unusable_input(tmp_path, capsys):
    assert cli.main(["audit", str(tmp_path / "none.csv"), "--out", str(tmp_path / "run")]) == 2
    assert "none.csv: expected a file, found none" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_a_cluster_that_is_not_there_is_a_failure_in_one_sentence(data, capsys):
    dask = pytest.importorskip("dask")
    pytest.importorskip("distributed")
    with dask.config.set({"distributed.comm.timeouts.connect": "1s"}):
        assert cli.main(command(data, "--dask", "tcp://127.0.0.1:1")) == 1
    assert "assay: Timed out trying to connect to tcp://127.0.0.1:1" in capsys.readouterr().err


def test_pairs_and_rationales_come_from_their_columns(tmp_path, capsys):
    path = tmp_path / "pairs.jsonl"
    rows = [
        {"first": "a gripping film", "second": "a dull one", "why": ["gripping"]},
        {"first": "a gripping film", "why": []},
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    named = ["--text-column", "first", "--pair-column", "second", "--rationale-column", "why"]
    out = ["--out", str(tmp_path / "run"), "--quiet", "--json"]
    assert cli.main(["audit", str(path), *named, *out]) == 0
    answer = json.loads(capsys.readouterr().out)["answer"]
    assert answer["errors"] == [{"row": 1, "error": "pair: missing"}]
    assert answer["plausibility"]["auprc"]["n"] == 1


@pytest.mark.parametrize(
    ("fail_on", "status"),
    [(["no ceiling"], 1), (["trustworthy"], 0), (["trustworthy", "no ceiling"], 1),
     (["errors"], 1), ([], 0)],
)  # fmt: skip
def test_an_answer_may_be_the_exit_status(data, fail_on, status, capsys):
    """Oracle: what the run answers, which is printed; two rows cannot be used."""
    asked = [word for one in fail_on for word in ("--fail-on", one)]
    assert cli.main(command(data, "--json", *asked)) == status
    assert json.loads(capsys.readouterr().out)["answer"]["answer"] == "no ceiling"


def test_an_answer_that_is_none_is_refused(data, capsys):
    with pytest.raises(SystemExit) as refusal:
        cli.main(command(data, "--fail-on", "inconclusive"))
    assert refusal.value.code == 2
    assert "'no ceiling'" in capsys.readouterr().err
