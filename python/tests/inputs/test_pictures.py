"""Pictures: against torch's numbers, on the grid, taken apart, saved and drawn."""

import base64
import re
import struct
import zlib

import numpy as np
import pytest
from golden import FIXTURES, Golden, assert_close

import assay
from assay.inputs.pictures import Patches, png


@pytest.fixture(scope="module")
def golden():
    return Golden("vit-20x5")


@pytest.fixture(scope="module")
def model(golden):
    return assay.load(golden.folder)


@pytest.fixture
def picture(golden):
    return golden.of(1, "pixels")


def test_predictions_equal_torchs_one_by_one_and_in_a_batch(model, golden):
    """Oracle: transformers 5.23 in float64."""
    pictures = np.stack([golden.of(number, "pixels") for number in (1, 2, 3)])
    batch = model.predict(pictures)
    assert batch.logits.shape == (3, 4)
    for number, picture in enumerate(pictures):
        assert_close(batch.logits[number], golden.of(number + 1, "logits"), 1e-4)
        assert np.array_equal(model.predict(picture).logits[0], batch.logits[number])
    assert np.array_equal(model.predict(list(pictures)).logits, batch.logits)


def test_pixel_gradients_equal_torchs(model, golden, picture):
    """Oracle: torch's autograd; pixels that belong to no whole patch have none."""
    target = golden.meta["target"]["1"]
    gradient = model.gradient(picture, at="pixels", target=target)
    assert_close(gradient, golden.of(1, "gradient.pixels"), 1e-3)
    assert not gradient[:, 12:].any()


def test_attention_lies_on_the_grid(model, golden, picture):
    patches = model.tokenize(picture)
    assert model.grid == patches.grid == (3, 3)
    pattern = model.attention(picture)[0]
    assert_close(pattern, golden.of(1, "attention.0"), 1e-4)
    laid = patches.on_grid(pattern)
    assert laid.shape == (5, 10, 3, 3)
    assert np.array_equal(laid[2, 0, 1], pattern[2, 0, 4:7])


def test_an_explanation_scores_patches_and_reads_back(model, picture, tmp_path):
    explanation = assay.explain(model, picture, method="attention_rollout")
    assert explanation.positions.tolist() == list(range(1, 10))
    assert explanation.tokens.on_grid(explanation.scores).shape == (3, 3)
    assert explanation.words().texts[3] == "row 2, column 1"
    explanation.save(tmp_path / "e.json")
    again = assay.Explanation.load(tmp_path / "e.json")
    assert isinstance(again.tokens, Patches)
    assert np.array_equal(again.tokens.pixels, picture)
    assert np.array_equal(again.scores, explanation.scores)


def test_the_verdict_rests_on_operators_that_pictures_have(model, picture, tmp_path):
    """Oracle: replace has no meaning here, and an operator under which random sets do more than
    half of what the strongest one does breaks the picture, so that the next is tried."""
    report = assay.verify(model, picture, explanation="attention_rollout")
    operators = report.checks["removal"].details["operators"]
    assert [one["operator"] for one in operators] == ["delete", "mask", "attention_mask"]
    for one in operators:
        assert one["breaks_text"] == (one["random_typical_tvd"] > one["largest_tvd"] / 2)
    report.to_html(tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text()
    references = [one for one in report.checks["gradient_agreement"].details["references"]
                  if one["counted"]]  # fmt: skip
    # The map; the best set, where it is another; the map and its references; rivals beside it.
    pictures = 2 + (set(report.repaired.positions) != set(report.highlighted)) + len(references)
    pictures += 1 + min(len(report.rivals), 3) if report.rivals else 0
    assert page.count('<svg class="picture"') == pictures
    assert page.count('<rect class="p') == 9 * pictures


@pytest.mark.parametrize("operator", ["mask", "pad", "delete", "zero", "mean_embedding"])
def test_patches_can_be_removed(model, picture, operator):
    explanation = assay.explain(model, picture, method="leave_one_out", operator=operator)
    assert explanation.scores.any()


def test_operators_without_meaning_say_why(model, picture):
    with pytest.raises(assay.UnsupportedModelError, match="a picture has no vocabulary"):
        assay.explain(model, picture, method="leave_one_out", operator="replace")


def test_a_patched_picture_is_the_other_picture(model, golden):
    """Oracle: a metamorphic relation; writing picture 2 into the site of picture 1."""
    first, second = golden.of(1, "pixels"), golden.of(2, "pixels")
    swap = assay.Intervention.patch("pixels", second)
    edited = model.predict(first, interventions=[swap]).logits
    assert np.array_equal(edited, model.predict(second).logits)


@pytest.mark.parametrize(
    ("value", "error", "said"),
    [
        (np.zeros((3, 16, 15), np.float32), assay.ShapeError, r"\[3, 15, 15\]"),
        (np.full((3, 15, 15), np.nan, np.float32), assay.NumericError, "finite"),
        ("a text", assay.InputTypeError, "real numbers"),
        ([101, 102], assay.AssayError, r"\[3, 15, 15\]"),
    ],
)
def test_what_is_no_picture_of_the_model_is_refused(model, value, error, said):
    with pytest.raises(error, match=said):
        model.predict(value)


@pytest.mark.parametrize("value", [np.array(5), None, iter(()), {}, set(), object()])
def test_what_is_not_even_an_array_is_refused(model, value):
    with pytest.raises(assay.AssayError):
        model.predict(value)


def test_a_list_that_holds_itself_is_refused(model):
    value = []
    value.append(value)
    with pytest.raises(assay.AssayError):
        model.predict(value)


def test_a_text_model_refuses_a_picture(picture):
    with pytest.raises(assay.AssayError):
        assay.load(FIXTURES / "bert-gelu-20x5").predict(picture)


def test_the_picture_file_holds_the_stretched_pixels():
    """Oracle: the file taken apart by the PNG specification."""
    pixels = np.arange(3 * 2 * 4, dtype=np.float32).reshape(3, 2, 4)
    data = png(pixels)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    size = struct.unpack(">2I5B", data[16:29])
    assert size == (4, 2, 8, 2, 0, 0, 0)
    start = data.index(b"IDAT")
    (length,) = struct.unpack(">I", data[start - 4 : start])
    lines = np.frombuffer(zlib.decompress(data[start + 4 : start + 4 + length]), np.uint8)
    shown = lines.reshape(2, 13)[:, 1:].reshape(2, 4, 3)
    assert np.array_equal(shown, np.round(pixels * 255 / 23).astype(np.uint8).transpose(1, 2, 0))


def test_the_overlay_covers_the_picture(model, picture):
    explanation = assay.explain(model, picture, method="saliency")
    page = explanation._repr_html_()
    (encoded,) = re.findall(r"data:image/png;base64,([^\"]+)", page)
    assert base64.b64decode(encoded) == png(picture)
    assert page.count("<rect class=") == 9
    assert 'viewBox="0 0 15 15"' in page
    pytest.importorskip("matplotlib")
    figure = explanation.plot()
    assert len(figure.axes[0].patches) == 9
    assert len(str(explanation).splitlines()) > 5
