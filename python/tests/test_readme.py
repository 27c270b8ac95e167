"""The README and the examples run."""

import re
import runpy
from pathlib import Path

import pytest
from ask.test_verify import INCONCLUSIVE, NOT_TRUSTWORTHY

ROOT = Path(__file__).parents[2]


def test_the_python_blocks_of_the_readme_run_in_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 3
    namespace: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), namespace)
    assert (tmp_path / "report.html").stat().st_size > 1000
    assert "counterfactual_robustness" in capsys.readouterr().out


def test_the_python_blocks_on_debugging_run_in_order(capsys):
    page = (ROOT / "docs" / "debug-a-verdict.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    namespace: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "debug-a-verdict.md", "exec"), namespace)
    # The last block makes by hand an effect that the report holds: two numbers that are one.
    by_hand, reported = map(float, capsys.readouterr().out.splitlines()[-1].split())
    assert by_hand == pytest.approx(reported, abs=1e-5)


def test_every_reason_is_in_the_table_of_reasons_with_what_to_do():
    """Oracle: the reasons that the engine's registry of verdicts tells apart in the tests."""
    page = (ROOT / "docs" / "methods.md").read_text("utf-8")
    for reason in (*NOT_TRUSTWORTHY, *INCONCLUSIVE):
        [row] = [line for line in page.splitlines() if line.split("|")[2:3] == [f" `{reason}` "]]
        assert all(cell.strip() for cell in row.split("|")[3:5])


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=lambda p: p.stem)
def test_an_example_runs(path, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", [path.name])
    runpy.run_path(str(path), run_name="__main__")
    assert capsys.readouterr().out.count("\n") >= 2
