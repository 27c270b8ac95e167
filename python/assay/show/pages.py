"""A whole page: it loads nothing, and its one script is named by its hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

#: What puts the buttons under figures; every page has it.
COPIES = "copy_as.js"


def page(
    body: str, *, title: str, extra: str = "", scripts: Sequence[str] = (), module: str = ""
) -> str:
    """Return a page with its figures to copy, whose script is the named files one after the other.

    Args:
        body: its HTML, with every text escaped.
        title: of the page.
        extra: what is added to the style of all pages.
        scripts: names of files in this folder.
        module: a last piece of script, which makes the whole an ES module; it offers the copies
            itself.
    """
    start = module or "offerCopies(document.body);\n"
    script = "".join(map(asset, (COPIES, *scripts))) + start
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
        f"script-src 'sha256-{digest}'"
    )
    kind = ' type="module"' if module else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(title)}</title>\n<style>{style()}\n{extra}\n"
        "html,body{margin:0}\nbody>.assay{border:0;border-radius:0;min-height:100vh}\n</style>\n"
        f"</head>\n<body>\n{body}<script{kind}>{script}</script>\n</body>\n</html>\n"
    )


def style() -> str:
    """Return the style that all blocks count on; it applies inside the class `assay`."""
    return asset("report.css")


@cache
def asset(name: str) -> str:
    """Return the text of a script or a style of this folder."""
    return (files("assay.show") / name).read_text("utf-8")
