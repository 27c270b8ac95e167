"""Execute the example notebooks, for the site to show with their outputs.

    python tools/pages/execute.py examples build/notebooks

Every notebook of the first folder is run from top to bottom and written to the second one.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import nbclient
import nbformat


def main() -> None:
    """Run every notebook of a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    chosen = parser.parse_args()
    chosen.target.mkdir(parents=True, exist_ok=True)
    for path in sorted(chosen.source.glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        with tempfile.TemporaryDirectory() as folder:
            resources = {"metadata": {"path": folder}}
            nbclient.NotebookClient(notebook, timeout=300, resources=resources).execute()
        nbformat.write(notebook, chosen.target / path.name)


if __name__ == "__main__":
    main()
