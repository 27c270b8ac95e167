"""The audit as one page: the answer, its plots, its examples, and another run beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from assay.audit.beside import TwoRuns
from assay.audit.result import Audit
from assay.show import as_html, audit_figures, audit_standing, audit_summary, pages, two_runs
from assay.show.blocks import MARKS, TONES, Curve, Heading
from assay.show.examples import examples


def audit_page(audit: Audit, two: TwoRuns | None = None) -> str:
    """Return the page of a run, with what `two` says of it beside another one."""
    runs, names = ([audit], [""]) if two is None else ([two.first, two.second], two_runs.names(two))
    table, end = examples(runs, names)
    beside = "" if two is None else "".join(_beside(two, 2))
    method = audit.configuration.explanation.replace("_", " ")
    sections = "".join(_sections(audit, beside + table))
    return pages.page(
        f'<div class="assay"><main>\n{sections}</main></div>\n{end}',
        title=f"Assay: {method} on {len(audit):,} examples",
        extra=pages.asset("audit_page.css"),
        scripts=("audit_page.js",),
    )


def two_runs_page(two: TwoRuns) -> str:
    """Return the page of two runs alone: what each says, where they part, and every row of both."""
    table, end = examples([two.first, two.second], two_runs.names(two))
    return pages.page(
        f'<div class="assay"><main>\n{"".join(_beside(two, 1))}{table}</main></div>\n{end}',
        title=two_runs.two_runs_title(two),
        extra=pages.asset("audit_page.css"),
        scripts=("audit_page.js",),
    )


def _beside(two: TwoRuns, level: int) -> Iterator[str]:
    summary = two_runs.summary(two, level)
    yield as_html.body(summary[0])
    shares = [run.answer["outcomes"]["verdicts"] for run in (two.first, two.second)]
    groups = dict(zip(map(_cut, two_runs.names(two)), shares, strict=True))
    yield audit_figures.stacked(groups, "Share of examples with each verdict, run by run")
    yield as_html.body(*summary[1:])


def _cut(name: str) -> str:
    """Cut what is too long for a figure; of a folder the end says more."""
    return name if len(name) <= 26 else f"…{name[-25:]}"


def _sections(audit: Audit, table: str) -> Iterator[str]:
    answer, blocks = audit.answer, audit_summary
    found = answer["outcomes"]
    yield as_html.body(blocks.banner(answer, audit.manifest))
    yield from audit_standing.section(answer)
    yield as_html.body(Heading("Outcomes"))
    groups = {"verdict": found["verdicts"]} | {
        name.replace("_", " "): one for name, one in found["conditions"].items()
    }
    yield audit_figures.stacked(groups, "Share of examples with each outcome")
    reasons = [(name.replace("_", " "), one) for name, one in found["reasons"].items()]
    yield audit_figures.intervals(reasons, "Reasons, as shares of examples with 95 % intervals")
    yield _folded("The numbers", *blocks.outcomes(answer))
    yield table
    yield as_html.body(Heading("Distributions"))
    yield '<div class="grid-of-figures">'
    for name, one in answer["statistics"].items():
        if one["n"]:
            yield audit_figures.distribution(one, name.replace("_", " "))
    yield "</div>"
    yield _folded("The numbers", *blocks.statistics(answer))
    yield as_html.body(*blocks.data_set_test(answer))
    yield as_html.body(Heading("Without the highlighted tokens"))
    yield audit_figures.intervals(
        _removal(answer["removal"]), "Deleting K, and as many random tokens"
    )
    yield '<div class="grid-of-figures">'
    curves = [block for block in blocks.removal(answer) if isinstance(block, Curve)]
    yield as_html.body(*curves)
    yield "</div>"
    agreement = answer["agreement"]
    yield as_html.body(Heading("Method by method"))
    yield '<div class="grid-of-figures">'
    yield audit_figures.heat(agreement["methods"], agreement["kendall"]["mean"],
                       "Kendall's tau of magnitudes, mean over the examples")  # fmt: skip
    yield audit_figures.heat(agreement["methods"], agreement["lift"]["mean"],
                       "Lift of the row's map in the column's, mean: 0 is chance")  # fmt: skip
    yield "</div>"
    yield as_html.body(Heading("Confidence and accuracy"))
    yield audit_figures.stacked(
        {f"confidence {one['from']:.2f} to {one['to']:.2f}": one["verdicts"]
         for one in answer["by_confidence"]}
        | {f"prediction {name}": one["verdicts"]
           for name, one in answer["by_correctness"].items()},
        "Verdicts in each third of the examples by confidence, and by whether the model was right",
    )  # fmt: skip
    yield _folded("The numbers", *blocks.groups(answer))
    yield as_html.body(*blocks.plausibility(answer))
    yield from _extremes(answer)
    yield as_html.body(*blocks.errors(answer))
    yield as_html.body(*blocks.provenance(audit.manifest))


def _removal(found: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    stays = found["prediction_stays"]
    items = []
    if "accuracy" in found:
        one = found["accuracy"]
        items = [
            ("accuracy, whole text", one["before"]),
            ("accuracy without K", one["removed"]),
            ("accuracy without random", one["random"]),
        ]
    return [
        *items,
        ("prediction stays without K", stays["removed"]),
        ("… without random", stays["random"]),
    ]


def _extremes(answer: Mapping[str, Any]) -> Iterator[str]:
    yield '<div class="two">'
    for key, title in (
        ("most_trustworthy", "Most trustworthy"),
        ("least_trustworthy", "Least trustworthy"),
    ):
        items = "".join(
            f'<li><button type="button" class="open" data-row="{one["row"]}">'
            f"<b>{one['row']}</b> {_badge(one['verdict'])} {escape(one['text'])}</button></li>"
            for one in answer[key]
        )
        yield f"<section><h2>{title}</h2><ol>{items}</ol></section>"
    yield "</div>\n"


def _badge(verdict: str) -> str:
    tone = TONES[verdict]
    return f'<span class="badge {tone}" title="{escape(verdict)}">{MARKS[tone]}</span>'


def _folded(title: str, *blocks: Any) -> str:
    inside = as_html.body(*(block for block in blocks if not isinstance(block, Heading)))
    return (
        f'<details class="numbers"><summary>{escape(title)}</summary><div class="inside">'
        f"{inside}</div></details>\n"
    )
