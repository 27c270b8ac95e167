"""The one door from results to the room that shows them, opened when somebody looks."""

from __future__ import annotations

import json
import os
from importlib import import_module
from typing import Any

from assay.engine import disk
from assay.engine.arguments import checked
from assay.engine.errors import OptionError


def show() -> Any:
    """Return the door of the room `show`, which knows results and is known to none of them."""
    return import_module("assay.show.door")


class Shown:
    """A result as text, as a page and as plain values."""

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values."""
        raise NotImplementedError

    @checked
    def to_json(self, *, indent: int | None = 2) -> str:
        """Return `to_dict` as JSON; its lists are indented by up to 100 spaces a level.

        Raises:
            OptionError: more of them.
        """
        if indent is not None and not 0 <= indent <= 100:
            raise OptionError.of("indent", "0 to 100, or None", indent)
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    @checked
    def to_text(self, *, color: bool = False, width: int | None = None) -> str:
        """Return it for a terminal, `width` columns wide, with ANSI colour if asked."""
        return str(show().text_of(self, color=color, width=width))

    def __str__(self) -> str:
        return self.to_text()

    @checked
    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """Return one self-contained HTML page, and write it to `path` if given.

        The page loads nothing, follows the reader's light or dark preference and escapes all text.
        """
        text = str(show().page_of(self))
        if path is not None:
            disk.write(path, text)
        return text

    def _repr_html_(self) -> str:
        return str(show().fragment_of(self))
