"""The same bits however a run was made, and no run mixed with another."""

import concurrent.futures
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from small import FAST, sentences

import assay
from assay.audit.run_folder import RunFolder
from assay.engine import door

pytest.importorskip("pyarrow")
BAD = [None, "", "  ", 5, b"x", ["x"], "\ud800", {"words": "x"}, ("a", None), "film " * 40]
BAD_REASONS = [
    "text: missing", "text: empty", "text: only white space", "text: expected text, found int",
    "text: expected text, found bytes", "text: expected text, found list",
    "text: not valid Unicode", "text: missing", "pair: missing",
    "expected at most 24 tokens, found 42",
]  # fmt: skip


def parts(folder):
    """Return the hash of every part's bytes."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((Path(folder) / "parts").iterdir())
    }


def audit(model, folder, texts=None, **options):
    options = {"progress": False, "shard_rows": 4, **FAST} | options
    return assay.audit(model, sentences(14) if texts is None else texts, out=folder, **options)


@pytest.fixture(scope="module")
def reference(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reference") / "run"
    audit(model, folder, workers=1)
    return folder


def test_two_workers_write_the_bytes_of_one(model, reference, tmp_path):
    audit(model, tmp_path / "run", workers=2)
    assert parts(tmp_path / "run") == parts(reference)
    for name in ("manifest.json", "answer.json"):
        assert (tmp_path / "run" / name).read_bytes() == (reference / name).read_bytes()


def test_any_executor_will_do(model, reference, tmp_path):
    with concurrent.futures.ThreadPoolExecutor(3) as executor:
        audit(model, tmp_path / "run", executor=executor)
    assert parts(tmp_path / "run") == parts(reference)


def test_processes_write_the_bytes_of_threads(model, reference, tmp_path):
    import multiprocessing

    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as executor:
        audit(model, tmp_path / "run", executor=executor)
    assert parts(tmp_path / "run") == parts(reference)


@pytest.mark.slow
def test_dask_writes_the_bytes_of_threads(model, reference, tmp_path):
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with (
        distributed.LocalCluster(local_directory=tmp_path / "dask", **options) as cluster,
        distributed.Client(cluster) as client,
    ):
        audit(model, tmp_path / "run", executor=client)
    assert parts(tmp_path / "run") == parts(reference)


def test_a_row_does_not_depend_on_its_shard(model, reference, tmp_path):
    a = audit(model, tmp_path / "run", shard_rows=5)
    b = assay.Audit.load(reference)
    assert list(a.records()) == list(b.records())


def test_an_interrupted_run_goes_on_and_repeats_nothing(model, reference, tmp_path):
    seen = []

    def interrupt(done, total):
        seen.append((done, total))
        if done == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit(model, tmp_path / "run", workers=1, progress=interrupt)
    finished = parts(tmp_path / "run")
    assert 0 < len(finished) < 4
    with pytest.raises(assay.InputError, match="not finished"):
        assay.Audit.load(tmp_path / "run")
    again = []
    audit(model, tmp_path / "run", progress=lambda done, total: again.append(done))
    assert again[0] > 4 * len(finished)
    assert parts(tmp_path / "run") == parts(reference)


SCRIPT = """
import sys, assay
from small import FAST, sentences
assay.audit(assay.load(sys.argv[1]), sentences(24), out=sys.argv[2], shard_rows=2, workers=2,
            progress=lambda done, total: print(done, flush=True), **FAST)
"""


def started(model_folder, run):
    """Start an audit of 24 rows in 12 shards in a process of its own."""
    root = Path(__file__).parents[2]
    environment = os.environ | {"PYTHONPATH": f"{root}{os.pathsep}{root / 'tests'}"}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(model_folder), str(run)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def stop(process, rows, how):
    """Send a signal once so many rows are done; return what the process wrote to its end."""
    for seen, _ in enumerate(process.stdout, start=1):
        if seen >= rows:
            process.send_signal(how)
            break
    return process.communicate()[1]


@pytest.fixture(scope="module")
def whole(model, tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole") / "run"
    audit(model, folder, texts=sentences(24), shard_rows=2, workers=1)
    return folder


@pytest.mark.slow
def test_a_run_that_is_killed_five_times_loses_only_what_was_under_way(
    model_folder, whole, tmp_path
):
    draw, run = random.Random(5), tmp_path / "run"
    for _ in range(5):
        before = len(parts(run)) if run.exists() else 0
        process = started(model_folder, run)
        stop(process, draw.randint(1, 3), signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        found = {n: h for n, h in parts(run).items() if not n.endswith(".tmp")}
        assert found.items() <= parts(whole).items()
        assert len(found) >= before
    process = started(model_folder, run)
    errors = process.communicate()[1]
    assert process.returncode == 0, errors
    assert parts(run) == parts(whole)
    assert assay.Audit.load(run).answer == assay.Audit.load(whole).answer


@pytest.mark.slow
def test_ctrl_c_leaves_a_run_that_can_be_read_and_goes_on(model, model_folder, whole, tmp_path):
    run = tmp_path / "run"
    process = started(model_folder, run)
    assert "KeyboardInterrupt" in stop(process, 12, signal.SIGINT)
    assert process.returncode != 0
    part = assay.Audit.load(run, partial=True)
    assert 0 < len(part) < 24
    expected = {r["row"]: r["verdict"] for r in assay.Audit.load(whole).records()}
    assert all(expected[r["row"]] == r["verdict"] for r in part.records())
    assert f"{24 - len(part)} are still to come" in " ".join(str(part).split())
    audit(model, run, texts=sentences(24), shard_rows=2)
    assert parts(run) == parts(whole)


def test_a_part_that_is_cut_short_is_made_again(model, reference, tmp_path):
    audit(model, tmp_path / "run")
    part = tmp_path / "run" / "parts" / "part-000001.parquet"
    part.write_bytes(part.read_bytes()[:1000])
    audit(model, tmp_path / "run")
    assert parts(tmp_path / "run") == parts(reference)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"seed": 7}, "configuration.seed was 0 and is now 7"),
        ({"shuffles": 6}, "configuration.options.shuffles was 5 and is now 6"),
        ({"explanation": "attention"}, 'was "attention_rollout" and is now "attention"'),
        ({"texts": ["another"]}, "data.rows was 14 and is now 1; data.hash was"),
    ],
    ids=str,
)
def test_a_run_of_something_else_is_refused_with_the_difference(change, named, model, reference):
    before = parts(reference)
    with pytest.raises(assay.OptionError, match="cannot be resumed") as refusal:
        audit(model, reference, **change)
    assert named in str(refusal.value)
    assert parts(reference) == before


def test_a_run_of_another_model_is_refused(model, reference):
    manifest = json.loads((reference / "manifest.json").read_text())
    with RunFolder(reference) as folder, pytest.raises(assay.OptionError, match=r"model\.hash was"):
        folder.begin(manifest | {"model": manifest["model"] | {"hash": "0"}}, resume=True)


def test_starting_over_removes_only_the_earlier_run(model, tmp_path):
    audit(model, tmp_path / "run", texts=["a good film"] * 9)
    (tmp_path / "run" / "notes.txt").write_text("mine")
    a = audit(model, tmp_path / "run", texts=["a bad film"], resume=False)
    assert len(a) == 1
    assert len(parts(tmp_path / "run")) == 1
    assert (tmp_path / "run" / "notes.txt").exists()


def test_a_folder_of_something_else_is_left_alone(model, tmp_path):
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(assay.InputError, match="found other files"):
        audit(model, tmp_path)
    with pytest.raises(assay.InputError, match="found a file"):
        audit(model, tmp_path / "thesis.tex")


def test_two_processes_cannot_write_to_one_run(model, tmp_path):
    with RunFolder(tmp_path / "run"), pytest.raises(assay.InputError, match="another process"):
        audit(model, tmp_path / "run")


@pytest.mark.slow
def test_two_hundred_bad_rows_of_ten_kinds_among_a_thousand_are_all_reported(model, tmp_path):
    texts = list(sentences(800))
    places = sorted(random.Random(0).sample(range(1000), 200))
    for number, place in enumerate(places):
        texts.insert(place, BAD[number % len(BAD)])
    a = audit(model, tmp_path / "run", texts=texts, shard_rows=20, checks=["polarity"],
              random_sets=1, compare=[])  # fmt: skip
    assert [row for row, _ in a.errors] == places
    assert (a.answer["rows"], a.answer["examined"]) == (1000, 800)
    reasons = {BAD_REASONS[number % len(BAD)]: error for number, (_, error) in enumerate(a.errors)}
    assert all(expected in found for expected, found in reasons.items())
    assert [record["row"] for record in a.records(["row"])] == list(range(1000))
    assert "Rows that could not be used: 200" in str(a)


def test_long_texts_are_cut_on_request_and_said_to_be(model):
    a = assay.audit(model, ["film " * 40], truncate=True, progress=False, **FAST)
    assert [record["truncated"] for record in a.records()] == [True]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"explanation": "magic"}, "method: expected one of"),
        ({"checks": ["magic"]}, "checks: expected default"),
        ({"target": "magic"}, "target: expected one of"),
        ({"workers": 0}, "workers: expected a whole number from 1 on"),
        ({"seed": -1}, "seed: expected"),
        ({"executor": 5}, "executor: expected"),
        ({"magic": 5}, "magic"),
    ],
)
def test_a_wrong_configuration_stops_at_once_with_its_name(options, message, model):
    with pytest.raises((assay.OptionError, assay.InputError), match=message):
        assay.audit(model, ["a good film"], progress=False, **FAST, **options)


def test_a_model_made_in_memory_cannot_cross_to_another_process(model):
    import pickle

    made = assay.Model(door.open_model({"path": str(model.path)}))
    with pytest.raises(assay.InputError, match="made in memory"):
        pickle.dumps(made)
    back = pickle.loads(pickle.dumps(model))
    assert back.fingerprint == model.fingerprint
    assert (
        back.predict("a good film").logits.tolist() == model.predict("a good film").logits.tolist()
    )
