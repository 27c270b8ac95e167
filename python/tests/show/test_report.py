"""Reports: reading, saving, and both renderings of the same document."""

import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import SENTENCE, check, record, sample, tokens_of

from assay.ask.verify import explanation_record
from assay.engine.errors import InputError, InputTypeError, ShapeError
from assay.results import report
from assay.results.explanation import Explanation, explanation_of
from assay.results.report import Report
from assay.show import as_text
from assay.show.blocks import Document, Table
from assay.show.report_conditions import removal_dots

VERDICTS = [
    ("trustworthy", "none", 4),
    ("not trustworthy", "decoy", 1),
    ("inconclusive", "partly_right", 1),
]
FIRST_EDITION = Path(__file__).parents[1] / "fixtures" / "report-first-edition.json"
HOSTILE = '<script>alert("x")</script> & <img src=x onerror=y> \x1b[31m \u202e فيلم 🎬'


class Page(HTMLParser):
    """Collects tags, checks that they close, and keeps the text."""

    VOID = frozenset({"meta", "rect", "line", "polygon", "polyline", "circle"})

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.text = [], [], [], ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("case", VERDICTS, ids=lambda case: case[0])
def test_both_renderings_say_the_verdict_the_conditions_and_every_check(case):
    result = sample(SENTENCE, *case)
    page = Page(result.to_html())
    for text in (str(result), page.text):
        assert case[0] in text.lower()
        for name in (*result.conditions, *result.checks):
            assert name.replace("_", " ") in text.lower()
        for sentence in result.sentences[:1]:
            assert " ".join(sentence.split()) in " ".join(text.split())


def test_the_page_loads_nothing_and_runs_the_one_script_that_its_policy_names():
    """Oracle: the hash of what stands in the one script."""
    text = sample(HOSTILE).to_html()
    page = Page(text)
    assert page.tags.count("script") == 1
    script = text.partition("<script>")[2].partition("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'\"" in text
    assert not {"img", "link", "iframe", "object", "use", "image"} & set(page.tags)
    assert not [
        name for name, _ in page.attributes if name.startswith("on") or name in ("src", "href")
    ]
    assert "url(" not in text
    assert "default-src 'none'" in text


@given(text=st.text(min_size=1, max_size=60))
@settings(deadline=None, max_examples=60)
def test_any_text_is_escaped_in_html_and_cannot_steer_a_terminal(text):
    if not re.search(r"\w|[^\w\s]", text):
        return
    result = sample(text)
    page = Page(result.to_html())
    assert page.tags.count("script") == 1
    plain = result.to_text()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", plain)


def test_hostile_model_and_label_names_are_escaped():
    answer = record() | {"model": "<b>m", "labels": ["<i>no", "<i>yes"]}
    answer["checks"]["removal"]["sentence"] = "<u>said"
    answer["conditions"]["consistency"]["reasons"] = ["<s>why"]
    text = report.report_of(answer).to_html()
    for raw in ("<b>m", "<i>yes", "<u>said", "<s>why"):
        assert raw not in text
        assert html.escape(raw) in text


def test_colour_only_where_it_is_asked_for():
    assert "\x1b[" not in str(sample())
    assert "\x1b[" in sample().to_text(color=True)


@pytest.mark.parametrize("width", [60, 80, 110])
@pytest.mark.parametrize("text", [SENTENCE, "word " * 60, "x" * 500])
def test_text_keeps_to_the_width(text, width):
    lines = sample(text).to_text(width=width).splitlines()
    assert [line for line in lines if len(line) > width] == []


def test_a_fragment_brings_its_style_and_no_page():
    text = sample()._repr_html_()
    assert text.startswith('<div class="assay"><style>')
    assert "<html" not in text
    Page(text)


def test_a_saved_report_reads_back_to_the_same_bits(tmp_path):
    result = sample(HOSTILE)
    result.save(tmp_path / "report.json")
    back = Report.load(tmp_path / "report.json")
    assert back.explanation.scores.tobytes() == result.explanation.scores.tobytes()
    assert back.to_html() == result.to_html()
    dropped = {"format", "written_by"}
    assert {k: v for k, v in back.to_dict().items() if k not in dropped} == result.to_dict()


def test_a_saved_explanation_reads_back_to_the_same_bits(tmp_path):
    explanation = sample().explanation
    explanation.save(tmp_path / "e.json")
    back = Explanation.load(tmp_path / "e.json")
    assert back.scores.dtype == np.float32
    assert back.scores.tobytes() == explanation.scores.tobytes()
    assert back.to_dict() == explanation.to_dict()
    with pytest.raises(InputError, match=r"expected the format assay\.report/1"):
        Report.load(tmp_path / "e.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"format": "other"}'])
def test_other_files_are_refused(tmp_path, text):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(InputError, match=r"x\.json: expected"):
        Report.load(tmp_path / "x.json")


def test_a_report_to_json_is_json_without_nan():
    assert json.loads(sample().to_json())["verdict"] == "inconclusive"


def test_results_are_frozen():
    result = sample()
    with pytest.raises(AttributeError):
        result.verdict = "trustworthy"
    with pytest.raises(TypeError):
        result.checks["new"] = None


def test_words_sum_scores_or_keep_the_largest_by_size():
    tokens = tokens_of("ab cd", special=True)
    tokens.words.flags.writeable = True
    tokens.words[:] = [-1, 0, 0, -1]
    explanation = explanation_of(
        {"method": "m", "scores": np.array([0.5, -0.75], np.float32), "positions": [1, 2]}, tokens
    )
    assert list(explanation.words()) == [("ab cd", -0.25)]
    assert explanation.words("max").scores.tolist() == [-0.75]
    with pytest.raises(ValueError, match="sum or max"):
        explanation.words("mean")


def test_external_scores_may_cover_the_explained_tokens_or_all_of_them():
    tokens = tokens_of("a b c")
    short = explanation_record([1, 2, 3], None, tokens, None, int)[0]["scores"]
    big_endian = np.array([9, 1, 2, 3, 9], ">f4")
    full = explanation_record(big_endian, None, tokens, None, int)[0]["scores"]
    assert short.tolist() == full.tolist() == [1, 2, 3]
    with pytest.raises(ShapeError, match="expected 3 scores"):
        explanation_record([1, 2], None, tokens, None, int)
    with pytest.raises(InputTypeError, match="method_options"):
        explanation_record([1, 2, 3], {"layer": 1}, tokens, None, int)


def test_an_explanation_of_another_input_is_refused():
    with pytest.raises(InputError, match="same input"):
        explanation_record(sample().explanation, None, tokens_of("a b c"), None, int)


def test_every_condition_and_every_null_has_its_picture():
    """Captions of what is drawn, against the list of the record's own contents."""
    page = Page(sample().to_html())
    captions = " | ".join(value for name, value in page.attributes if name == "aria-label")
    for expected in (
        "Effect of removing the highlighted tokens",
        "Effect of exchanging the highlighted attention",
        "the observed value among what chance gives",
        "when the highlighted attention goes to one other token",
        "by share of tokens",
    ):
        assert expected in captions
    # Removal's null holds effects and its statistic is an efficiency: no axis is common to both.
    assert captions.count("the observed value among what chance gives") == 1
    assert page.tags.count("svg") == 6


def test_the_deciding_operator_with_the_lowest_efficiency_stands_first():
    found = removal_dots(sample(), counted=True)
    assert [row.label for row in found.rows] == ["mask", "delete"]
    assert [row.label for row in removal_dots(sample(), counted=False).rows] == ["replace"]
    assert found.rows[0].observed == pytest.approx(0.5)
    assert len(found.rows[0].random) == 64


def test_the_repaired_map_and_the_rivals_are_named_in_text_and_on_the_page():
    result = sample()
    tokens, best = result.tokens, result.repaired
    rival = tokens.pieces[result.rivals[0].position]
    said = f"Exclusive: no, attention on “{rival}” instead would have given nearly the same answer."
    for text in (str(result), Page(result.to_html()).text):
        plain = " ".join(text.split())
        assert said in plain
        assert "Not exclusive:" not in plain  # said once, with names
        for label, positions in (
            ("highlighted, but idle", best.idle), ("important, but missing", best.missing),
        ):  # fmt: skip
            assert label in plain
            assert all(f"“{tokens.pieces[one]}”" in plain for one in positions)
        assert "leave-one-out marks" in plain


def test_a_trustworthy_map_with_rivals_says_so_in_its_headline():
    headlines = {sample(SENTENCE, *case).headline for case in VERDICTS}
    assert headlines == {"trustworthy, not exclusive", "not trustworthy", "inconclusive"}
    assert "TRUSTWORTHY, NOT EXCLUSIVE" in str(sample(SENTENCE, *VERDICTS[0]))


@pytest.mark.parametrize("gone", ["rivals", "repaired", "oracle", "strength", "placement", "held"])
def test_what_was_not_measured_is_left_out(gone):
    answer = record()
    if gone in answer:
        answer[gone] = None
    for one in answer["checks"].values():
        if gone in one["details"]:
            one["details"][gone] = None
    result = report.report_of(answer)
    Page(result.to_html())
    assert result.verdict.upper() in str(result)


def test_a_report_of_the_first_edition_opens_and_says_its_edition():
    """The file was written by version 0.1.0, whose rule was the first edition's."""
    old = Report.load(FIRST_EDITION)
    assert (old.edition, old.verdict, old.reason) == (1, "inconclusive", "not_unique")
    assert old.strength is old.exclusive is old.repaired is old.oracle is None
    for text in (str(old), Page(old.to_html()).text):
        assert "edition 1 of the rule" in " ".join(text.split())
        assert "Another map would have given the same answer." in " ".join(text.split())
    assert "edition 1" not in str(sample())


def test_maps_and_draws_that_a_check_made_are_drawn():
    answer = record()
    count = len(answer["explanation"]["scores"])
    answer["checks"]["adversarial"] = check(
        "inconclusive", "supporting", "counterfactual_robustness", details={"map": [0.1] * count}
    )
    answer["checks"]["permutation"] = check(
        "inconclusive", "descriptive", None, details={"distances": [0.1, 0.2, 0.4]}
    )
    page = report.report_of(answer).to_html()
    assert "attention that would have given the same prediction" in page
    assert "(tested)" in page
    assert "under each draw" in page
    assert "What a pass does not show: That other tokens do not matter as well." in page
    assert "The weights stand at random places." in page
    assert "DeYoung et al. 2020" in page


def test_a_table_that_is_too_wide_wraps_its_widest_columns_between_words():
    names = ("attention rollout", "integrated gradients", "leave one out")
    rows = (("attention rollout", "0.71", "1", "a text that is long enough to need three lines"),)
    text = as_text.render(Document((Table(rows, ("", *names)),)), width=60)
    assert max(map(len, text.splitlines())) <= 60
    found = {word for line in text.splitlines() for word in line.split()}
    assert found >= {word for name in names for word in name.split()} | {"three", "lines"}


def test_a_table_that_fits_keeps_every_row_on_one_line():
    text = as_text.render(Document((Table((("a", "b c"), ("dd", "e")), ("x", "y")),)), width=60)
    assert text.splitlines() == ["  x   y", "  a   b c", "  dd  e"]
