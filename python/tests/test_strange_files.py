"""Pipes, devices, folders and links given as files, and streams that are closed: said, never waited
for, and nothing behind them changes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import assay

DEMO = Path(assay.__file__).parent / "embedded" / "demo"
MODEL_FILES = (
    "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
    "special_tokens_map.json",
)  # fmt: skip
FAST = {"checks": ["sinks"], "progress": False, "compare": [], "random_sets": 1, "shard_rows": 1,
        "permutations": 199, "shuffles": 1}  # fmt: skip
TEXTS = ["a fine film", "a dull mess", "not bad"]


def nowhere(place):
    place.symlink_to(place.parent / "absent")


def itself(place):
    place.symlink_to(place)


def device(place):
    place.symlink_to("/dev/zero")


#: What may stand where a file is expected.
KINDS = {
    "a pipe": os.mkfifo, "a device": device, "a folder": os.mkdir, "a link to nowhere": nowhere,
    "a link to itself": itself,
}  # fmt: skip


@pytest.fixture(params=KINDS)
def strange(request, tmp_path):
    """Return what puts something strange at a place in a new folder."""

    def put(name):
        place = tmp_path / name
        place.unlink(missing_ok=True)
        KINDS[request.param](place)
        return place

    return put


@pytest.mark.parametrize("name", MODEL_FILES)
def test_a_model_with_a_strange_file_is_refused(name, strange, tmp_path):
    """Oracle: it is there, so it is no file that is missing."""
    shutil.copytree(DEMO, tmp_path, dirs_exist_ok=True)
    strange(name)
    with pytest.raises(assay.CheckpointError, match=name.replace(".", r"\.")):
        assay.load(tmp_path)


@pytest.mark.parametrize("name", ["rows.csv", "rows.tsv", "rows.jsonl", "rows.parquet"])
def test_a_data_set_that_is_no_file_is_refused(name, strange):
    with pytest.raises(assay.InputError, match="expected a"):
        assay.audit(assay.load("demo"), strange(name), **FAST)


@pytest.mark.parametrize("kind", [assay.Report, assay.Explanation, assay.Audit])
def test_a_saved_result_that_is_no_file_is_refused(kind, strange):
    with pytest.raises((assay.InputError, OSError), match="saved"):
        kind.load(strange("saved"))


@pytest.mark.parametrize("name", ["pipe", "pipe.html"])
def test_a_pipe_that_nobody_reads_is_not_waited_for(name, tmp_path):
    os.mkfifo(tmp_path / name)
    with pytest.raises(OSError, match=name):
        assay.verify(assay.load("demo"), "a film", **{"checks": ["sinks"]}).to_html(tmp_path / name)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A finished run, and every name in it."""
    folder = tmp_path_factory.mktemp("run") / "run"
    assay.audit(assay.load("demo"), TEXTS, out=folder, **FAST)
    return folder, [path.relative_to(folder) for path in sorted(folder.rglob("*"))]


@pytest.mark.parametrize("resume", [True, False])
def test_a_link_at_any_name_of_a_run_keeps_what_it_leads_to(finished, resume, tmp_path):
    """Oracle: bytes; the names are those of a run, each is tried."""
    sound, names = finished
    assert len(names) >= 12
    for number, name in enumerate(names):
        folder, victim = tmp_path / f"{number}", tmp_path / f"victim-{number}"
        shutil.copytree(sound, folder)
        (folder / name).rename(victim)
        before = {
            path: path.read_bytes() for path in (victim, *victim.rglob("*")) if path.is_file()
        }
        (folder / name).symlink_to(victim)
        refused = ""
        try:
            assay.audit(assay.load("demo"), TEXTS, out=folder, resume=resume, **FAST)
        except assay.InputError as error:
            refused = str(error)
        assert "link" in refused or len(assay.Audit.load(folder)) == 3, name
        after = {path: path.read_bytes() for path in (victim, *victim.rglob("*")) if path.is_file()}
        assert after == before, name


def test_a_run_folder_that_goes_away_or_is_another_s_by_now_is_left(tmp_path):
    """Oracle: what is there afterwards: nothing, or what its new owner has put there."""
    for removed in (True, False):
        folder = tmp_path / str(removed)

        def replace(done, total, removed=removed, folder=folder):
            if done == 2:
                folder.rename(tmp_path / f"moved-{removed}")
            if done == 2 and not removed:
                folder.mkdir()
                (folder / "mine").write_text("mine")

        asked = FAST | {"progress": replace, "workers": 1}
        with pytest.raises(assay.InputError, match="removed or moved away"):
            assay.audit(assay.load("demo"), TEXTS * 4, out=folder, **asked)
        left = [path.name for path in folder.iterdir()] if folder.exists() else []
        assert left == ([] if removed else ["mine"])


def test_of_processes_that_audit_into_one_folder_one_writes_it(tmp_path):
    """Oracle: the answer of a run in memory; the others say that somebody is writing."""
    code = (
        "import assay, sys; a = assay.audit(assay.load('demo'), "
        f"{TEXTS!r} * 40, out=sys.argv[1], **{FAST!r}); print(len(a))"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "run")]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    running = [subprocess.Popen(command, **pipes) for _ in range(3)]
    said = [process.communicate(timeout=120) for process in running]
    assert any(out == "120\n" for out, _ in said)
    for (out, error), process in zip(said, running, strict=True):
        assert process.returncode == 0 or "another process is writing to this run" in error, out
    expected = assay.audit(assay.load("demo"), TEXTS * 40, **FAST).answer
    assert assay.Audit.load(tmp_path / "run").answer == expected


@pytest.mark.parametrize(
    ("streams", "status", "said"),
    [
        (">&-", 0, ""),
        (">&- 2>&-", 0, ""),
        (">/dev/full", 1, "assay: [Errno 28] No space left on device"),
        ("--html /dev/full >&-", 1, "assay: [Errno 28] No space left on device"),
        ("| true; exit ${PIPESTATUS[0]}", 1, ""),
    ],
)
def test_a_stream_that_takes_nothing_is_no_traceback(streams, status, said):
    command = f"{sys.executable} -m assay verify 'a fine film' --checks sinks {streams}"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert ran.returncode == status
    assert ran.stderr.strip() == said


def test_a_closed_standard_input_holds_no_text():
    command = f"{sys.executable} -m assay verify - <&-"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.startswith("assay: text: ")
