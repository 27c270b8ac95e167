"""Run folders whose files were spoiled, swapped, removed or added: the same answer, or none."""

import os
import shutil
import stat
import tempfile
import time
from collections import Counter
from pathlib import Path

import assay

from . import FindingError, cases, line, mutated_json, spoiled

TEXTS = ["a fine film", "a dull mess", "not bad at all", "", "a thin story", "film"]


def run(seconds, seed):
    """Spoil a folder, read it, and let the audit go on in it."""
    counts, started = Counter(), time.monotonic()
    model = assay.load("demo")
    with tempfile.TemporaryDirectory() as name:
        sound = Path(name) / "sound"
        _audit(model, sound)
        answer, expected = assay.Audit.load(sound).answer, _contents(sound)
        for number, draw in cases(seconds, seed):
            folder = Path(name) / "run"
            shutil.copytree(sound, folder)
            for _ in range(draw.choice((1, 1, 2))):
                _spoil(folder, draw)
            where = f"run folder, seed {seed}, case {number}"
            try:
                outcome = _outcome(model, folder, answer)
            except BaseException as error:
                raise FindingError(f"{where}: {error!r}") from error
            if outcome == "computed again":
                left = _contents(folder)
                if any(left.get(path) != data for path, data in expected.items()):
                    raise FindingError(f"{where}: other bytes than in the sound run")
            counts[outcome] += 1
            shutil.rmtree(folder)
    return line("run folders", counts, time.monotonic() - started)


def _audit(model, folder):
    return assay.audit(
        model, TEXTS, out=folder, shard_rows=2, workers=1, random_sets=1, compare=[],
        checks=["polarity"], progress=False, permutations=199, shuffles=1,
    )  # fmt: skip


def _outcome(model, folder, answer):
    try:
        loaded = assay.Audit.load(folder)
        list(loaded.records())
        read = True
    except assay.AssayError:
        read = False
    if read and loaded.answer != answer:
        raise FindingError("another answer was read")
    try:
        if _audit(model, folder).answer != answer:
            raise FindingError("another answer was computed")
    except assay.AssayError as error:
        return type(error).__name__
    return "read" if read else "computed again"


def _spoil(folder, draw):
    """Do one thing to one file."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    path, other = draw.choice(files), draw.choice(files)
    data = path.read_bytes()
    match draw.choice(("bits", "bits", "json", "copy", "remove", "link", "folder", "pipe", "add")):
        case "bits" if data:
            path.write_bytes(spoiled(data, draw))
        case "json" if path.suffix == ".json":
            path.write_bytes(mutated_json(data, draw))
        case "copy":
            path.write_bytes(other.read_bytes())
        case "remove":
            path.unlink()
        case "link" if path != other:
            path.unlink()
            path.symlink_to(other)
        case "folder":
            path.unlink()
            path.mkdir()
        case "pipe":
            path.unlink()
            os.mkfifo(path)
        case _:
            added = draw.choice(
                ("parts/part-000007.parquet", "notes", "hashes/x", ".assay-1-0.tmp")
            )
            (folder / added).write_bytes(data)


def _contents(folder):
    return {
        path.relative_to(folder): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if stat.S_ISREG(path.lstat().st_mode) and path.name != "lock"
    }
