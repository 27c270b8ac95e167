"""What several commands take, and how it becomes values."""

from __future__ import annotations

import argparse
import inspect
import re
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import assay
from assay.engine import disk
from assay.engine.errors import InputError, OptionError
from assay.show.as_text import wants_color

DONE, FAILURE, UNUSABLE = 0, 1, 2
#: Where a command is registered.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_input(parser: argparse.ArgumentParser, *, options: bool = True) -> None:
    """Add what every command on one input takes."""
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


def asked(chosen: argparse.Namespace) -> dict[str, Any]:
    """Return what every question about one input is asked with."""
    return {
        "model": assay.load(chosen.model, precision=chosen.precision),
        "text": _text(chosen),
        "target": target_of(chosen.target),
        "seed": chosen.seed,
        "truncate": chosen.truncate,
    }


def answer(result: Any, chosen: argparse.Namespace, name: str = "page") -> None:
    """Print a result as text or JSON, and write its page where that is asked for."""
    print(result.to_json() if chosen.json else result.to_text(color=wants_color(sys.stdout)))
    if getattr(chosen, "html", None):
        result.to_html(chosen.html)
        print(f"The {name} is in {chosen.html}", file=sys.stderr)


def checks_of(text: str) -> str | list[str]:
    """Return `default`, `all`, or the names that stand between commas."""
    return text if text in ("default", "all") else text.split(",")


def _text(chosen: argparse.Namespace) -> str | tuple[str, str]:
    try:
        text: str = sys.stdin.read().rstrip("\n") if chosen.text == "-" else chosen.text
    except UnicodeError as error:
        raise InputError.of("text", "valid Unicode", error) from error
    return text if chosen.pair is None else (text, chosen.pair)


def target_of(text: str | None) -> int | str | None:
    """Return a target as an index where it is one, else as a label."""
    whole = text is not None and len(text) < 20 and re.fullmatch(r"-?[0-9]+", text)
    return int(text) if text is not None and whole else text


def options_of(
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
            raise OptionError.of(subject, "NAME=VALUE", f"{pair!r}")
        if name in taken:
            raise OptionError.of(
                subject,
                "an option of a method, check or verdict",
                f"{name!r}, which the command takes by itself",
            )
        try:
            result[name] = disk.json_of(value)
        except ValueError:
            result[name] = value
    return result
