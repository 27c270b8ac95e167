"""What a run is of: the configuration, the model, the data, the engine and the versions."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib import metadata
from typing import Any

from assay._version import __version__
from assay.audit.configuration import Configuration
from assay.audit.rows import Row, fingerprint
from assay.audit.run_files import FORMAT
from assay.engine.registry import build_info
from assay.models.model import Model

_LIBRARIES = ("numpy", "tokenizers", "pyarrow")


def manifest(model: Model, data: Sequence[Row], configuration: Configuration) -> dict[str, Any]:
    """Describe a run. It holds no times, so equal runs have equal manifests."""
    return {
        "format": FORMAT,
        "configuration": configuration.to_dict(),
        "model": {"name": model.name, "hash": model.fingerprint, "precision": model.precision}
        | _tokenizer(model),
        "data": {"rows": len(data), "hash": fingerprint(data)},
        "engine": {
            "version": __version__,
            "instruction_set": build_info()["instruction_set"],
        },
        "seeds": "a row's seed is numpy's SeedSequence((seed, row)), its first 53 bits",
        "methods": list(configuration.methods()),
        "versions": {"python": platform.python_version()}
        | {name: _version(name) for name in _LIBRARIES},
    }


def _tokenizer(model: Model) -> dict[str, str]:
    """Return the hash of the tokenizer, which decides what the model sees."""
    return {} if model.tokenizer is None else {"tokenizer_hash": model.tokenizer.fingerprint}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
