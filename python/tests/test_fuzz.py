"""Every target of the fuzzing runs, for a second and with one seed."""

import importlib

import pytest

from fuzz.__main__ import main, targets


@pytest.mark.parametrize("name", targets())
@pytest.mark.filterwarnings("ignore")
def test_a_target_finds_nothing_within_a_second(name):
    assert "cases in" in importlib.import_module(f"fuzz.fuzz_{name}").run(1.0, 0)


def test_a_finding_is_a_status(monkeypatch, tmp_path, capfd):
    (tmp_path / "fuzz_nothing.py").write_text("def run(seconds, seed):\n    raise ValueError\n")
    monkeypatch.setattr("fuzz.__main__.FOLDER", tmp_path)
    assert main(["1"]) == 1
    assert "nothing: status 1" in capfd.readouterr().out
