"""The commands that list what this build knows: `assay methods|checks|families|info`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any

from assay.cli.arguments import Commands
from assay.engine import registry
from assay.engine.door import plain


def add_command(commands: Commands) -> None:
    """Register all of them with the command line."""
    for name, help_text in (
        ("methods", "list the explanation methods"),
        ("checks", "list the checks"),
        ("families", "list the model families"),
        ("info", "say how the engine was built"),
    ):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("--json", action="store_true", help="print JSON")
        command.set_defaults(run=_list, name=name)


def _list(chosen: argparse.Namespace) -> int:
    name = "build_info" if chosen.name == "info" else chosen.name
    entries: Mapping[str, Any] = getattr(registry, name)()
    if chosen.json:
        print(json.dumps(plain(entries), ensure_ascii=False, indent=2))
        return 0
    for key, entry in entries.items():
        if not isinstance(entry, Mapping):
            print(f"{key:<20} {_line(entry)}")
            continue
        print(key)
        for field, value in entry.items():
            if field == "options":
                _print_options(value)
            elif field != "name" and value not in (None, [], {}):
                print(f"    {field:<12} {_line(value)}")
    if chosen.name == "checks":
        print("verify, whatever checks run")
        _print_options(registry.verdict_options())
    return 0


def _print_options(options: Sequence[Mapping[str, Any]]) -> None:
    for one in options:
        default = "none" if one["default"] is None else json.dumps(one["default"])
        print(f"    {'option':<12} {one['name']} = {default}: {one['summary']} ({one['accepts']})")


def _line(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}={_line(item)}" for name, item in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(_line(item) for item in value)
    return str(value)
