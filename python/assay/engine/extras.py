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
        MissingExtraError: it is not installed, and the message says how to install it; or it is
            and cannot be imported, and the message says what it says.
    """
    library = module.partition(".")[0]
    try:
        return importlib.import_module(module)
    except ImportError as error:
        missing = isinstance(error, ModuleNotFoundError) and error.name is not None
        if not missing or str(error.name).partition(".")[0] != library:
            raise MissingExtraError(
                f"{purpose} needs {library}, which is installed and cannot be imported: {error}",
                subject=library,
            ) from error
        name = f"'attention-assay[{_EXTRAS[library]}]'" if library in _EXTRAS else library
        raise MissingExtraError(
            f"{purpose} needs {library}: pip install {name}",
            subject=library,
        ) from error
