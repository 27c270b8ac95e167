"""The recipe of CONTRIBUTING for a study, followed in a copy: one folder and one line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import assay
import assay_studies

DECLARATION = """
name = "word-lengths"
summary = "how long words are"
data = "a file of sentences"
source = "nobody"
paper = "Nobody, On Words"
title = "Word lengths"

[[options]]
name = "sentences"
default = 100
quick = 1
help = "how many sentences"

[tables.lengths]
title = "Letters a word"
keys = ["sentence"]

[figures.lengths]
kind = "histograms"
title = "Letters a word"
caption = "All words"
x_label = "letters"
high = 20.0

[differences]
always = ["There is no paper."]
"""

PROTOCOL = '''
"""Count letters."""

from assay_studies.shared.corpora import sentences
from assay_studies.shared.figures import Series
from assay_studies.shared.study import Request, Result
from assay_studies.shared.tables import Cells


def run(request: Request) -> Result:
    """Follow the protocol."""
    found = Cells()
    for text in sentences(request.data)[: request.options["sentences"]]:
        for word in text.split():
            found.add("lengths", text, value=len(word))
    series = [Series(text, values) for (text,), values in found.below("lengths").items()]
    return Result(
        request=request,
        findings=["Words have letters."],
        tables=[request.study.table("lengths", found.rows("lengths"))],
        figures=[request.study.figure("lengths", series)],
        facts={},
    )
'''


@pytest.fixture
def copy(tmp_path):
    source = Path(assay_studies.__file__).parent
    place = tmp_path / "copy" / "assay_studies"
    shutil.copytree(source, place, ignore=shutil.ignore_patterns("__pycache__"))
    folder = place / "word_lengths"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""Nobody: how long are words?"""\n', "utf-8")
    (folder / "study.toml").write_text(DECLARATION, "utf-8")
    (folder / "protocol.py").write_text(PROTOCOL.lstrip(), "utf-8")
    registry = place / "__init__.py"
    text = registry.read_text("utf-8")
    registry.write_text(
        text.replace("FOLDERS = (\n", 'FOLDERS = (\n    "word_lengths",\n'), "utf-8"
    )
    return place.parent


def run(copy, *arguments):
    core = Path(assay.__file__).parent.parent
    paths = os.pathsep.join((str(copy), str(core)))
    return subprocess.run(
        [sys.executable, "-m", *arguments], env={**os.environ, "PYTHONPATH": paths}, cwd=copy,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_folder_and_a_line_make_a_study(copy):
    """Oracle: the command runs it, and the contract tests list it among the others."""
    (copy / "texts.txt").write_text("a film\nanother one\n", "utf-8")
    command = ["assay", "reproduce", "word-lengths", "--data", "texts.txt", "--output", "out"]
    done = run(copy, *command)
    assert done.returncode == 0, done.stderr
    assert "| another one | 5.00 ± 2.00 | 2 |" in done.stdout
    assert {one.name for one in (copy / "out").iterdir()} == {
        "lengths.csv", "settings.json", "word-lengths.html", "word-lengths.md"
    }  # fmt: skip
    contracts = Path(__file__).with_name("test_imports.py")
    shutil.copy(contracts, copy / "test_contracts.py")
    done = run(copy, "pytest", "-q", "-p", "no:cacheprovider", "-rA", "test_contracts.py")
    assert done.returncode == 0, done.stdout
    assert "test_a_declaration_is_whole[word-lengths]" in done.stdout
    assert "test_a_study_imports_public_names_alone[word_lengths/protocol.py]" in done.stdout
