"""Every figure of every page is copied as a drawing and as numbers, from a file, with the keyboard.

Oracle: the results that the pages show, and an XML and a CSV reader.
"""

import csv
import io
import json
import os
import time
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from golden import FIXTURES
from small import FAST, sentences

import assay
from assay.show.door import KINDS

TEXT = "a gripping, beautifully acted film"
#: What draws a figure; whatever holds one of these is to be copied.
DRAWN = "svg, p.tokens, table.bars, canvas"


def audit(model, **options):
    return assay.audit(model, sentences(12), [0, 1] * 6, progress=False, **options, **FAST)


def patches():
    vision = assay.load(FIXTURES / "vit-20x5")
    return assay.verify(vision, np.full(vision.picture_shape, 0.5, np.float32), **FAST)


#: A page of every kind of result, and the functions that make those.
PAGES = {
    "Report": lambda demo, model: assay.verify(demo, TEXT, checks="all", **FAST),
    "Report of a picture": lambda demo, model: patches(),
    "Explanation": lambda demo, model: assay.explain(demo, TEXT, method="attention"),
    "Comparison": lambda demo, model: assay.compare(demo, TEXT, **FAST),
    "Generation": lambda demo, model: assay.explain_generation(
        assay.load(FIXTURES / "gpt2-causal-20x4"), [1, 2, 3], max_new_tokens=3
    ),
    "HeadSearch": lambda demo, model: assay.search_heads(demo, [TEXT] * 8, progress=False),
    "HeadView": lambda demo, model: assay.head_view(demo, TEXT),
    "Audit": lambda demo, model: audit(model, versus=["attention"]),
    "TwoRuns": lambda demo, model: assay.beside(
        audit(model), audit(model, explanation="attention")
    ),
}


@pytest.fixture(scope="module", params=PAGES)
def shown(request, model, tmp_path_factory):
    result = PAGES[request.param](assay.load("demo"), model)
    path = tmp_path_factory.mktemp("pages") / "page.html"
    result.to_html(path)
    return result, path


@pytest.fixture
def page(shown, browser):
    browser.messages.clear()
    browser.resize(1100, 900)
    browser.dark(False)
    browser.open(shown[1])
    browser.run("for (const one of document.querySelectorAll('details')) one.open = true")
    if browser.run("document.querySelector('.table .row') !== null"):
        browser.click(".table .row")
        browser.wait("document.querySelector('#inside .copy') !== null")
    yield browser
    assert browser.complaints() == []


def copied(page):
    """Press every button and return what the clipboard was given, by figure."""
    return page.run("""(async () => {
      const found = [];
      navigator.clipboard.writeText = async (text) => { found.push(text); };
      const result = [];
      for (const figure of document.querySelectorAll("[data-csv]")) {
        found.length = 0;
        for (const button of figure.querySelectorAll(":scope > .copy button")) button.click();
        await new Promise((done) => setTimeout(done));
        result.push([figure.querySelector("figcaption, h3")?.textContent ?? "", ...found]);
      }
      return result;
    })()""")


def test_every_kind_of_page_is_tried():
    assert {name.partition(" ")[0] for name in PAGES} == {kind.__name__ for kind in KINDS}


def test_every_figure_has_both_buttons_and_they_are_reached_by_keyboard(page):
    lost = f"[...document.querySelectorAll('{DRAWN}')].filter(f => !f.closest('[data-csv]')).length"
    assert page.run(lost) == 0
    bars = page.run(
        "[...document.querySelectorAll('[data-csv]')].map(f => "
        "[...f.querySelectorAll(':scope > .copy button')].map(b => [b.textContent, b.tabIndex, "
        "b.getAttribute('aria-label').split(': ')[1] ?? '']))"
    )
    for bar in bars:
        assert [(text, tab) for text, tab, _ in bar] == [("Copy SVG", 0), ("Copy CSV", 0)]
        assert all(name for *_, name in bar)


def test_what_is_copied_stands_by_itself(page):
    for caption, drawing, numbers in copied(page):
        root = ElementTree.fromstring(drawing)
        assert root.tag == "{http://www.w3.org/2000/svg}svg", caption
        assert float(root.get("width")) > 0
        assert float(root.get("height")) > 0
        for one in root.iter():
            assert one.get("class") is None
            assert "var(" not in "".join(one.attrib.values())
            assert "rgba" not in "".join(one.attrib.values())
        header, *rows = csv.reader(io.StringIO(numbers))
        assert len({len(row) for row in rows} | {len(header)}) == 1, caption
        assert rows, caption


def test_the_numbers_of_a_report_are_those_of_its_explanation(browser, tmp_path):
    report = assay.verify(assay.load("demo"), TEXT, **FAST)
    report.to_html(tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    found = {caption: (drawing, numbers) for caption, drawing, numbers in copied(browser)}
    drawing, numbers = found[report.explanation.method.replace("_", " ")]
    rows = list(csv.DictReader(io.StringIO(numbers)))
    scores = [float(row["score"]) for row in rows if row["score"]]
    assert scores == pytest.approx(report.explanation.scores.tolist(), abs=5e-4)
    words = [one.text for one in ElementTree.fromstring(drawing).iter() if one.text]
    assert TEXT.replace(" ", "") + "[SEP]" in "".join(words).replace(" ", "")
    if folder := os.environ.get("ASSAY_SCREENSHOTS"):
        for name, (drawing, _) in found.items():
            (Path(folder) / f"copied-{name[:30].replace('/', '-')}.svg").write_text(drawing)


def test_the_numbers_of_a_head_are_its_attention(browser, tmp_path):
    view = assay.head_view(assay.load("demo"), TEXT)
    view.to_html(tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    browser.run("document.querySelector('.grid button[data-place=\"1 2\"]').click()")
    every, chosen = (csv.DictReader(io.StringIO(one[2])) for one in copied(browser))
    assert sum(1 for _ in every) == sum(one.size for one in view.runs[0].attention)
    weights = [float(row["weight"]) for row in chosen]
    expected = np.rint(view.runs[0].attention[1][2] * 255) / 255
    assert weights == pytest.approx(expected.ravel().tolist(), abs=1e-4)


@pytest.mark.parametrize("broken", ["undefined", "{writeText: async () => { throw 1; }}"])
def test_a_file_is_saved_where_the_clipboard_is_closed(browser, tmp_path, broken):
    """Oracle: the file that the browser saved."""
    explanation = assay.explain(assay.load("demo"), TEXT, method="attention")
    explanation.to_html(tmp_path / "page.html")
    browser.send("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    browser.open(tmp_path / "page.html")
    browser.run(f"Object.defineProperty(navigator, 'clipboard', {{value: {broken}}}), 0")
    browser.run("document.querySelectorAll('.copy button')[1].focus()")
    browser.press("Enter")
    browser.wait("document.querySelector('.copy output').textContent.startsWith('Saved as')")
    name = browser.run("document.querySelector('.copy output').textContent").split()[-1]
    for _ in range(200):
        if (tmp_path / name).is_file():
            break
        time.sleep(0.05)
    assert (tmp_path / name).read_text("utf-8").startswith("token,score,share,highlighted\n")


def test_figures_are_printed_without_their_buttons(browser, tmp_path):
    assay.explain(assay.load("demo"), TEXT, method="attention").to_html(tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    browser.send("Emulation.setEmulatedMedia", media="print")
    shown = json.dumps("getComputedStyle(document.querySelector('.copy')).display")
    assert browser.run(json.loads(shown)) == "none"
    browser.send("Emulation.setEmulatedMedia", media="")
