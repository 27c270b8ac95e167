"""Two runs in one page, in a real browser. Oracle: the rows of both runs as they were stored."""

import os
from pathlib import Path

import pytest
from small import FAST, sentences

import assay

ROWS = "[...document.querySelectorAll('.table .row')].map(r => Number(r.children[0].textContent))"
TEXTS = [*sentences(16), "<b>fett</b>", "", "Ein großer Film über 国家中国"]


@pytest.fixture(scope="module")
def runs(model):
    return [
        assay.audit(model, TEXTS, explanation=name, progress=False, **FAST)
        for name in ("attention", "integrated_gradients")
    ]


@pytest.fixture(params=["beside", "audit"])
def page(request, runs, browser, tmp_path):
    path = tmp_path / "two.html"
    if request.param == "beside":
        assay.beside(*runs).to_html(path)
    else:
        runs[0].to_html(path, compare_to=runs[1])
    browser.messages.clear()
    browser.resize(1280, 900)
    browser.dark(False)
    browser.open(path)
    browser.name = request.param
    yield browser
    assert browser.complaints() == []


def choose(page, name, value):
    page.run(
        f"(() => {{ const one = document.getElementById('{name}'); one.value = '{value}';"
        "one.dispatchEvent(new Event('change')); })()"
    )


def told(runs):
    return [
        [record["verdict"] if record["error"] is None else "not usable" for record in run.records()]
        for run in runs
    ]


def test_both_verdicts_of_a_row_are_in_the_table(page, runs):
    titles = page.run("[...document.querySelectorAll('[role=columnheader]')].map(c => c.innerText)")
    places = [titles.index(f"verdict: {one}") for one in ("attention", "integrated gradients")]
    shown = page.run(
        "[...document.querySelectorAll('.table .row')].map(r => "
        f"{places}.map(p => r.children[p].innerText.split('\\n').at(-1).replace(/^[✓✗?!]/u, '')))"
    )
    assert [tuple(one) for one in shown] == list(zip(*told(runs), strict=True))[: len(shown)]


def test_rows_on_which_the_runs_part_are_one_choice_away(page, runs):
    first, second = told(runs)
    parted = [row for row in range(len(TEXTS)) if first[row] != second[row]]
    assert parted
    choose(page, "same", "no")
    assert page.run(ROWS) == parted
    choose(page, "same", "")
    choose(page, "verdict-1", "not usable")
    assert page.run(ROWS) == [TEXTS.index("")]


def test_a_row_opens_both_reports(page, runs):
    page.click(".table .row[data-place='3']")
    page.wait("document.querySelector('dialog').open")
    shown = page.run("[...document.querySelectorAll('#inside > section')].map(s => s.innerText)")
    for text, run in zip(shown, runs, strict=True):
        report = run.report(3)
        assert text.startswith(run.configuration.explanation.replace("_", " "))
        assert report.verdict.capitalize() in text
        assert report.sentences[1] in text
    places = page.run(
        "[...document.querySelectorAll('#inside > section')].map(s => s.getBoundingClientRect().x)"
    )
    assert places[0] < places[1]
    picture(page, "opened")


def test_it_fits_light_dark_and_narrow_pages(page):
    for name, width, dark in (("light", 1280, False), ("dark", 1280, True), ("narrow", 420, False)):
        page.resize(width, 900)
        page.dark(dark)
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        page.run("[...document.querySelectorAll('h1, h2')].find(h => h.textContent.startsWith("
                 "'Two runs')).scrollIntoView({block: 'start', behavior: 'instant'})")  # fmt: skip
        picture(page, name)


def test_no_text_is_a_part_of_the_page(runs):
    for page in (assay.beside(*runs).to_html(), runs[0].to_html(compare_to=runs[1])):
        assert "<b>fett" not in page
        assert page.count("<script>") == 1


def picture(page, name):
    """Keep a picture where somebody asked for pictures."""
    if folder := os.environ.get("ASSAY_SCREENSHOTS"):
        page.screenshot(Path(folder) / f"two-{page.name}-{name}.png")
