"""Write what each architecture can through torch into docs/torch-door.md, as the tests open it.

Run in an environment with torch and transformers: PYTHONPATH=python:python/tests python -m
tools.list_architectures
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch_door.architectures import ARCHITECTURES, WRITERS, Architecture

import assay
from assay.models.torch_door.probing import probe

PAGE = Path(__file__).parents[1] / "docs" / "torch-door.md"
BEGIN, END = "<!-- architectures -->\n", "<!-- end -->\n"
_HEAD = "| architecture | head tested | attention | read at | hidden states | padded | note |"


def table() -> str:
    """Return the table, one row an architecture."""
    rows = [_HEAD, "|" + " --- |" * (_HEAD.count("|") - 1)]
    rows += [_row(one) for one in sorted(ARCHITECTURES + WRITERS, key=lambda one: one.name)]
    return "\n".join(rows) + "\n"


def _row(architecture: Architecture) -> str:
    module = architecture.module()
    facts = probe(module)
    masks = list(dict.fromkeys(_mask(one) for one in facts.masks))
    native = "the engine runs it too" if architecture.name in assay.families() else ""
    notes = [native, *(f"{what}: {why}" for what, why in architecture.without.items())]
    cells = [
        f"`{architecture.name}`",
        type(module).__name__,
        ", ".join(masks),
        facts.readout.replace("_", " "),
        "yes" if facts.states else "no",
        "yes" if facts.runner.pads else "equal lengths only",
        "; ".join(filter(None, notes)),
    ]
    return "| " + " | ".join(cells) + " |"


def _mask(mask: dict[str, Any]) -> str:
    kind = {"none": "all tokens"}.get(mask["kind"], mask["kind"].replace("_", " "))
    return kind.replace("causal window", "causal, windows")


def page(text: str) -> str:
    """Return the page with the table made anew."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table() + END + after


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
