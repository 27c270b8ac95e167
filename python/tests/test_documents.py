"""Every Python block of every page runs, and the site says what there is. Oracle: Python itself."""

import re
from importlib.metadata import entry_points
from pathlib import Path

import pytest
import yaml
from documents import blocks

import assay

ROOT = Path(__file__).parents[2]
PAGES = sorted(path for path in (ROOT / "docs").rglob("*.md") if blocks(path.read_text("utf-8")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT / "docs")))
def test_the_blocks_of_a_page_run_in_order(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "page"}
    ran = 0
    for code, line, reason in blocks(page.read_text("utf-8")):
        if reason is None:
            # Lines of a traceback are those of the page.
            exec(compile("\n" * line + code, str(page), "exec"), namespace)
            ran += 1
    if not ran:
        pytest.skip("no block of it runs here")


def test_what_is_not_run_says_why():
    for page in PAGES:
        for block in blocks(page.read_text("utf-8")):
            assert block.reason is None or len(block.reason) > 5


def test_blocks_are_told_from_what_is_not_run():
    text = "```python\na\n```\n<!-- not run: needs a GPU -->\n```python\nb\n```\n"
    text += "<!-- needs: json, no_such_library -->\n```python\nc\n```\n"
    found = [(block.code, block.line, block.reason) for block in blocks(text)]
    assert found == [
        ("a\n", 1, None), ("b\n", 5, "needs a GPU"), ("c\n", 9, "needs no_such_library"),
    ]  # fmt: skip


def site():
    return yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))


def pages_of(entries):
    for entry in entries:
        for value in entry.values():
            yield from pages_of(value) if isinstance(value, list) else [value]


def test_every_page_is_in_the_site_and_every_entry_a_page():
    listed = list(pages_of(site()["nav"]))
    found = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    assert set(listed) == found
    assert len(listed) == len(found)


def test_every_public_name_is_in_the_reference_once():
    named = [
        name
        for page in (ROOT / "docs" / "reference").glob("*.md")
        for name in re.findall(
            r"^::: assay\.(?:reproduce\.)?(\w+)$", page.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert sorted(named) == sorted(name for name in assay.__all__ if name != "__version__")


def test_pages_link_to_pages_that_are_there():
    for page in (ROOT / "docs").rglob("*.md"):
        for link in re.findall(r"\]\(([^)#\s]+)", page.read_text("utf-8")):
            if not re.match(r"[a-z]+:", link):
                assert (page.parent / link).exists(), f"{page}: {link}"


def test_every_notebook_is_shown_executed_and_every_page_of_one_has_it():
    shown = [
        name
        for page in (ROOT / "docs").rglob("*.md")
        for name in re.findall(r"^<!-- notebook: (\S+) -->$", page.read_text("utf-8"), re.MULTILINE)
    ]
    assert sorted(shown) == sorted(path.name for path in (ROOT / "examples").glob("*.ipynb"))


def test_the_citation_is_of_this_version():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert cited["version"] == assay.__version__
    assert cited["license"] == "Apache-2.0"


def test_the_plugin_that_the_pages_speak_of_is_declared():
    declared = (ROOT / "pyproject.toml").read_text("utf-8")
    assert '[project.entry-points.pytest11]\nassay = "assay.pytest_plugin"' in declared
    known = {one.value for one in entry_points(group="pytest11") if one.name == "assay"}
    assert known <= {"assay.pytest_plugin"}
