"""A hook of MkDocs: a page that names a notebook becomes that notebook with its outputs.

The line `<!-- notebook: NAME.ipynb -->` is replaced by the cells of `build/notebooks/NAME.ipynb`,
which `tools/pages/execute.py` makes.
"""

from __future__ import annotations

import base64
import json
import re
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError

FOLDER = Path(__file__).parents[2] / "build" / "notebooks"
_LINE = re.compile(r"^<!-- notebook: ([\w.-]+\.ipynb) -->$", re.MULTILINE)
#: The outputs of each page, which go in after Markdown was read, since they are none.
_OUTPUTS: dict[str, list[str]] = {}
#: The height of a report in its frame; the rest of it is scrolled to.
TALL = "34rem"


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Put the cells of a notebook in the place of the line that names it."""
    outputs = _OUTPUTS[page.file.src_uri] = []
    return _LINE.sub(lambda match: _cells(match[1], outputs), markdown)


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Put the outputs in the places that were kept for them."""
    for number, output in enumerate(_OUTPUTS.get(page.file.src_uri, ())):
        html = html.replace(_place(number), output)
    return html


def _place(number: int) -> str:
    return f'<div class="output" id="output-{number}"></div>'


def _cells(name: str, outputs: list[str]) -> str:
    path = FOLDER / name
    if not path.is_file():
        raise PluginError(f"{name} was not executed; `make site` does it")
    parts = []
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            parts.append(source)
            continue
        parts.append(f"```python\n{source}\n```")
        for output in cell["outputs"]:
            shown = _shown(output)
            if shown is not None:
                parts.append(_place(len(outputs)))
                outputs.append(shown)
    return "\n\n".join(parts)


def _shown(output: dict[str, Any]) -> str | None:
    """Return the richest form of an output as HTML; what went to standard error is left out."""
    if output["output_type"] == "error":
        raise PluginError(f"a notebook fails: {output['ename']}: {output['evalue']}")
    if output["output_type"] == "stream":
        return _text(output["text"]) if output["name"] == "stdout" else None
    data = {kind: "".join(text) for kind, text in output["data"].items() if kind != "application"}
    if "image/svg+xml" in data:
        encoded = base64.b64encode(data["image/svg+xml"].encode()).decode()
        return f'<p><img alt="A figure" src="data:image/svg+xml;base64,{encoded}"></p>'
    if "text/html" not in data:
        return _text(data["text/plain"])
    if 'class="assay"' not in data["text/html"]:
        return f'<div class="md-typeset__scrollwrap">{data["text/html"]}</div>'
    inside = escape(f"<style>body{{margin:0}}</style>{data['text/html']}", quote=True)
    return (
        f'<iframe title="What the cell shows" sandbox srcdoc="{inside}" loading="lazy" '
        f'style="width:100%;height:{TALL};border:0"></iframe>'
    )


def _text(text: Any) -> str:
    return f"<pre><code>{escape(''.join(text))}</code></pre>"
