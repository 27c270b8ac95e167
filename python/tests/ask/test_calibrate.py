"""The verdict's error rates on models of known truth: a small run that fails on a regression."""

from pathlib import Path

import pytest

import assay

_PAGE = Path(__file__).parents[3] / "docs" / "calibration.md"

_FURTHER = [
    f"{architecture}.{head}"
    for architecture, heads in {
        "encoder": ("multi_label", "regression", "token", "language_model", "pair"),
        "decoder": ("classes", "end_mark", "multi_label", "regression", "token", "language_model"),
    }.items()
    for head in heads
] + ["picture"]
_VERDICTS = ("trustworthy", "inconclusive", "not trustworthy")


@pytest.fixture(scope="module")
def calibration():
    # 6 written models and 2 taught ones of every family, wrong maps on the truthful ones.
    return assay.calibrate(draws=6, seed=11, kinds=["encoder.classes"])


@pytest.fixture(scope="module")
def kinds():
    # One model of every family in every further kind.
    return assay.calibrate(draws=1, seed=11, wrong_maps=False, kinds=_FURTHER)


def test_every_truth_is_recognised_and_no_untruth_trusted(calibration):
    assert calibration.recognised.count == calibration.recognised.of > 24
    assert calibration.trusted_untrue.count == 0 < calibration.trusted_untrue.of
    assert calibration.trusted_misplaced_maps.count == 0


def test_verdicts_and_reasons_are_right_in_every_family(calibration):
    for row in calibration.rows:
        if row.map != "own" or row.truth == "graded":
            continue
        assert row.kind == "encoder.classes"
        assert row.trusted.count == (row.trusted.of if row.truth == "true" else 0), row
        if row.family != "deceptive":  # never trusted, but sometimes for lack of a decision
            assert row.agreeing.count == row.agreeing.of, row
            assert row.right_reasons.count >= 0.9 * row.right_reasons.of, row


def test_most_models_are_fair(calibration):
    taught = {
        family: count
        for family, count in calibration.unfair.items()
        if family.startswith(("taught", "deceptive"))
    }
    assert sum(taught.values()) <= 10  # of 20: training may miss the conditions
    assert sum(calibration.unfair.values()) - sum(taught.values()) <= 2  # of 72


def test_recognition_grows_with_the_planted_share(calibration):
    for family in {point.family for point in calibration.curves}:
        points = [point for point in calibration.curves if point.family == family]
        low = [point.trusted for point in points if point.high <= 0.4]
        high = [point.trusted for point in points if point.low >= 0.6]
        for few in low:
            for many in high:
                assert (few.share or 0) <= (many.share or 1)


def test_a_page_comes_with_the_numbers(calibration):
    assert calibration.markdown.startswith("# How often the verdict is right")
    assert "Wrong maps on truthful models" in str(calibration)


def test_the_page_prints_the_numbers_of_the_record(calibration):
    lines = str(calibration).splitlines()
    own = [row for row in calibration.rows if row.map == "own" and row.truth != "graded"]
    for row in own:
        start = f"| {row.family} | `{row.method}` | {row.truth} |"
        (line,) = [line for line in lines if line.startswith(start)]
        counted = [int(cell) for cell in line.split("|")[4:7]]
        assert counted == [row.verdicts[name] for name in _VERDICTS]
    assert sum(row.trusted.of for row in own) == sum(sum(row.verdicts.values()) for row in own)


def test_totals_are_those_of_the_generators_together(calibration):
    for name in ("recognised", "trusted_untrue", "trusted_wrong_maps", "trusted_misplaced_maps"):
        parts = [getattr(part, name) for part in calibration.generators]
        whole = getattr(calibration.totals, name)
        assert (whole.count, whole.of) == (sum(p.count for p in parts), sum(p.of for p in parts))


def test_the_whole_report_judges_thresholds_on_families_left_out():
    families = ["selector", "flat", "flat.decoder.classes"]
    page = assay.calibrate(draws=3, families=families, report=True, nulls=4, seed=3).markdown
    assert "models they were not chosen on" in page
    assert "models that have learned nothing" in page
    assert "| every decoder.classes model |" in page
    assert "### decoder, `attention`" in page


def test_every_kind_has_its_models_and_what_counts_as_measured_is_right(kinds):
    assert [kind.name for kind in kinds.kinds] == _FURTHER
    for kind in kinds.kinds:
        rows = [row for row in kinds.rows if row.kind == kind.name and row.map == "own"]
        assert {row.family.removesuffix(f".{kind.name}") for row in rows} >= {
            "selector",
            "joint_selector",
            "all_copies",
            "decoy",
            "redundant",
            "flat",
            "suppressor",
        }
        assert kind.totals.trusted_untrue.count == 0 < kind.totals.trusted_untrue.of
        if kind.is_calibrated and kind.name != "encoder.classes":
            assert kind.totals.recognised.count == kind.totals.recognised.of > 0, kind


def test_halves_are_counted_apart_and_spares_are_named(calibration):
    halves = [row for row in calibration.rows if row.map == "half"]
    assert {row.family for row in halves} == {"joint_selector", "taught_joint_selector"}
    assert all(row.truth.startswith("never trustworthy") for row in halves)
    assert calibration.totals.trusted_halves.of == 8
    named = {row.family for row in calibration.rows if row.naming_spares is not None}
    assert named == {"spare"}


def test_the_page_says_which_kinds_count_as_measured(kinds):
    lines = str(kinds).splitlines()
    for kind in kinds.kinds:
        (line,) = [line for line in lines if line.startswith(f"| {kind.name} | {kind.model} |")]
        assert line.split("|")[-2].strip() == ("yes" if kind.is_calibrated else "no")
        assert f"### {kind.name}: {kind.summary}" in lines


def test_what_counts_as_measured_is_what_met_its_targets_on_the_published_page(kinds):
    lines = _PAGE.read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    names = ["encoder.classes", *_FURTHER]
    published = {row[0]: row for row in cells if len(row) == 9 and row[0] in names}
    assert list(published) == names
    for model in {row[1] for row in published.values()}:
        rows = [row for row in published.values() if row[1] == model]
        met = all(row[7] == "met" for row in rows)
        assert {row[8] for row in rows} == {"yes" if met else "no"}, model
    for kind in kinds.kinds:
        assert published[kind.name][8] == ("yes" if kind.is_calibrated else "no")


def test_an_unknown_kind_is_refused():
    with pytest.raises(assay.OptionError, match=r"decoder\.classes"):
        assay.calibrate(draws=1, kinds=["decoder.poetry"])
