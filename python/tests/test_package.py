"""The package's face: every public name resolves, from where type checkers are told it is."""

import ast
import importlib
from pathlib import Path

import pytest

import assay


def test_every_public_name_resolves() -> None:
    for name in assay.__all__:
        assert getattr(assay, name) is not None
    assert dir(assay) == sorted(assay.__all__)


def test_lazy_names_are_the_ones_that_type_checkers_see() -> None:
    """Oracle: the imports under TYPE_CHECKING, read from the source."""
    tree = ast.parse(Path(assay.__file__).read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    seen = {
        (node.module or "").removeprefix("assay."): tuple(alias.name for alias in node.names)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
    }
    assert seen == assay._HOMES


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'magic'"):
        _ = assay.magic


#: The package and the studies.
SOURCES = [
    path
    for package in ("assay", "assay_studies")
    for path in sorted((Path(assay.__file__).parents[1] / package).rglob("*.py"))
]


def imports(path):
    """Yield every import of a module, and whether it stands inside a function."""
    tree = ast.parse(path.read_text("utf-8"))
    hidden = {
        node
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield ast.unparse(node), node in hidden


def test_nothing_is_imported_inside_a_function():
    found = [f"{path.name}: {text}" for path in SOURCES for text, hidden in imports(path) if hidden]
    assert found == []


def test_one_module_imports_the_engine():
    found = {path.name for path in SOURCES for text, _ in imports(path) if "_native" in text}
    assert found == {"door.py"}


def test_a_room_is_not_put_in_the_place_of_the_function_of_its_name():
    """Oracle: the audit room is imported here, and the name stays callable."""
    importlib.import_module("assay.audit.rows")
    assert callable(assay.audit)


def test_a_module_fits_in_one_sitting():
    """Oracle: a count; what grows beyond it has another reason to exist in it."""
    folders = [Path(assay.__file__).parent, Path(assay.__file__).parents[1] / "assay_studies"]
    lengths = {
        str(path): len(path.read_text("utf-8").splitlines())
        for folder in folders
        for path in folder.rglob("*.py")
    }
    assert len(lengths) > 100
    assert {path: length for path, length in lengths.items() if length > 300} == {}
