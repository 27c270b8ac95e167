"""A page with scripts of its own: it loads nothing, and its one script is named by its hash."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from assay.show.as_html import style as base_style


def scripted_page(
    body: str, *, title: str, style: str = "", scripts: Sequence[str], module: str = ""
) -> str:
    """Return a page whose script is the named files one after the other.

    Args:
        body: its HTML, with every text escaped.
        title: of the page.
        style: what is added to the style of all pages.
        scripts: names of files in this folder.
        module: a last piece of script, which makes the whole an ES module.
    """
    script = "".join(map(asset, scripts)) + module
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
        f"<title>{escape(title)}</title>\n<style>{base_style()}\n{style}\n"
        "html,body{margin:0}\nbody>.assay{border:0;border-radius:0;min-height:100vh}\n</style>\n"
        f"</head>\n<body>\n{body}<script{kind}>{script}</script>\n</body>\n</html>\n"
    )


@cache
def asset(name: str) -> str:
    """Return the text of a script or a style of this folder."""
    return (files("assay.show") / name).read_text("utf-8")
