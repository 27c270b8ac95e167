"""A head view as a page, as a frame of a notebook, and as a widget."""

from __future__ import annotations

import base64
import json
from html import escape
from typing import Any

import numpy as np

from assay.engine.extras import extra
from assay.results.head_view import HeadRun, HeadView
from assay.show import pages
from assay.show.blocks import Block, Document, Heading, Paragraph, Table
from assay.show.explanation import spelling

_START = """
const record = JSON.parse(document.getElementById("data").textContent);
render({ model: { get: (name) => (name === "data" ? record : undefined) }, el: document.body });
"""


def head_view_document(view: HeadView) -> Document:
    """Return what a terminal shows of it: where each head's attention rests most."""
    rows: list[tuple[str, ...]] = []
    for layer, maps in enumerate(view.runs[0].attention):
        for head, pattern in enumerate(maps):
            # Where attention gathers: the key that most queries look at above all.
            counts = np.bincount(pattern.argmax(axis=-1), minlength=pattern.shape[-1])
            most = int(counts.argmax())
            rows.append((f"{layer}", f"{head}", view.tokens.readable[most], f"{counts[most]}"))
    blocks: list[Block] = [Heading("Heads"), *(Paragraph(_answer(run)) for run in view.runs)]
    blocks.append(Table(tuple(rows), ("layer", "head", "gathers on", "queries")))
    return Document(tuple(blocks))


def data_of(view: HeadView) -> dict[str, Any]:
    """Return what the script draws: tokens, shapes, and weights as bytes, 255 for all attention."""
    tokens = [spelling(view.tokens, place)[0] for place in range(len(view.tokens))]
    shapes = [one.shape for one in view.runs[0].attention]
    return {
        "tokens": tokens,
        "layers": [{"heads": h, "queries": q, "keys": k} for h, q, k in shapes],
        "runs": [
            {
                "name": run.name,
                "title": run.name.capitalize(),
                "answer": _answer(run),
                "layers": [_bytes(one) for one in run.attention],
            }
            for run in view.runs
        ],
    }


def head_view_page(view: HeadView) -> str:
    """Return a page that loads nothing."""
    data = json.dumps(data_of(view), ensure_ascii=False).replace("<", "\\u003c")
    return pages.page(
        f'<script type="application/json" id="data">{data}</script>\n',
        title="Assay: heads",
        extra=pages.asset("head_view.css"),
        scripts=("head_view.js",),
        module=_START,
    )


def head_view_frame(view: HeadView) -> str:
    """Return the page inside a frame of its own, for a notebook."""
    rows = max(max(one.shape[1:]) for one in view.runs[0].attention)
    tall = 320 + 22 * rows + 45 * len(view.runs[0].attention)
    page = escape(head_view_page(view), quote=True)
    return (
        f'<iframe title="Attention of every head" allow="clipboard-write" '
        f'sandbox="allow-scripts allow-downloads" srcdoc="{page}" '
        f'style="width:100%;height:{tall}px;border:0"></iframe>'
    )


def head_view_widget(view: HeadView) -> Any:
    """Return an anywidget over the same script.

    Raises:
        MissingExtraError: anywidget is not installed.
    """
    anywidget = extra("anywidget", "a widget")
    traitlets = extra("traitlets", "a widget")

    class Heads(anywidget.AnyWidget):  # type: ignore[misc, name-defined]
        _esm = f"{pages.asset(pages.COPIES)}{pages.asset('head_view.js')}"
        _css = f"{pages.style()}{pages.asset('head_view.css')}"
        data = traitlets.Dict().tag(sync=True)
        layer = traitlets.Int(0).tag(sync=True)
        head = traitlets.Int(0).tag(sync=True)

    return Heads(data=data_of(view))


def _answer(run: HeadRun) -> str:
    return f"{run.label} {run.probability:.3f}" if run.probability is not None else run.label


def _bytes(pattern: Any) -> str:
    scaled = np.rint(np.clip(pattern, 0, 1) * 255).astype(np.uint8)
    return base64.b64encode(np.ascontiguousarray(scaled).tobytes()).decode()
