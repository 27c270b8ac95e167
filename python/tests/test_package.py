"""The package's face: every public name resolves, from where type checkers are told it is."""

import ast
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
