"""The command line: `assay verify|explain|compare|audit|calibrate|reproduce|methods|checks|info`.

Exit status: 0 done, 1 failure (or the verdict that `--fail-on` names), 2 unusable input.
"""

from __future__ import annotations

import argparse
import inspect
import json
import re
import sys
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from assay import _files, calibration, listing
from assay._errors import (
    AssayError,
    CancelledError,
    InputError,
    InternalError,
    MemoryBudgetError,
    OptionError,
)
from assay.audit import command as audit_command
from assay.reproduce import command as reproduce_command

DONE, FAILURE, UNUSABLE = 0, 1, 2
NOT_EXCLUSIVE = "not exclusive"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status; reads `sys.argv` by default."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal of another encoding still gets its text
            stream.reconfigure(errors="replace")
    warnings.showwarning = _warn  # type: ignore[assignment]
    try:
        status: int = chosen.run(chosen)
        sys.stdout.flush()
    except (CancelledError, KeyboardInterrupt):
        print("assay: stopped", file=sys.stderr)
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of the output has gone; nothing is left to say
        return FAILURE
    except AssayError as error:
        print(f"assay: {error}", file=sys.stderr)
        return FAILURE if isinstance(error, InternalError | MemoryBudgetError) else UNUSABLE
    except OSError as error:
        print(f"assay: {error}", file=sys.stderr)
        return FAILURE
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="assay", description="Is this attention explanation real? Evidence and a verdict."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    verify = commands.add_parser("verify", help="weigh the evidence for an explanation")
    _add_input(verify)
    verify.add_argument("--explanation", metavar="METHOD")
    verify.add_argument("--checks", default="default", help="default, all, or names with commas")
    verify.add_argument(
        "--granularity",
        choices=["token", "word", "span"],
        help="what is removed and redirected as a whole",
    )
    verify.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the verdict or of a check, as `assay checks` lists them",
    )
    verify.add_argument(
        "--fail-on",
        action="append",
        default=[],
        choices=["trustworthy", "not trustworthy", "inconclusive", NOT_EXCLUSIVE],
        metavar="VERDICT",
        help="exit with status 1 on this verdict; may be repeated; `not exclusive` is a "
        "trustworthy map beside which other attention would have done as well",
    )
    verify.set_defaults(run=_verify)

    explain = commands.add_parser("explain", help="say how much each token matters")
    _add_input(explain)
    explain.add_argument("--method", metavar="METHOD")
    explain.add_argument("--plot", metavar="FILE", help="draw it: .png, .svg, .pdf or .html")
    explain.set_defaults(run=_explain)

    compare = commands.add_parser("compare", help="say how far several methods agree")
    _add_input(compare, options=False)
    compare.add_argument("--methods", metavar="NAMES", help="with commas; by default all")
    compare.add_argument("--statistic", default="kendall", metavar="NAME")
    compare.add_argument(
        "--verdicts",
        action=argparse.BooleanOptionalAction,
        help="judge each map; by default where methods are named",
    )
    compare.set_defaults(run=_compare)

    audit = commands.add_parser("audit", help="verify an explanation over a data set")
    audit_command.add(audit)
    audit.set_defaults(run=lambda chosen: audit_command.run(chosen, _options, _target))

    calibration.add_command(commands)

    reproduce_command.add_command(commands)

    listing.add_commands(commands)
    return parser


def _add_input(parser: argparse.ArgumentParser, *, options: bool = True) -> None:
    add = parser.add_argument
    add("text", help="the text, or - to read it from standard input")
    add("--pair", metavar="TEXT", help="the second text of a pair")
    add("--model", default="demo", metavar="MODEL", help="a folder, demo, or a cached org/name")
    add("--precision", default="float32", metavar="NAME", help="float32 or bfloat16")
    add("--target", metavar="CLASS", help="an index or a label; by default the predicted class")
    if options:
        add("--option", action="append", default=[], metavar="NAME=VALUE", help="of the method")
    add("--seed", type=int, default=0)
    add("--truncate", action="store_true", help="cut a text that is too long")
    add("--json", action="store_true", help="print JSON")
    add("--html", metavar="FILE", help="write a page")


def _verify(chosen: argparse.Namespace) -> int:
    from assay import load
    from assay.render_text import wants_color
    from assay.report import verify

    checks = chosen.checks if chosen.checks in ("default", "all") else chosen.checks.split(",")
    asked = _options(chosen.set, "--set", verify)
    if chosen.granularity is not None:
        asked["granularity"] = chosen.granularity
    report = verify(
        load(chosen.model, precision=chosen.precision),
        _text(chosen),
        explanation=chosen.explanation,
        target=_target(chosen.target),
        checks=checks,
        seed=chosen.seed,
        method_options=_options(chosen.option),
        truncate=chosen.truncate,
        progress=sys.stderr.isatty(),
        **asked,
    )
    print(report.to_json() if chosen.json else report.to_text(color=wants_color(sys.stdout)))
    if chosen.html:
        report.to_html(chosen.html)
        print(f"The report is in {chosen.html}", file=sys.stderr)
    found = {report.verdict}
    if report.verdict == "trustworthy" and report.exclusive is False:
        found.add(NOT_EXCLUSIVE)
    return FAILURE if found & set(chosen.fail_on) else DONE


def _explain(chosen: argparse.Namespace) -> int:
    from assay import load
    from assay.explanation import explain
    from assay.render_html import page
    from assay.render_text import render, wants_color
    from assay.tokens_document import document

    explanation = explain(
        load(chosen.model, precision=chosen.precision),
        _text(chosen),
        method=chosen.method,
        target=_target(chosen.target),
        seed=chosen.seed,
        truncate=chosen.truncate,
        plot=chosen.plot,
        **_options(chosen.option, "--option", explain),
    )
    if chosen.json:
        print(json.dumps(explanation.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(render(document(explanation), color=wants_color(sys.stdout)))
    if chosen.html:
        text = page(document(explanation), title=f"Assay: {explanation.method}")
        _files.write(chosen.html, text)
        print(f"The page is in {chosen.html}", file=sys.stderr)
    if chosen.plot:
        print(f"The picture is in {chosen.plot}", file=sys.stderr)
    return DONE


def _compare(chosen: argparse.Namespace) -> int:
    from assay import load
    from assay.comparison import compare

    comparison = compare(
        load(chosen.model, precision=chosen.precision),
        _text(chosen),
        methods=chosen.methods.split(",") if chosen.methods else None,
        statistic=chosen.statistic,
        verdicts=chosen.verdicts,
        target=_target(chosen.target),
        seed=chosen.seed,
        truncate=chosen.truncate,
    )
    if chosen.json:
        print(json.dumps(comparison.to_dict(), ensure_ascii=False, indent=2))
    else:
        print(comparison)
    if chosen.html:
        comparison.to_html(chosen.html)
        print(f"The page is in {chosen.html}", file=sys.stderr)
    return DONE


def _text(chosen: argparse.Namespace) -> str | tuple[str, str]:
    try:
        text: str = sys.stdin.read().rstrip("\n") if chosen.text == "-" else chosen.text
    except UnicodeError as error:
        raise InputError(f"text: expected valid Unicode, found {error}", subject="text") from error
    return text if chosen.pair is None else (text, chosen.pair)


def _target(text: str | None) -> int | str | None:
    whole = text is not None and len(text) < 20 and re.fullmatch(r"-?[0-9]+", text)
    return int(text) if text is not None and whole else text


def _options(
    pairs: Sequence[str], subject: str = "--option", of: Callable[..., Any] | None = None
) -> dict[str, Any]:
    """Read NAME=VALUE pairs; a value is JSON where it can be, text where it cannot.

    `of` is the function that takes them beside arguments of its own, which they may not name.
    """
    taken = () if of is None else inspect.signature(of).parameters
    result: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise OptionError(f"{subject}: expected NAME=VALUE, found {pair!r}", subject=subject)
        if name in taken:
            raise OptionError(
                f"{subject}: expected an option of a method, check or verdict, found {name!r}, "
                "which the command takes by itself",
                subject=subject,
            )
        try:
            result[name] = _files.json_of(value)
        except ValueError:
            result[name] = value
    return result


def _warn(message: Warning | str, *_: Any) -> None:
    print(f"assay: {message}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
