"""Every file that the package writes: whole or not at all, and nothing of anybody else's."""

import ast
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import assay
from assay.engine import disk

PACKAGE = Path(assay.__file__).parent
#: How a file is written, moved or removed; `disk.py` alone does it.
WRITING = {
    "write_text", "write_bytes", "unlink", "rmdir", "rmtree", "rename", "remove",
    "copyfile", "copy2", "move", "mkstemp", "NamedTemporaryFile", "tofile", "symlink_to", "touch",
}  # fmt: skip
#: Calls of such a name that touch no file: what is called on.
HARMLESS = {"disk", "self.files", "self.call", "values"}


def writes(path):
    """Yield the line and the name of every call that writes, moves or removes a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
        owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        modes = [a.value for a in node.args if isinstance(a, ast.Constant)]
        modes += [k.value.value for k in node.keywords if isinstance(k.value, ast.Constant)]
        opens = name == "open" and any(
            isinstance(m, str) and re.fullmatch("[wxa]b?", m) for m in modes
        )
        if (name in WRITING and owner not in HARMLESS) or opens:
            yield f"{path.relative_to(PACKAGE)}:{node.lineno} {name}"


def test_one_file_of_the_package_writes_files():
    found = [
        one for path in sorted(PACKAGE.rglob("*.py")) if path.name != "disk.py"
        for one in writes(path)
    ]  # fmt: skip
    assert found == []


#: Everything that writes a file, by name: a statement over `place` and what `MADE` makes.
WRITERS = {
    "report.save": "report.save(place)",
    "report.to_html": "report.to_html(place)",
    "explanation.save": "report.explanation.save(place)",
    "explanation.plot html": "report.explanation.plot(place + '.html')",
    "explanation.plot png": "report.explanation.plot(place + '.png')",
    "explanation.plot svg": "report.explanation.plot(place + '.svg')",
    "comparison.to_html": "comparison.to_html(place)",
    "audit.to_html": "audit.to_html(place)",
    "tokenizer.save": "model.tokenizer.save(place)",
    "classifier.save": "classifier.save(place)",
    "command verify": "assay.cli.main(['verify', TEXT, '--html', place])",
    "command explain": "assay.cli.main(['explain', TEXT, '--html', place])",
    "command compare": "assay.cli.main(['compare', TEXT, '--html', place, *SALIENCY])",
    "command calibrate": "assay.cli.main(['calibrate', '--markdown', place, *FEW])",
}  # fmt: skip
MADE = """
import contextlib, io, os, resource, signal, sys
import assay, assay.cli
TEXT = "a gripping, beautifully acted film"
SALIENCY, FEW = ["--methods", "saliency"], ["--draws", "2", "--families", "selector"]
model = assay.load("demo")
report = assay.verify(model, TEXT)
comparison = assay.compare(model, TEXT, methods=["saliency", "attention"])
audit = assay.audit(model, [TEXT], progress=False, random_sets=1)
classifier = assay.AttentionClassifier("average", hidden_size=8, embedding_size=8)
classifier.fit(["a good film", "a bad film"] * 4, [1, 0] * 4, epochs=1)
def contents(place):
    return {
        os.path.relpath(os.path.join(at, name), place): open(os.path.join(at, name), "rb").read()
        for at, _, names in os.walk(place) for name in names
    }
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
for name, statement in WRITERS.items():
    folder = os.path.join(sys.argv[1], name.replace(" ", "-"))
    os.makedirs(folder)
    place = os.path.join(folder, "file")
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        exec(statement)
        exec(statement)
        before = contents(folder)
        assert before and all(before.values()), name
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
        said = "nothing"
        try:
            said = exec(statement) or "returned"
        except OSError as error:
            said = f"OSError {error.errno}"
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    after = contents(folder)
    print(name, "|", said, "|", "kept" if after == before else sorted(set(after) ^ set(before)))
"""


def test_a_full_disk_leaves_every_file_as_it_was(tmp_path):
    script = f"WRITERS = {WRITERS!r}\n{MADE}"
    environment = os.environ | {"MPLBACKEND": "agg"}
    done = subprocess.run(
        [sys.executable, "-B", "-c", script, str(tmp_path)],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    lines = [line.split(" | ") for line in done.stdout.splitlines()]
    assert {line[0] for line in lines} == set(WRITERS), done.stderr[-2000:]
    assert [line for line in lines if line[2] != "kept"] == []
    # The commands say it with their status; everything else raises what the system says.
    assert all(line[1] == "OSError 27" for line in lines if not line[0].startswith("command"))


def test_several_files_appear_together_or_not_at_all(tmp_path):
    (tmp_path / "a").write_text("old")

    def spoil():
        with disk.staged() as files:
            files.write(tmp_path / "a", "new")
            files.write(tmp_path / "b", "new")
            raise ValueError("spoiled")

    with pytest.raises(ValueError, match="spoiled"):
        spoil()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a": "old"}


def test_a_link_is_replaced_and_what_it_leads_to_stays(tmp_path):
    precious, link = tmp_path / "precious", tmp_path / "link"
    precious.write_text("precious")
    link.symlink_to(precious)
    disk.write(link, "new")
    assert (precious.read_text(), link.read_text(), link.is_symlink()) == ("precious", "new", False)


def test_who_may_read_a_file_stays_and_a_new_one_asks_the_mask(tmp_path):
    place = tmp_path / "a"
    before = os.umask(0o027)
    try:
        disk.write(place, "1")
        assert stat.S_IMODE(place.stat().st_mode) == 0o640
        place.chmod(0o600)
        disk.write(place, "2")
        assert stat.S_IMODE(place.stat().st_mode) == 0o600
    finally:
        os.umask(before)


@pytest.mark.parametrize("name", ["", "a\0b", "folder", "absent/a"])
def test_what_is_no_place_for_a_file_is_an_os_error_that_names_it(name, tmp_path):
    (tmp_path / "folder").mkdir()
    place = str(tmp_path / name) if name else name
    with pytest.raises(OSError, match=re.escape(repr(place))):
        disk.write(place, "x")
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]


def test_a_device_is_written_to_and_keeps_its_name(tmp_path):
    report = assay.verify(assay.load("demo"), "a good film")
    report.to_html("/dev/null")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)
    command = [sys.executable, "-m", "assay", "explain", "a film", "--html", "/dev/stdout"]
    with (tmp_path / "out").open("w") as out:
        subprocess.run(command, stdout=out, stderr=subprocess.DEVNULL, check=True)
    assert "<!doctype html>" in (tmp_path / "out").read_text("utf-8")


def test_pipes_folders_and_links_are_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("/etc/hostname")
    for name in ("pipe", "folder", "link", "absent"):
        with pytest.raises(OSError, match=r"\w"):
            disk.read(tmp_path / name)


@pytest.mark.parametrize(
    "text",
    ["", "{", "nan", "[NaN]", "[1e999]", "[-Infinity]", "9" * 40, "9" * 5000, "[" * 100_000,
     '"\\ud800"', b"\xff", "[1] 2"],
)  # fmt: skip
def test_json_from_outside_is_read_or_refused_with_a_value_error(text):
    with pytest.raises(ValueError, match=r"\w"):
        disk.json_of(text)
