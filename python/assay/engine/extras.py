"""Libraries that are needed for some things only, imported where they are used."""

from __future__ import annotations

import importlib
from typing import Any

from assay.engine.errors import MissingExtraError

_EXTRAS = {
    "pyarrow": "data",
    "pandas": "data",
    "matplotlib": "plots",
    "distributed": "dask",
    "torch": "torch",
    "anywidget": "notebook",
    "traitlets": "notebook",
}


def optional(module: str) -> Any | None:
    """Import a module of an optional library; `None` where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError:
        return None


def extra(module: str, purpose: str) -> Any:
    """Import a module of an optional library.

    Raises:
        MissingExtraError: it is not installed; the message says how to install it.
    """
    library = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ImportError as error:
        name = f"'attention-assay[{_EXTRAS[library]}]'" if library in _EXTRAS else library
        raise MissingExtraError(
            f"{purpose} needs {library}: pip install {name}",
            subject=library,
        ) from error
