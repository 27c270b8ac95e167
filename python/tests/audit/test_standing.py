"""Whether a method can be trusted on a model, against single reports and plain counts."""

import re

import numpy as np
import pytest
from small import FAST, sentences

import assay
from assay.audit.answer import answer_of
from assay.cli import main

VERSUS = ("attention", "leave_one_out")


@pytest.fixture(scope="module")
def model():
    """The embedded model, some of whose maps are trusted."""
    return assay.load("demo")


@pytest.fixture(scope="module")
def audit(model):
    return assay.audit(
        model, sentences(8), explanation="attention_rollout", versus=VERSUS, progress=False,
        workers=1, **FAST,
    )  # fmt: skip


def test_every_judged_map_is_that_of_its_own_report(model, audit):
    """Oracle: `verify` of each method by itself, with the row's seed."""
    for record in audit.records():
        seed = audit.configuration.row_seed(record["row"])
        for name in (audit.configuration.explanation, *VERSUS):
            prefix = "" if name == audit.configuration.explanation else f"{name}_"
            report = assay.verify(
                model, record["text"], explanation=name, seed=seed, oracle="full", **FAST
            )
            assert record[f"{prefix}verdict"] == report.verdict
            for condition, found in report.conditions.items():
                assert record[prefix + condition] == found.outcome
                assert record[f"{prefix}{condition}_efficiency"] == found.efficiency
            assert record[f"{prefix}oracle_verdict"] == report.oracle.verdict


def test_the_standings_count_what_is_stored(audit):
    """Oracle: counted here from the rows."""
    records = list(audit.records())
    prefixes = ["", *(f"{name}_" for name in VERSUS)]
    testable = [r for r in records if any(r[f"{p}testable"] for p in prefixes)]
    for prefix, one in zip(prefixes, audit.answer["standings"], strict=True):
        trusted = sum(r[f"{prefix}verdict"] == "trustworthy" for r in testable)
        best = sum(r[f"{prefix}oracle_verdict"] == "trustworthy" for r in testable)
        chance = sum(r[f"{prefix}chance_trusted"] for r in testable)
        assert one["testable"]["count"] == len(testable) <= one["testable"]["of"] == len(records)
        assert one["trusted"]["count"] == trusted
        assert one["ceiling"]["trusted"]["count"] == best
        assert one["chance"]["count"] == chance
        if best > chance:
            assert one["attained"]["value"] == pytest.approx((trusted - chance) / (best - chance))


def test_two_maps_are_compared_text_by_text(audit):
    """Oracle: the mean difference of the stored efficiencies, and the clustered standard error."""
    records = list(audit.records())
    for name, pair in zip(VERSUS, audit.answer["pairs"], strict=True):
        found = pair["efficiency"]["consistency"]
        a = np.array([r["consistency_efficiency"] for r in records], float)
        b = np.array([r[f"{name}_consistency_efficiency"] for r in records], float)
        d = (a - b)[~np.isnan(a - b)]
        assert pair["second"] == name
        assert found["texts"] == len(d)
        assert found["difference"] == pytest.approx(d.mean())
        factor = 1.959963984540054 + 0.8416212335729143
        assert found["detectable"] == pytest.approx(factor * d.std(ddof=1) / len(d) ** 0.5)


def test_the_answer_comes_first_everywhere(audit):
    """Oracle: one sentence, made once, is what text, page and notebook begin with."""
    [first, *_] = audit.answer["sentences"]
    assert audit.paragraph.startswith(first)
    words = " ".join(re.sub(r"<[^>]*>", " ", audit.to_html()).split())
    assert first.split(",")[0] in words
    assert first.split(",")[0] in " ".join(str(audit).split())
    for title in ("Against the ceiling and against chance", "The same texts, map against map"):
        assert title in str(audit)
        assert title in audit.to_html()


def test_without_a_full_oracle_nothing_is_told(model):
    a = assay.audit(model, sentences(2), progress=False, oracle="needed", **FAST)
    assert a.answer["answer"] == "no ceiling"
    assert "cannot be told" in a.answer["sentences"][0]


def test_a_method_that_does_not_exist_is_refused(model):
    with pytest.raises(assay.OptionError, match="magic"):
        assay.audit(model, sentences(1), versus=["magic"], progress=False)


def test_the_command_takes_versus(tmp_path, capsys):
    data = tmp_path / "texts.csv"
    data.write_text("text\n" + "\n".join(sentences(2)) + "\n")
    asked = ["audit", str(data), "--out", str(tmp_path / "run"), "--versus", "attention"]
    assert main([*asked, "--checks", "removal", "--quiet"]) == 0
    shown = capsys.readouterr().out
    assert "map against map" in shown
    loaded = assay.Audit.load(tmp_path / "run")
    assert [one["map"] for one in loaded.answer["standings"]][1:] == ["attention"]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("verdict", "certain", "expected an outcome"),
        ("consistency_efficiency", 1e308, "numbers from 0 to 1"),
        ("removal_efficiencies", [0.5], "numbers a row"),
    ],
)
def test_columns_that_no_audit_wrote_are_refused(audit, column, value, message):
    records = [dict(record) for record in audit.records()]
    for record in records:
        record[column] = value
    with pytest.raises(assay.AssayError, match=message):
        answer_of(records, audit.configuration)
