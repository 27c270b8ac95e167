"""The head view, in a real browser. Oracle: the model's own attention."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest
from golden import FIXTURES

import assay
from assay.show.head_view import data_of, head_view_page

TEXT = "a gripping, </script>beautifully acted film"


@pytest.fixture(scope="module")
def view():
    cut = assay.Intervention.knock_out(keys=[2])
    return assay.head_view(assay.load("demo"), TEXT, interventions=[cut])


@pytest.fixture
def page(view, browser, tmp_path):
    view.to_html(tmp_path / "heads.html")
    browser.messages.clear()
    browser.resize(1100, 900)
    browser.dark(False)
    browser.open(tmp_path / "heads.html")
    browser.wait("document.querySelectorAll('.heads svg').length === 2")
    yield browser
    assert browser.complaints() == []


def test_it_holds_the_attention_of_both_runs(view):
    model = assay.load("demo")
    original, changed = (run.attention for run in view.runs)
    assert all(map(np.array_equal, original, model.attention(TEXT)))
    assert all(not one[:, :, 2].any() for one in changed)
    assert view.runs[0].label == model.predict(TEXT).labels[0]
    assert view.runs[0].probability == pytest.approx(model.predict(TEXT).probabilities.max())


def test_a_grid_has_a_picture_for_each_head_of_each_run(page, view):
    shape = [len(one) for one in view.runs[0].attention]
    assert page.run("document.querySelectorAll('.grid button').length") == 2 * sum(shape)


def test_pointing_at_a_token_says_where_its_attention_goes(page, view):
    page.run("document.querySelector('.grid button[data-place=\"1 2\"]').click()")
    page.run("document.querySelectorAll('[data-query=\"3\"]')[0].focus()")
    said = page.run("document.querySelector('.heads > output').textContent")
    row = view.runs[0].attention[1][2, 3]
    for number in np.sort(row)[::-1][:3]:
        assert re.search(f"{np.rint(number * 255) / 255:.2f}", said.split(" · ")[0])
    lines = page.run("document.querySelectorAll('.run')[0].querySelectorAll('line').length")
    assert lines == int((np.rint(row * 255) / 255 >= 0.02).sum())
    assert page.run("document.activeElement.dataset.query") == "3"


def test_the_chosen_head_is_marked_in_both_grids(page):
    page.run("document.querySelector('.grid button[data-place=\"0 3\"]').click()")
    pressed = "[...document.querySelectorAll('[aria-pressed=true]')].map(b => b.dataset.place)"
    assert page.run(pressed) == ["0 3", "0 3"]


def test_it_fits_light_dark_and_narrow_pages(page):
    for name, width, dark in (("light", 1100, False), ("dark", 1100, True), ("narrow", 420, False)):
        page.resize(width, 900)
        page.dark(dark)
        assert page.run("document.documentElement.scrollWidth <= innerWidth")
        if folder := os.environ.get("ASSAY_SCREENSHOTS"):
            page.screenshot(Path(folder) / f"heads-{name}.png")


def test_no_text_is_a_part_of_the_page(view):
    page = head_view_page(view)
    assert page.count("</script>") == 2
    assert "default-src 'none'" in page
    assert "sandbox=" in view._repr_html_()


@pytest.mark.parametrize("name", ["attention-bilstm-additive", "gpt2-20x4", "vit-20x5"])
def test_every_shape_of_attention_is_shown(name):
    model = assay.load(FIXTURES / name)
    given = np.arange(1, 6, dtype=np.int32)
    if model.picture_shape is not None:
        given = np.zeros(model.picture_shape, np.float32)
    view = assay.head_view(model, given)
    layers = data_of(view)["layers"]
    assert [tuple(one.values()) for one in layers] == [a.shape for a in view.runs[0].attention]
    assert json.dumps(view.to_dict())
    assert "gathers on" in str(view)


def test_a_model_without_attention_is_refused():
    box = assay.black_box(predict=lambda texts: [[0.3, 0.7]] * len(texts))
    with pytest.raises(assay.AssayError):
        assay.head_view(box, "a film")


def test_a_widget_has_the_same_data_and_script(view):
    pytest.importorskip("anywidget")
    widget = view.widget()
    assert widget.data == data_of(view)
    assert (widget.layer, widget.head) == (0, 0)
    assert "export default" in str(widget._esm)


def test_without_anywidget_the_extra_is_named(view, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "anywidget", None)
    with pytest.raises(assay.MissingExtraError, match=r"attention-assay\[notebook\]"):
        view.widget()
