"""What the room answers results with: a text, a page, a fragment or a figure of any of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from assay.audit.beside import TwoRuns, beside
from assay.audit.result import Audit
from assay.results.calibration import Calibration
from assay.results.comparison import Comparison
from assay.results.explanation import Explanation
from assay.results.generation import Generation
from assay.results.head_search import HeadSearch
from assay.results.head_view import HeadView
from assay.results.report import Report
from assay.show import as_html, as_text, audit_plots, heat_map
from assay.show.audit_page import audit_page, two_runs_page
from assay.show.audit_summary import audit_document
from assay.show.blocks import Document, words
from assay.show.calibration_page import calibration_page
from assay.show.comparison import comparison_document
from assay.show.explanation import explanation_document
from assay.show.generation import draw_generation, generation_document
from assay.show.head_search import head_search_document
from assay.show.head_view import (
    head_view_document,
    head_view_frame,
    head_view_page,
    head_view_widget,
)
from assay.show.report import report_document
from assay.show.two_runs import two_runs_document, two_runs_title

#: A result's blocks, and the title of its page.
KINDS: dict[type, tuple[Callable[[Any], Document], Callable[[Any], str]]] = {
    Audit: (audit_document, lambda one: f"Assay: {words(one.configuration.explanation)}"),
    Comparison: (comparison_document, lambda one: "Assay comparison"),
    Explanation: (explanation_document, lambda one: f"Assay: {words(one.method)}"),
    Generation: (generation_document, lambda one: f"Assay: {words(one.method)}"),
    HeadSearch: (head_search_document, lambda one: f"Assay: {one.chosen.name}"),
    HeadView: (head_view_document, lambda one: "Assay: heads"),
    TwoRuns: (two_runs_document, two_runs_title),
    Report: (report_document, lambda one: f"Assay: {one.headline}"),
}


def text_of(result: Any, *, color: bool = False, width: int | None = None) -> str:
    """Return a result for a terminal."""
    return as_text.render(KINDS[type(result)][0](result), color=color, width=width)


def fragment_of(result: Any) -> str:
    """Return a result as HTML that stands in a notebook."""
    return as_html.fragment(KINDS[type(result)][0](result))


def page_of(result: Any) -> str:
    """Return a result as a page of its own; that of an audit has its examples in it."""
    if isinstance(result, Audit):
        return audit_page(result)
    if isinstance(result, TwoRuns):
        return two_runs_page(result)
    if isinstance(result, HeadView):
        return head_view_page(result)
    document, title = KINDS[type(result)]
    return as_html.page(document(result), title=title(result))


def audit_page_beside(audit: Audit, other: Audit) -> str:
    """Return the page of an audit with another run of the same rows beside it."""
    return audit_page(audit, beside(audit, other))


def head_frame_of(view: HeadView) -> str:
    """Return a head view in a frame of its own."""
    return head_view_frame(view)


def head_widget_of(view: HeadView) -> Any:
    """Return a head view as a widget of a notebook."""
    return head_view_widget(view)


def markdown_of(calibration: Calibration) -> str:
    """Return a calibration as a page of Markdown."""
    return calibration_page(calibration)


def plot_of(result: Any, kind: str = "") -> Any:
    """Return a matplotlib figure: an explanation's heat map, or one kind of an audit's answer."""
    if isinstance(result, Audit):
        return audit_plots.draw_answer(result.answer, kind)
    if isinstance(result, Generation):
        return draw_generation(result)
    return heat_map.draw_heat_map(result)


def save_figure(figure: Any, path: Any) -> None:
    """Write a figure in the format that the name's ending says."""
    heat_map.save_figure(figure, path)


def save_plot(explanation: Explanation, path: Any) -> None:
    """Write an explanation's heat map in the format that the name's ending says."""
    heat_map.save_heat_map(explanation, path, page_of)
