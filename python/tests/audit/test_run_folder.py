"""A run touches nothing but what is its own, and takes nothing that it has not written."""

import json
import os
import random
import shutil
import stat
from pathlib import Path

import hostile
import pytest
from small import FAST, sentences, small_model

import assay

pytest.importorskip("pyarrow")
DEMO = Path(assay.__file__).parent / "embedded" / "demo"
#: What the folder of a stranger may hold, by path; `->` makes a link.
FOREIGN = {
    "a web project": {"manifest.json": '{"name": "my web app"}', "thesis.tmp": "work"},
    "names of ours": {
        "manifest.json": '{"name": "mine"}', "report.html": "mine", "answer.json": "mine",
        "parts/part-000000.parquet": "mine", "hashes/answer.json.sha256": "mine", "lock": "mine",
    },
    "a table of Spark": {"parts/part-00000-abc.snappy.parquet": "data", "parts/_SUCCESS": ""},
    "a part of nobody": {"parts/part-000000.parquet": "data"},
    "a manifest that is no object": {"manifest.json": "[]", "answer.json": "mine"},
    "half of a manifest": {"manifest.json": '{"format": "assay.au'},
    "a lock with something in it": {"lock": "mine"},
    "a link called lock": {"lock": "-> precious"},
    "a link called manifest": {"manifest.json": "-> precious"},
    "a link called parts": {"parts": "-> folder"},
    "a link called hashes": {"hashes": "-> folder"},
    "a file called parts": {"parts": "mine", "lock": ""},
    "something that looks left over": {".assay-1-0.tmp": "", "thesis.tex": "mine"},
}  # fmt: skip


def audit(model, folder, texts=None, **options):
    options = {"progress": False, "shard_rows": 2, "workers": 1, "compare": []} | options
    options = {"checks": ["polarity"], "random_sets": 1, **FAST} | options
    return assay.audit(model, sentences(6) if texts is None else texts, out=folder, **options)


def contents(folder):
    """Return everything in a folder: the bytes of files, where links lead, which folders."""
    result = {}
    for path in sorted(folder.rglob("*")):
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            result[path.relative_to(folder)] = path.readlink()
        else:
            result[path.relative_to(folder)] = path.read_bytes() if stat.S_ISREG(mode) else None
    return result


def made(place, files):
    """Make a stranger's folder, and beside it what links in it lead to."""
    (place / "folder").mkdir(parents=True)
    (place / "folder" / "part-000000.parquet").write_text("precious")
    (place / "precious").write_text("precious")
    folder = place / "run"
    folder.mkdir()
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if content.startswith("-> "):
            path.symlink_to(place / content[3:])
        else:
            path.write_text(content)
    return folder


@pytest.mark.parametrize("resume", [True, False])
@pytest.mark.parametrize("name", FOREIGN)
def test_a_strangers_folder_keeps_every_byte(name, resume, model, tmp_path):
    folder = made(tmp_path, FOREIGN[name])
    before = contents(tmp_path)
    with pytest.raises(assay.InputError):
        audit(model, folder, resume=resume)
    with pytest.raises(assay.InputError):
        assay.Audit.load(folder)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("resume", [True, False])
def test_files_of_others_in_a_runs_folder_stay(resume, model, tmp_path):
    run = tmp_path / "run"
    audit(model, run)
    others = {
        "notes.txt": "mine", "thesis.tmp": "mine", "parts/part-00000-abc.snappy.parquet": "mine",
        "parts/x.tmp": "mine", "parts/part-000099.parquet": "mine", "parts/part-0.parquet": "mine",
        "hashes/mine.sha256": "mine", "parts/_SUCCESS": "",
    }  # fmt: skip
    for name, content in others.items():
        (run / name).write_text(content)
    (run / ".assay-77-0.tmp").write_text("left by a process that was killed")
    a = audit(model, run, resume=resume)
    assert {name: (run / name).read_text() for name in others} == others
    assert not (run / ".assay-77-0.tmp").exists()
    assert [record["row"] for record in a.records()] == list(range(6))


@pytest.mark.parametrize("name", ["answer.json", "report.html", "parts/part-000001.parquet"])
def test_a_link_in_a_runs_folder_is_replaced_and_not_followed(name, model, tmp_path):
    run, precious = tmp_path / "run", tmp_path / "precious"
    audit(model, run)
    expected = (run / name).read_bytes()
    precious.write_bytes(expected)
    (run / name).unlink()
    (run / name).symlink_to(precious)
    precious.write_text("precious")
    audit(model, run)
    assert precious.read_text() == "precious"
    assert not (run / name).is_symlink()
    assert (run / name).read_bytes() == expected


@pytest.mark.parametrize("name", ["answer.json", "report.html", "parts/part-000001.parquet"])
def test_a_folder_in_the_place_of_a_file_is_said_before_the_first_row(name, model, tmp_path):
    run = tmp_path / "run"
    audit(model, run)
    (run / name).unlink()
    (run / name).mkdir()
    with pytest.raises(assay.InputError, match="expected a file, found a folder"):
        audit(model, run, progress=lambda *_: pytest.fail("a row was examined"))


def test_a_pipe_in_the_place_of_a_part_is_not_waited_for(model, tmp_path):
    run = tmp_path / "run"
    audit(model, run)
    part = run / "parts" / "part-000001.parquet"
    expected = part.read_bytes()
    part.unlink()
    os.mkfifo(part)
    assert audit(model, run).recomputed == ("part-000001.parquet",)
    assert part.read_bytes() == expected


def test_any_flipped_byte_is_an_error_or_computed_again(model, tmp_path):
    run, draw = tmp_path / "run", random.Random(0)
    audit(model, run)
    sound = contents(run)
    files = [name for name, data in sound.items() if data]
    assert len(files) >= 12
    for name in files:
        data = sound[name]
        for offset in {0, len(data) - 1, *(draw.randrange(len(data)) for _ in range(4))}:
            spoiled = bytearray(data)
            spoiled[offset] ^= 1 << draw.randrange(8)
            (run / name).write_bytes(spoiled)
            where = f"byte {offset} of {name}"
            with pytest.raises(assay.AssayError):
                list(assay.Audit.load(run).records())
            try:
                audit(model, run)
            except assay.AssayError:
                (run / name).write_bytes(data)
            assert contents(run) == sound, where


def test_parts_that_were_copied_edited_or_left_over_are_not_taken(model, tmp_path, caplog):
    import pyarrow as arrow
    from pyarrow import parquet

    run = tmp_path / "run"
    audit(model, run)
    sound = contents(run)
    parts = run / "parts"
    shutil.copy(parts / "part-000000.parquet", parts / "part-000001.parquet")
    shutil.copy(
        run / "hashes" / "part-000000.parquet.sha256", run / "hashes" / "part-000001.parquet.sha256"
    )
    table = parquet.read_table(parts / "part-000002.parquet")
    place = table.schema.get_field_index("verdict")
    edited = table.set_column(place, table.schema.field(place), arrow.array(["trustworthy"] * 2))
    parquet.write_table(edited, parts / "part-000002.parquet")
    shutil.copy(parts / "part-000000.parquet", parts / "part-000003.parquet")
    with pytest.raises(assay.InputError, match="changed since"):
        list(assay.Audit.load(run).records())
    a = audit(model, run)
    assert a.recomputed == ("part-000001.parquet", "part-000002.parquet")
    for name in ("part-000001", "part-000002", "part-000003"):
        assert f"{name}.parquet is not what this run has written" in caplog.text
    (parts / "part-000003.parquet").unlink()
    assert contents(run) == sound
    assert audit(model, run).recomputed == ()


def test_a_part_of_another_run_is_not_taken(model, tmp_path):
    audit(model, tmp_path / "one", seed=1)
    audit(model, tmp_path / "two", seed=2)
    for name in ("parts/part-000001.parquet", "hashes/part-000001.parquet.sha256"):
        shutil.copy(tmp_path / "one" / name, tmp_path / "two" / name)
    assert audit(model, tmp_path / "two", seed=2).recomputed == ("part-000001.parquet",)


def test_a_finished_run_without_one_of_its_parts_is_not_read_as_whole(model, tmp_path):
    audit(model, tmp_path / "run")
    (tmp_path / "run" / "parts" / "part-000001.parquet").unlink()
    with pytest.raises(assay.InputError, match="expected a part of the run, found none"):
        list(assay.Audit.load(tmp_path / "run").records())


def test_a_run_of_an_earlier_format_may_be_started_over_but_not_mixed(model, tmp_path):
    run = tmp_path / "run"
    audit(model, run)
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps(manifest | {"format": "assay.audit/1"}))
    with pytest.raises(assay.OptionError, match="format was"):
        audit(model, run)
    with pytest.raises(assay.InputError, match="expected a run of the format"):
        assay.Audit.load(run)
    assert len(audit(model, run, resume=False)) == 6


CHANGES = {
    "an activation": ("config.json", lambda c: c | {"hidden_act": "relu"}),
    "an epsilon": ("config.json", lambda c: c | {"layer_norm_eps": 0.5}),
    "the labels": ("config.json", lambda c: c | {"id2label": {"0": "positive", "1": "negative"}}),
    "a normaliser": ("tokenizer.json", lambda t: t | {"normalizer": None}),
    "a post-processor": ("tokenizer.json", lambda t: t | {"post_processor": None}),
    "which token is unknown": ("special_tokens_map.json", lambda _: {"unk_token": "film"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_run_is_not_resumed_with_another_model(what, tmp_path):
    folder, run = small_model(tmp_path / "model"), tmp_path / "run"
    audit(assay.load(folder), run)
    before = contents(run)
    name, change = CHANGES[what]
    path = folder / name
    path.write_text(json.dumps(change(json.loads(path.read_text()) if path.exists() else {})))
    with pytest.raises(assay.OptionError, match=r"cannot be resumed: model\.hash was"):
        audit(assay.load(folder), run)
    assert contents(run) == before


def test_one_weight_in_the_middle_of_a_large_file_is_another_model(tmp_path):
    folder = Path(shutil.copytree(DEMO, tmp_path / "model"))
    before, path = assay.load(folder).fingerprint, folder / "model.safetensors"
    data = bytearray(path.read_bytes())
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    for name in header:
        if name != "__metadata__":
            start, end = header[name]["data_offsets"]
            place = 8 + length + (start + end) // 2
            changed = bytearray(data)
            changed[place] ^= 1
            path.write_bytes(changed)
            assert assay.load(folder).fingerprint != before, name
    path.write_bytes(data)
    assert assay.load(folder).fingerprint == before


def box(good, **options):
    options = {"labels": ["bad", "good"]} | options
    return assay.black_box(predict=lambda texts: [[1 - good, good]] * len(texts), **options)


def test_a_black_box_is_resumed_by_its_identity_and_not_without(tmp_path):
    options = {"explanation": "leave_one_out", "checks": "default"}
    audit(box(0.9), tmp_path / "nameless", **options)
    with pytest.raises(assay.OptionError, match="nothing tells this black box from another"):
        audit(box(0.2), tmp_path / "nameless", **options)
    a = audit(box(0.2), tmp_path / "nameless", resume=False, **options)
    assert {record["predicted"] for record in a.records()} == {"bad"}
    audit(box(0.9, identity="reviews 1"), tmp_path / "named", **options)
    seen = []
    audit(box(0.9, identity="reviews 1"), tmp_path / "named", progress=lambda *at: seen.append(at),
          **options)  # fmt: skip
    assert seen == []
    for other in (
        box(0.2, identity="reviews 2"), box(0.2), box(0.9, identity="reviews 1", readout="last"),
        box(0.9, identity="reviews 1", labels=["good", "bad"]),
    ):  # fmt: skip
        with pytest.raises(assay.OptionError, match=r"model\.hash was"):
            audit(other, tmp_path / "named", **options)


@pytest.mark.parametrize("identity", ["", "  ", 5, b"x"])
def test_an_identity_is_a_text(identity):
    with pytest.raises(assay.OptionError, match="identity"):
        assay.black_box(predict=hostile.moody, identity=identity)
