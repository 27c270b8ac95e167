"""Two audits as one document: what each answers, where they part, and the rows in question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from assay.audit.beside import TwoRuns
from assay.audit.result import Audit
from assay.show.blocks import Block, Document, Heading, Paragraph, Table, words

VERDICTS = ("trustworthy", "inconclusive", "not trustworthy")
#: Rows that are listed before the rest is only counted.
LISTED = 200


def two_runs_document(two: TwoRuns) -> Document:
    """Return both answers side by side, the verdicts against each other, and the rows that part."""
    names = _names(two)
    blocks: list[Block] = [
        Heading("Two runs side by side", 1),
        Table(tuple(_facts(two)), ("", *names)),
        Heading("In words"),
        *(Paragraph(str(run.answer["sentences"][0])) for run in (two.first, two.second)),
        Heading("Verdict against verdict"),
        Paragraph(f"Rows: {names[0]}. Columns: {names[1]}.", True),
        Table(tuple(_crossed(two)), ("", *VERDICTS, "error")),
        Heading("Rows on which they part"),
    ]
    parted = sorted(_parted(two), key=lambda pair: -_distance(pair))
    rows = tuple(
        (f"{one['row']}", str(one["text"] or ""), _said(one), _said(other))
        for one, other in parted[:LISTED]
    )
    if rows:
        blocks.append(Table(rows, ("row", "text", *names)))
    left = len(parted) - len(rows)
    same = len(two.rows) - len(parted)
    blocks.append(Paragraph(
        f"{same:,} of {len(two.rows):,} rows have the same verdict"
        + (f"; {left:,} more are not listed." if left else "."), True,
    ))  # fmt: skip
    return Document(tuple(blocks))


def two_runs_title(two: TwoRuns) -> str:
    """Return the title of the page."""
    return f"Assay: {' beside '.join(_names(two))}"


def _names(two: TwoRuns) -> tuple[str, str]:
    """Return what tells the runs apart: their maps, their models, or their folders."""
    runs = (two.first, two.second)
    for tell in (_map, _model, lambda run: str(run.folder or "")):
        one, other = map(tell, runs)
        if one != other and one and other:
            return one, other
    return "first run", "second run"


def _map(run: Audit) -> str:
    return words(run.configuration.explanation)


def _model(run: Audit) -> str:
    return str(run.manifest["model"]["name"])


def _facts(two: TwoRuns) -> Iterator[tuple[str, str, str]]:
    def row(name: str, of: Any) -> tuple[str, str, str]:
        return name, of(two.first), of(two.second)

    yield row("model", _model)
    yield row("map", _map)
    yield row("answer", lambda run: str(run.answer["answer"]))
    for verdict in VERDICTS:
        yield row(
            verdict, lambda run, name=verdict: _share(run.answer["outcomes"]["verdicts"], name)
        )
    reasons = {
        name for run in (two.first, two.second) for name in run.answer["outcomes"]["reasons"]
    }
    for reason in sorted(reasons - {"none"}):  # trustworthy has no reason
        yield row(
            words(reason), lambda run, name=reason: _share(run.answer["outcomes"]["reasons"], name)
        )
    yield row("rows with errors", lambda run: f"{len(run.errors):,}")


def _share(shares: Mapping[str, Any], name: str) -> str:
    one = shares.get(name)
    if one is None:
        return "0"
    interval = f"{one['low']:.0%} to {one['high']:.0%}"
    return f"{one['share']:.0%} ({one['count']:,} of {one['of']:,}; {interval})"


def _verdict(record: Mapping[str, Any]) -> str:
    return "error" if record["error"] is not None else str(record["verdict"])


def _crossed(two: TwoRuns) -> Iterator[tuple[str, ...]]:
    counts = Counter((_verdict(one), _verdict(other)) for one, other in two.rows)
    for verdict in (*VERDICTS, "error"):
        yield (verdict, *(f"{counts[verdict, other]:,}" for other in (*VERDICTS, "error")))


def _parted(two: TwoRuns) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    return (pair for pair in two.rows if _verdict(pair[0]) != _verdict(pair[1]))


def _distance(pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> int:
    """Put rows first on which one map is trusted and the other refuted."""
    places = [VERDICTS.index(name) if (name := _verdict(one)) in VERDICTS else 1 for one in pair]
    return abs(places[0] - places[1])


def _said(record: Mapping[str, Any]) -> str:
    if record["error"] is not None:
        return str(record["error"])
    reason = record["reason"]
    return str(record["verdict"]) + ("" if reason in (None, "none") else f" ({words(str(reason))})")
