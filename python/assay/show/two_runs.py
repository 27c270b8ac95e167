"""Two audits as one document: what each answers, where they part, and the rows in question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from assay.audit.beside import TwoRuns
from assay.audit.result import Audit
from assay.show.blocks import Block, Document, Heading, Paragraph, Table, words
from assay.show.examples import UNUSABLE, verdict_of

VERDICTS = ("trustworthy", "inconclusive", "not trustworthy")
#: Rows that are listed before the rest is only counted.
LISTED = 200


def two_runs_document(two: TwoRuns) -> Document:
    """Return both answers side by side, the verdicts against each other, and the rows that part."""
    both = names(two)
    blocks = [*summary(two), Heading("Rows on which they part")]
    parted = sorted(_parted(two), key=lambda pair: -_distance(pair))
    rows = tuple(
        (f"{one['row']}", str(one["text"] or ""), _said(one), _said(other))
        for one, other in parted[:LISTED]
    )
    if rows:
        blocks.append(Table(rows, ("row", "text", *both)))
    left = len(parted) - len(rows)
    if left:
        blocks.append(Paragraph(f"{left:,} more are not listed.", True))
    return Document(tuple(blocks))


def summary(two: TwoRuns, level: int = 1) -> list[Block]:
    """Return what holds of all rows; rows themselves are a text's list or a page's table.

    `level` is that of the first heading.
    """
    both = names(two)
    same = len(two.rows) - sum(1 for _ in _parted(two))
    return [
        Heading("Two runs side by side", level),
        Table(tuple(_facts(two)), ("", *both)),
        Heading("In words"),
        *(Paragraph(str(run.answer["sentences"][0])) for run in (two.first, two.second)),
        Heading("Verdict against verdict"),
        Paragraph(f"Rows: {both[0]}. Columns: {both[1]}.", True),
        Table(tuple(_crossed(two)), ("", *VERDICTS, UNUSABLE)),
        Paragraph(f"{same:,} of {len(two.rows):,} rows have the same verdict.", True),
    ]


def two_runs_title(two: TwoRuns) -> str:
    """Return the title of the page."""
    return f"Assay: {' beside '.join(names(two))}"


def names(two: TwoRuns) -> tuple[str, str]:
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


def _crossed(two: TwoRuns) -> Iterator[tuple[str, ...]]:
    counts = Counter((verdict_of(one), verdict_of(other)) for one, other in two.rows)
    for verdict in (*VERDICTS, UNUSABLE):
        yield (verdict, *(f"{counts[verdict, other]:,}" for other in (*VERDICTS, UNUSABLE)))


def _parted(two: TwoRuns) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    return (pair for pair in two.rows if verdict_of(pair[0]) != verdict_of(pair[1]))


def _distance(pair: tuple[Mapping[str, Any], Mapping[str, Any]]) -> int:
    """Put rows first on which one map is trusted and the other refuted."""
    places = [VERDICTS.index(name) if (name := verdict_of(one)) in VERDICTS else 1 for one in pair]
    return abs(places[0] - places[1])


def _said(record: Mapping[str, Any]) -> str:
    if record["error"] is not None:
        return str(record["error"])
    reason = record["reason"]
    return str(record["verdict"]) + ("" if reason in (None, "none") else f" ({words(str(reason))})")
