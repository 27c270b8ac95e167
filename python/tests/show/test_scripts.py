"""Words of other languages and paper, in a real browser. Oracle: where the browser puts letters."""

import json
import os
from pathlib import Path

import pytest
from samples import sample

import assay

COMPOUND = "Donaudampfschifffahrtsgesellschaftskapitänsmützen" * 3
TEXTS = {
    "german": f"Rührend und außerordentlich überzeugend, trotz {COMPOUND} und langer Szenen",
    "chinese": "这部电影非常感人，演员的表演极其出色，值得一看。国家中国美国日本",
    "arabic": "فيلم جميل جدا والممثلون رائعون",
}
#: The marks that may not begin a line.
CLOSING = "，。；：！？、,.;:!?"


@pytest.fixture(params=TEXTS)
def page(request, browser, tmp_path):
    path = tmp_path / "report.html"
    sample(TEXTS[request.param]).to_html(path)
    browser.messages.clear()
    browser.open(path)
    browser.name = request.param
    yield browser
    assert browser.complaints() == []


def lines(page, selector):
    """Return the text of each line of the first such element as it is laid out."""
    return page.run(f"""(() => {{
      const found = [];
      const walk = document.createTreeWalker(document.querySelector({json.dumps(selector)}), 4);
      while (walk.nextNode()) {{
        const node = walk.currentNode, range = document.createRange();
        for (let at = 0; at < node.length; at++) {{
          range.setStart(node, at); range.setEnd(node, at + 1);
          const box = range.getBoundingClientRect(), line = found.at(-1);
          if (!box.width) continue;
          if (line && Math.abs(line.top - box.bottom) < box.height / 2) line.text += node.data[at];
          else found.push({{ top: box.bottom, text: node.data[at] }});
        }}
      }}
      return found.map((line) => line.text.trim());
    }})()""")


@pytest.mark.parametrize("width", [1000, 400])
def test_nothing_is_wider_than_the_page_and_no_line_begins_with_a_closing_mark(page, width):
    page.resize(width, 900)
    assert page.run("document.documentElement.scrollWidth <= innerWidth")
    shown = lines(page, ".tokens")
    assert not [line for line in shown if line[:1] in CLOSING]
    joined = "".join(shown).replace(" ", "")
    assert TEXTS[page.name].replace(" ", "") in joined
    if folder := os.environ.get("ASSAY_SCREENSHOTS"):
        page.screenshot(Path(folder) / f"report-{page.name}-{width}.png")


def test_pieces_of_a_word_stand_closer_than_words(browser, tmp_path):
    """Oracle: the width of a space."""
    explanation = assay.explain(assay.load("demo"), "unwatchably sentimental", method="attention")
    explanation.to_html(tmp_path / "page.html")
    browser.open(tmp_path / "page.html")
    gaps = browser.run("""(() => {
      const inside = (one) => {
        const range = document.createRange();
        range.selectNodeContents(one);
        return range.getBoundingClientRect();
      };
      const tokens = [...document.querySelectorAll(".tokens .t:not(.special)")];
      return tokens.slice(1).map((one, place) =>
        [one.classList.contains("joined"), inside(one).left - inside(tokens[place]).right]);
    })()""")
    joined = [gap for within, gap in gaps if within]
    apart = [gap for within, gap in gaps if not within]
    assert joined
    assert apart
    assert max(joined) < min(apart) / 2


def test_tokens_are_of_no_stated_language(page):
    """Oracle: HTML: `lang=""` says that the language is unknown, so Han letters are not English."""
    assert page.run("document.documentElement.lang") == "en"
    assert page.run("[...document.querySelectorAll('.tokens')].every(t => t.lang === '')")
    assert page.run("[...document.querySelectorAll('.tokens')].every(t => t.hasAttribute('lang'))")


def test_cards_go_on_over_pages_and_lose_nothing_at_the_edge(page):
    """Oracle: an A4 page at 96 dots an inch with margins of 1 cm is 718 wide."""
    page.resize(718, 1046)
    page.send("Emulation.setEmulatedMedia", media="print")
    assert page.run("document.documentElement.scrollWidth <= 718")
    style = "getComputedStyle(document.querySelector('.card'))"
    assert page.run(f"{style}.breakInside") == "auto"
    assert len(page.run(f"{style}.gridTemplateColumns").split()) == 1
    assert page.run("getComputedStyle(document.querySelector('.strip')).breakInside") == "avoid"
    page.send("Emulation.setEmulatedMedia", media="")
