"""The example notebook runs from top to bottom and says what it promises."""

from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[2] / "examples" / "notebook.ipynb"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of the notebook's own libraries
def test_the_notebook_runs(tmp_path):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    for module in ("ipykernel", "pandas", "pyarrow", "matplotlib"):
        pytest.importorskip(module)
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    resources = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, timeout=300, resources=resources).execute()
    shown = [
        str(output.get("text") or output.get("data"))
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    ]
    assert all("Traceback" not in text for text in shown)
    assert any("text: missing" in text for text in shown)
    assert sum("image/svg+xml" in text for text in shown) == 2
    assert (tmp_path / "runs" / "notebook" / "report.html").is_file()


def test_the_notebook_is_kept_without_outputs():
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert not any(cell.get("outputs") for cell in notebook.cells)
