"""A study's result as a Markdown page, and as an HTML page with figures that loads nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay_studies.shared.study import Result

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
Rows = Iterable[Sequence[str]]
#: A table under its title: header, rows, and a note on how to read it.
Section = tuple[str, Sequence[str], Rows, str]


def markdown(result: Result) -> str:
    """Return everything but the figures: what was found, what differs, tables, what made them."""
    study = result.request.study
    lines = [f"# {study.title}", "", f"{study.paper}.", "", *_points(result.findings)]
    lines += ["```", result.request.command, "```", ""]
    if result.differences:
        lines += ["## Where it differs, and why", "", *_points(result.differences)]
    for title, header, rows, note in _sections(result):
        lines += [f"## {title}", "", _line(header), _line(["---"] * len(header))]
        lines += [*map(_line, rows), "", *([note, ""] if note else [])]
    return "\n".join(lines)


def page(result: Result) -> str:
    """Return the HTML page: what was found, the figures, the tables, what made them."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>Assay: {escape(result.request.study.title)}</title>\n</head>\n"
        f"<body>\n{fragment(result)}\n</body>\n</html>\n"
    )


def fragment(result: Result) -> str:
    """Return the same to stand inside another page."""
    study, differences = result.request.study, result.differences
    parts = [_element("h1", study.title), _element("p", study.paper, "note")]
    parts += [_element("p", sentence) for sentence in result.findings]
    parts += [_element("h2", "Where it differs, and why")] if differences else []
    parts += [_element("p", sentence) for sentence in differences]
    for one in result.figures:
        parts.append(f"<figure>{one.draw()}{_element('figcaption', one.caption)}</figure>")
    for title, header, rows, note in _sections(result):
        body = "".join(_row("td", cells) for cells in rows)
        parts += [_element("h2", title), f"<table>{_row('th', header)}{body}</table>"]
        parts += [_element("p", note, "note")] if note else []
    style, content = (files(__package__) / "page.css").read_text("utf-8"), "\n".join(parts)
    return f'<div class="study"><style>\n{style}</style>\n<main>\n{content}\n</main></div>'


def _sections(result: Result) -> Iterator[Section]:
    for table in result.tables:
        yield (table.title, *table.cells(), table.note)
    settings = [(name, _shown(value)) for name, value in result.settings.items()]
    yield "Settings", ("setting", "value"), settings, ""
    times = [(name, f"{seconds:,.1f} s") for name, seconds in result.seconds.items()]
    yield "Times", ("part", "time"), times, ""


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    if isinstance(value, list | tuple | range):
        return ", ".join(_shown(one) for one in value)
    return str(value)


def _points(sentences: Sequence[str]) -> list[str]:
    return [*(f"- {sentence}" for sentence in sentences), ""]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _row(kind: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(_element(kind, cell) for cell in cells)}</tr>"


def _element(name: str, text: str, kind: str = "") -> str:
    return f"<{name}{f' class={kind}' if kind else ''}>{escape(text)}</{name}>"
