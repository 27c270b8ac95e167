"""Optional libraries: missing, or there and broken. Oracle: packages that are written here."""

import pytest

import assay
from assay.engine.extras import extra


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        ("raise ImportError('frail requires NumPy 2.0 or newer')", "cannot be imported: frail req"),
        ("import no_such_library_of_its_own", "cannot be imported: No module named 'no_such"),
    ],
    ids=["too old a neighbour", "a missing neighbour"],
)
def test_what_is_installed_and_broken_is_not_called_missing(tmp_path, monkeypatch, inside, said):
    (tmp_path / "frail.py").write_text(inside)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(assay.MissingExtraError, match=said) as refusal:
        extra("frail", "a table")
    assert "pip install" not in str(refusal.value)


@pytest.mark.parametrize("module", ["no_such_library", "no_such_library.part"])
def test_what_is_missing_is_named_with_how_to_get_it(module):
    with pytest.raises(assay.MissingExtraError, match="a table needs no_such_library: pip install"):
        extra(module, "a table")
