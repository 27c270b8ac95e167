"""A study's result as one page that loads nothing."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from assay.reproduce import document, drawing
from assay.show import as_html

if TYPE_CHECKING:
    from assay.reproduce.study import Result


def page(result: Result) -> str:
    """Return the page: what was found, the figures, the tables, what made them."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{as_html.POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>Assay: {escape(result.title)}</title>\n<style>{_style()}\n"
        "html,body{margin:0}\nbody>.assay{border:0;border-radius:0;min-height:100vh}\n</style>\n"
        f'</head>\n<body>\n<div class="assay">{_main(result)}</div>\n</body>\n</html>\n'
    )


def fragment(result: Result) -> str:
    """Return the same to stand inside another page."""
    return f'<div class="assay"><style>{_style()}</style>{_main(result)}</div>'


def _style() -> str:
    return as_html.style() + (files("assay.reproduce") / "page.css").read_text("utf-8")


def _main(result: Result) -> str:
    figures = "".join(drawing.draw(one) for one in result.figures)
    tables = "".join(as_html.body(*document.table_blocks(one)) for one in result.tables)
    return (
        f"<main>\n{as_html.body(*document.head(result))}"
        f'<div class="studies">{figures}</div>{tables}'
        f"{as_html.body(*document.tail(result))}</main>"
    )
