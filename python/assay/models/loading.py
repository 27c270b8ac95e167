"""Opening a model by a folder, an embedded name or a name in the local cache."""

from __future__ import annotations

import os

from assay.engine.arguments import checked
from assay.engine.progress import Progress
from assay.models import folder
from assay.models.model import Model
from assay.models.opening import opened


@checked
def load(
    name: str | os.PathLike[str],
    *,
    mapped: bool = True,
    precision: str = "float32",
    progress: Progress = None,
) -> Model:
    """Open a model from a folder, by an embedded name, or by a name in the local cache.

    Args:
        name: a folder with `config.json`, `model.safetensors` and usually `tokenizer.json`;
            `demo`, the embedded sentiment model; or `org/name` in the Hugging Face cache.
            Nothing is downloaded.
        mapped: map the weights (they are then read as they are needed, and the file must not be
            cut short while the model lives) or, if false, read them.
        precision: `float32`, or `bfloat16`: products with the weights of the blocks, forwards
            and backwards, round both operands to 8 significant bits and take half of the time and
            of the memory; everything else stays float32.
            `build_info()["supported_precisions"]` says whether this processor has it.
        progress: True for a bar, or a function of (fraction, stage).

    Raises:
        ModelNotFoundError: the name leads nowhere.
        CheckpointError: a file of the folder cannot be used; the message names file and tensor.
        UnsupportedModelError: a family that `assay.families()` does not list, or a precision
            that this processor does not have.
        OptionError: no such precision.

    >>> import assay
    >>> assay.load("demo").family
    'bert'
    """
    path = folder.find(name)
    record = {"path": str(path), "mapped": bool(mapped), "precision": precision}
    place = path if path.is_dir() else path.parent
    return opened(Model, record, place, os.fspath(name), progress)
