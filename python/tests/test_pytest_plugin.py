"""The plugin of pytest. Oracle: pytest itself, run on files with tests that must pass or fail."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

import assay
from assay.pytest_plugin import THRESHOLDS, shortfalls

HEAD = """
import pytest, assay
TEXT = "a gripping, beautifully acted film"
FAST = {"permutations": 199, "shuffles": 5}
@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")
"""


def run(folder, body):
    (folder / "test_it.py").write_text(HEAD + body)
    # By its module, whether or not an installed package offers it by its name.
    named = ["-p", "no:assay", "-p", "assay.pytest_plugin"]
    command = [sys.executable, "-m", "pytest", *named, "-p", "no:cacheprovider",
               "--strict-markers", "-q", "-c", str(folder / "none.ini"), str(folder)]  # fmt: skip
    (folder / "none.ini").write_text("[pytest]\n")
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, timeout=300)


@pytest.fixture(scope="module")
def refuted():
    """A map that the demo model does not use, and so the verdict that fails by itself."""
    return assay.verify(assay.load("demo"), "a gripping, beautifully acted film",
                        explanation=[9.0, 0, 8.0, 0, 0, 0])  # fmt: skip


def test_a_test_passes_or_fails_by_its_marker(tmp_path, refuted):
    assert refuted.verdict == "not trustworthy"
    found = run(tmp_path, """
WRONG = [9.0, 0, 8.0, 0, 0, 0]
def test_fails_by_itself(assay_verify, demo):
    assay_verify(demo, TEXT, explanation=WRONG)
@pytest.mark.assay(fail_on=())
def test_may_be_anything(assay_verify, demo):
    assert assay_verify(demo, TEXT, explanation=WRONG).verdict == "not trustworthy"
@pytest.mark.assay(fail_on=(), min_ladder=4, min_strength=0.99, exclusive=True)
def test_asks_for_much(assay_verify, demo):
    assay_verify(demo, TEXT, explanation=WRONG, **FAST)
@pytest.mark.assay(min_ladder=4)
class TestNearer:
    @pytest.mark.assay(fail_on=(), min_ladder=0)
    def test_goes_before_farther(self, assay_verify, demo):
        assay_verify(demo, TEXT, explanation=WRONG, **FAST)
""")  # fmt: skip
    said = found.stdout
    assert "2 failed, 2 passed" in said, said
    assert "test_fails_by_itself" in said
    assert f"verdict: not trustworthy ({refuted.reason})" in said
    assert "rungs, 4 asked" in said
    assert "0.99 asked" in said
    assert "The three conditions" in said or "conditions" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("marker", "said"),
    [("min_lader=3", "found min_lader"), ("fail_on='wrong'", "found 'wrong'"), ("3", "found (3,)")],
)
def test_a_marker_that_says_nothing_known_is_refused(tmp_path, marker, said):
    found = run(tmp_path, f"""
@pytest.mark.assay({marker})
def test_it(assay_verify, demo):
    assay_verify(demo, TEXT)
""")  # fmt: skip
    assert found.returncode != 0
    assert said in found.stdout


@pytest.mark.parametrize(
    ("asked", "missed"),
    [
        ({}, []),
        ({"fail_on": ("inconclusive",)}, ["verdict: inconclusive (unclear)"]),
        ({"min_ladder": 3}, ["ladder: 2 of 4 rungs, 3 asked"]),
        ({"min_strength": 0.5}, ["strength: undefined, 0.50 asked"]),
        ({"exclusive": True}, ["exclusive: no, attention on “film” would have done as well"]),
    ],
)
def test_each_threshold_says_what_it_misses(asked, missed):
    report = SimpleNamespace(
        verdict="inconclusive", reason="unclear", ladder=2, strength=None, exclusive=False,
        rivals=[SimpleNamespace(token="film")],
    )  # fmt: skip
    assert shortfalls(report, {**THRESHOLDS, **asked}) == missed
