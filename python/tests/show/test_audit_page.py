"""The page in a real browser: it sorts, filters, opens reports, and stays quick with many rows."""

import html
import json
import os
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from small import FAST, sentences

import assay
from assay.show import examples as page_module

MARKUP = "<b>fine</b> </script><script>document.title='broken'</script>"
ROWS = "[...document.querySelectorAll('.table .row')].map(r => r.children[{}].textContent)"


@pytest.fixture(scope="module")
def finished(model):
    texts = [*sentences(30), MARKUP, None, ""]
    labels = [i % 2 for i in range(len(texts))]
    rationales = [[[0, 3]]] * 30 + [None] * 3
    return assay.audit(
        model, texts, labels, rationales=rationales, progress=False, truncate=True, **FAST
    )


@pytest.fixture
def page(finished, browser, tmp_path):
    path = tmp_path / "report.html"
    finished.to_html(path)
    browser.messages.clear()
    browser.resize(1280, 900)
    browser.open(path)
    yield browser
    assert browser.complaints() == []


def screenshot(browser, name, **options):
    """Keep a picture where somebody asked for pictures."""
    folder = os.environ.get("ASSAY_SCREENSHOTS")
    if folder:
        browser.screenshot(Path(folder) / f"{name}.png", **options)


def test_the_page_loads_nothing_and_escapes_everything(finished):
    text = finished.to_html()
    assert "'none'" in re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert not re.search(r"<[^>]*\s(src|href)\s*=", text)
    assert "<script>document.title" not in text
    assert html.escape("<b>fine</b>") in text
    assert "\\u003cb>fine\\u003c/b>" in text


def test_every_row_is_in_the_table_in_order(page):
    assert page.run("document.querySelector('#count').textContent") == "33 of 33 examples"
    shown = page.run(ROWS.format(0))
    assert shown == [str(i) for i in range(len(shown))]
    assert page.run("document.title").startswith("Assay:")
    screenshot(page, "audit-top")
    screenshot(page, "audit-whole", whole=True)


def test_a_click_on_a_heading_sorts_and_another_turns_around(page, finished):
    column = "document.querySelectorAll('.table [role=columnheader]')"
    page.click(".table [role=columnheader]:nth-child(9) button")
    expected = sorted(
        round(r["gradient_agreement_statistic"], 4)
        for r in finished.records() if r["gradient_agreement_statistic"] is not None
    )  # fmt: skip
    assert page.run(f"{column}[8].getAttribute('aria-sort')") == "ascending"
    shown = [float(v) for v in page.run(ROWS.format(8))]
    assert shown == pytest.approx(expected[: len(shown)], abs=1e-3)
    page.click(".table [role=columnheader]:nth-child(9) button")
    assert page.run(f"{column}[8].getAttribute('aria-sort')") == "descending"
    shown = [float(v) for v in page.run(ROWS.format(8))]
    assert shown == pytest.approx(expected[::-1][: len(shown)], abs=1e-3)
    screenshot(page, "audit-sorted")


def test_search_and_choices_filter(page, finished):
    page.click("#search")
    page.type("FILM")
    found = [r["row"] for r in finished.records() if "film" in (r["text"] or "").lower()]
    assert (
        page.run("document.querySelector('#count').textContent") == f"{len(found)} of 33 examples"
    )
    assert [int(row) for row in page.run(ROWS.format(0))] == found
    page.run(
        "(() => { const s = document.querySelector('#search'); s.value = '';"
        "s.dispatchEvent(new Event('input')); const v = document.querySelector('#verdict');"
        "v.value = 'not usable'; v.dispatchEvent(new Event('change')); })()"
    )
    assert page.run(ROWS.format(0)) == ["31", "32"]
    assert page.run(ROWS.format(3)) == ["text: missing", "text: empty"]
    screenshot(page, "audit-filtered")


def test_a_row_opens_its_single_report(page, finished):
    page.click(".table .row[data-place='4']")
    page.wait("document.querySelector('dialog').open")
    shown = page.run("document.querySelector('#inside').innerText")
    report = finished.report(4)
    assert report.verdict.capitalize() in shown
    assert report.checks["removal"].sentence in shown
    assert "Token by token" in shown
    screenshot(page, "audit-example")
    page.click("#next")
    page.wait("document.querySelector('#which').textContent === 'row 5'")
    page.press("Escape")
    page.wait("!document.querySelector('dialog').open")


def test_the_keyboard_moves_and_opens(page):
    page.run("document.querySelector('.table .row').focus()")
    page.press("ArrowDown")
    page.press("Enter")
    page.wait("document.querySelector('#which').textContent === 'row 1'")
    page.click("#close")
    page.wait("!document.querySelector('dialog').open")


def test_markup_in_a_text_stays_text_when_its_report_opens(page):
    page.click("#search")
    page.type("<b>fine")
    page.click(".table .row")
    page.wait("document.querySelector('dialog').open")
    assert page.run("document.querySelectorAll('#inside b.x, #inside script').length") == 0
    assert page.run("document.title") != "broken"


def test_the_extremes_open_too_and_bad_rows_say_why(page, finished):
    page.click(".two button.open")
    page.wait("document.querySelector('dialog').open")
    first = finished.answer["most_trustworthy"][0]["row"]
    page.wait(f"document.querySelector('#which').textContent === 'row {first}'")
    page.click("#close")
    page.run(
        "(() => { const v = document.querySelector('#verdict'); v.value = 'not usable';"
        "v.dispatchEvent(new Event('change')); })()"
    )
    page.click(".table .row")
    page.wait("document.querySelector('dialog').open")
    assert "text: missing" in page.run("document.querySelector('#inside').innerText")


def test_dark_and_narrow_pages_fit(page):
    page.dark(True)
    screenshot(page, "audit-dark")
    page.dark(False)
    page.resize(420, 900)
    wide = page.run("document.documentElement.scrollWidth")
    screenshot(page, "audit-narrow")
    assert wide <= 420


@pytest.mark.skipif("ASSAY_RUN" not in os.environ, reason="ASSAY_RUN names no run folder")
def test_the_page_of_a_real_run_sorts_filters_and_opens(browser):
    run = assay.Audit.load(os.environ["ASSAY_RUN"])
    browser.resize(1280, 900)
    browser.messages.clear()
    browser.open((run.folder / "report.html").resolve())
    total = f"{len(run):,}"
    assert browser.run("document.querySelector('#count').textContent") == (
        f"{total} of {total} examples"
    )
    screenshot(browser, "audit")
    browser.dark(True)
    screenshot(browser, "audit-dark-top")
    browser.dark(False)
    titles = {
        "standing": "The same texts, map against map",
        "distributions": "Distributions",
        "test": "One test over the data set",
        "removal": "Without the highlighted tokens",
        "agreement": "Method by method",
        "confidence": "Confidence and accuracy",
    }
    for name, title in titles.items():
        named = f"h => h.textContent === {json.dumps(title)}"
        heading = f"[...document.querySelectorAll('h2')].find({named})"
        if not browser.run(f"{heading} !== undefined"):
            continue  # one method alone is compared with none
        browser.run(f"{heading}.scrollIntoView({{block: 'start', behavior: 'instant'}})")
        screenshot(browser, f"audit-{name}")
    browser.click(".table [role=columnheader]:nth-child(9) button")
    browser.click("#search")
    browser.type("film")
    found = sum("film" in (r["text"] or "").lower() for r in run.records(["text"]))
    shown = browser.run("document.querySelector('#count').textContent")
    assert shown == f"{found:,} of {total} examples"
    screenshot(browser, "audit-table")
    browser.click(".table .row:nth-child(3)")
    browser.wait("document.querySelector('dialog').open")
    row = int(browser.run("document.querySelector('#which').textContent").removeprefix("row "))
    shown = browser.run("document.querySelector('#inside').innerText")
    assert run.report(row).verdict.capitalize() in shown
    screenshot(browser, "audit-example")
    assert browser.complaints() == []


@pytest.mark.slow
def test_of_ten_thousand_rows_the_page_holds_those_in_sight(
    finished, browser, tmp_path, monkeypatch
):
    """Oracle: a count; what is drawn does not grow with the rows, so opening and sorting do not."""
    rendered = cache(page_module.blocks_of)
    monkeypatch.setattr(page_module, "blocks_of", rendered)
    good = [record for record in finished.records() if record["error"] is None]
    nodes = {}
    for count in (100, 10_000):
        many = tuple(dict(good[i % len(good)], row=i) for i in range(count))
        big = replace(finished, _records=many, answer=finished.answer | {"rows": len(many)})
        path = tmp_path / f"{count}.html"
        big.to_html(path)
        browser.messages.clear()
        browser.resize(1280, 900)
        browser.open(path)
        assert browser.run("document.querySelector('#count').textContent") == (
            f"{count:,} of {count:,} examples"
        )
        assert browser.run("document.querySelectorAll('.table .row').length") < 60
        browser.run("document.querySelectorAll('.table .head button')[8].click()")
        nodes[count] = browser.run("document.querySelectorAll('*').length")
    assert nodes[10_000] < 2 * nodes[100]
    browser.run("document.querySelector('.table .body').scrollTop = 5000 * 38")
    browser.wait("Number(document.querySelector('.table .row').ariaRowIndex) > 4900")
    browser.click(".table .row:nth-child(12)")
    browser.wait("document.querySelector('dialog').open")
    assert browser.complaints() == []
