"""A model's folder to a model, here and in another process. What is made of it is for others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from assay.engine import door
from assay.engine.errors import CheckpointError, UnsupportedModelError
from assay.engine.progress import Progress
from assay.models import folder
from assay.models.remedies import with_remedy

Opened = TypeVar("Opened")


def opened(
    make: Callable[..., Opened],
    record: Mapping[str, object],
    place: Path,
    name: str,
    progress: Progress = None,
) -> Opened:
    """Open what `record` names, with the tokenizer in its folder, and `make` a model of it."""
    tokenizer = folder.tokenizer(place)
    vocabulary = None if tokenizer is None else tokenizer.vocabulary
    try:
        handle = door.open_model(record, vocabulary=vocabulary, progress=progress)
    except (CheckpointError, UnsupportedModelError) as error:
        said = with_remedy(error, Path(str(record.get("path", place))))
        if said is error:
            raise
        raise said from error.__cause__
    return make(handle, place, name, tokenizer=tokenizer)


@lru_cache(maxsize=2)
def reopened(
    make: Callable[..., Any], path: str, name: str, fingerprint: str, precision: str = "float32"
) -> Any:
    """Open a model that came from another process, if it is the same here.

    Raises:
        CheckpointError: the folder holds another model.
        UnsupportedModelError: this processor does not have its precision.
    """
    record = {"path": path, "mapped": True, "precision": precision}
    model = opened(make, record, Path(path), name)
    if model.fingerprint != fingerprint:
        raise CheckpointError.of(path, f"the model with the hash {fingerprint}", model.fingerprint)
    return model
