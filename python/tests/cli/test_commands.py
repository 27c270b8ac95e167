"""The command line: output, files and exit statuses."""

import io
import json
import subprocess
import sys

import pytest

import assay
from assay import cli
from assay.engine import registry

SENTENCE = "a gripping, beautifully acted film"


def test_verify_prints_the_verdict_and_writes_the_page(tmp_path, capsys):
    page = tmp_path / "report.html"
    assert cli.main(["verify", SENTENCE, "--html", str(page)]) == 0
    printed = capsys.readouterr()
    assert any(verdict in printed.out for verdict in ("TRUSTWORTHY", "INCONCLUSIVE"))
    assert "Three conditions" in printed.out
    assert page.read_text("utf-8").startswith("<!doctype html>")


def test_verify_prints_json_that_names_its_seed(capsys):
    assert cli.main(["verify", SENTENCE, "--json", "--seed", "7"]) == 0
    assert json.loads(capsys.readouterr().out)["seed"] == 7


def test_fail_on_makes_the_verdict_the_exit_status(capsys):
    verdict = assay.verify(assay.load("demo"), SENTENCE).verdict
    others = {"trustworthy", "not trustworthy", "inconclusive"} - {verdict}
    assert cli.main(["verify", SENTENCE, "--fail-on", verdict]) == 1
    assert cli.main(["verify", SENTENCE, *(f"--fail-on={other}" for other in others)]) == 0


TRUSTED = (
    "the plot is tedious and the acting is wooden but the music is wonderful and the ending "
    "surprised me"
)


def test_fail_on_not_exclusive_is_about_trustworthy_maps_with_rivals(capsys):
    """Oracle: the report's own fields, on a map of each kind and on one that is not trusted."""
    model, seen = assay.load("demo"), set()
    cases = [(TRUSTED, "attention_gradient"), (TRUSTED, "attention"), (SENTENCE, "saliency"),
             (SENTENCE, "attention_rollout")]  # fmt: skip
    for text, method in cases:
        report = assay.verify(model, text, explanation=method)
        expected = report.verdict == "trustworthy" and report.exclusive is False
        run = ["verify", text, "--explanation", method, "--fail-on", "not exclusive"]
        assert cli.main(run) == int(expected)
        assert cli.main([*run, "--fail-on", report.verdict]) == 1
        seen.add((report.verdict == "trustworthy", report.exclusive is False))
    assert seen >= {(True, True), (False, True), (False, False)}
    assert "TRUSTWORTHY, NOT EXCLUSIVE" in capsys.readouterr().out


def test_options_of_the_verdict_and_of_checks_are_set_by_name(capsys):
    run = ["verify", TRUSTED, "--granularity", "word", "--set", "operator=mask", "--set",
           "permutations=500", "--json"]  # fmt: skip
    assert cli.main(run) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["granularity"] == "word"
    assert len(record["units"]) == len(TRUSTED.split())
    operators = record["checks"]["removal"]["details"]["operators"]
    assert [one["operator"] for one in operators] == ["mask"]
    assert record["checks"]["gradient_agreement"]["null"]["draws"] == 500


def test_checks_are_listed_with_their_own_options_and_those_of_the_verdict(capsys):
    assert cli.main(["checks"]) == 0
    printed = capsys.readouterr().out
    own = [one for check in assay.checks().values() for one in check["options"]]
    assert own
    for one in (*own, *registry.verdict_options()):
        default = "none" if one["default"] is None else json.dumps(one["default"])
        assert f"{one['name']} = {default}: {one['summary']}" in printed


def test_explain_shows_every_token(capsys):
    arguments = ["explain", "a dull film", "--method", "attention", "--option", "layer=0"]
    assert cli.main(arguments) == 0
    printed = capsys.readouterr().out
    for word in ("a", "dull", "film"):
        assert f" {word} " in printed
    assert cli.main([*arguments, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["options"]["layer"] == 0


@pytest.mark.parametrize("command", ["methods", "checks", "families", "info"])
def test_the_registries_are_listed(command, capsys):
    assert cli.main([command]) == 0
    assert len(capsys.readouterr().out) > 20
    assert cli.main([command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verify", "x", "--model", "no/where"], "nothing called 'no/where'"),
        (["verify", "x", "--explanation", "magic"], "magic"),
        (["verify", "x", "--checks", "magic"], "magic"),
        (["verify", "x", "--target", "purple"], "purple"),
        (["verify", "x", "--option", "layer"], "NAME=VALUE"),
        (["verify", "x", "--option", "magic=1"], "magic"),
        (["verify", "x", "--set", "magic=1"], "magic"),
        (["verify", "x", "--set", "seed=1"], "--set: expected an option"),
        (["explain", "x", "--option", "seed=1"], "--option: expected an option"),
        (["verify", ""], "assay: "),
        (["verify", "word " * 10_000], "truncate"),
        (["explain", "x", "--method", "magic"], "magic"),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else None,
)
def test_unusable_input_is_status_2_and_one_line(arguments, message, capsys):
    assert cli.main(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert "Traceback" not in error


@pytest.mark.parametrize(
    "arguments", [[], ["magic"], ["verify"], ["verify", "x", "--fail-on", "y"]]
)
def test_a_malformed_command_line_is_status_2(arguments, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(arguments)
    assert stopped.value.code == 2
    assert "usage:" in capsys.readouterr().err


def test_a_page_that_cannot_be_written_is_status_1(tmp_path, capsys):
    assert cli.main(["verify", "fine film", "--html", str(tmp_path / "no" / "x.html")]) == 1
    assert "x.html" in capsys.readouterr().err


def test_a_dash_reads_standard_input(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("a dull film\n"))
    assert cli.main(["explain", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tokens"]["text"] == "a dull film"


@pytest.mark.parametrize(
    "text", ["🎬🎬🎬", "فيلم رائع", "<b>bold</b> & <script>", "\x1b[31mred", "x", "a" * 2000]
)
def test_unusual_texts_are_verified_or_refused_in_a_sentence(text, capsys):
    assert cli.main(["verify", text]) in (0, 2)
    printed = capsys.readouterr()
    assert "\x1b" not in printed.out
    assert "Traceback" not in printed.err


def test_what_is_no_terminal_gets_no_colour():
    run = [sys.executable, "-m", "assay", "verify", SENTENCE]
    assert b"\x1b" not in subprocess.run(run, capture_output=True, check=True).stdout


def test_a_reader_that_goes_away_is_no_traceback():
    run = f"{sys.executable} -m assay verify '{SENTENCE}' --json | head -c 10"
    done = subprocess.run(["sh", "-c", run], capture_output=True, check=True)
    assert len(done.stdout) == 10
    assert b"Traceback" not in done.stderr


def test_import_is_light():
    """Oracle: the modules that are loaded then."""
    script = (
        "import assay, sys; "
        "print({'tokenizers', 'torch', 'matplotlib', 'pandas', 'tqdm'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"set()"
