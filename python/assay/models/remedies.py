"""What to do with a model that cannot be opened as it is: what is there, and the next step.

Code of a step stands in backticks, so that a test can read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from assay.engine.errors import AssayError, CheckpointError, UnsupportedModelError
from assay.models import folder

Refusal = TypeVar("Refusal", bound=AssayError)


class Place(NamedTuple):
    """What was to be opened.

    Attributes:
        path: the folder or file that was named.
        names: the names in the folder, or the file's own.
        config: `config.json`, as far as it can be read.
        error: why it was not opened.
    """

    path: Path
    names: frozenset[str]
    config: Mapping[str, Any]
    error: AssayError

    def has(self, *endings: str) -> bool:
        """Say whether a file has one of these names or endings."""
        return any(name.endswith(endings) for name in self.names)

    def is_a(self, *heads: str) -> bool:
        """Say whether the configuration names a model of one of these endings."""
        classes = self.config.get("architectures")
        named = classes if isinstance(classes, list) else []
        return any(isinstance(one, str) and one.endswith(heads) for one in named)


class Remedy(NamedTuple):
    """One case: when it is there, and what to do then."""

    name: str
    applies: Callable[[Place], bool]
    step: str


_FUNCTION = "`assay.black_box(predict=function)` judges whatever a function runs"
_SAVED = 'save_pretrained("other")'

#: The first that applies is named.
REMEDIES: tuple[Remedy, ...] = (
    Remedy(
        "an adapter without its base",
        lambda place: (
            place.has("adapter_config.json", "adapter_model.safetensors", "adapter_model.bin")
            and not place.has("model.safetensors.index.json")
            and "model.safetensors" not in place.names
        ),
        "merge it into its base with peft: `AutoPeftModelForSequenceClassification"
        f'.from_pretrained("folder").merge_and_unload().{_SAVED}`',
    ),
    Remedy(
        "ONNX",
        lambda place: place.has(".onnx", ".ort") and not place.has(".safetensors"),
        f"open the weights that it was exported from, or run it with onnxruntime: {_FUNCTION}",
    ),
    Remedy(
        "GGUF",
        lambda place: place.has(".gguf", ".ggml"),
        "convert it with transformers: `AutoModelForCausalLM.from_pretrained"
        f'("folder", gguf_file="name.gguf").{_SAVED}`',
    ),
    Remedy(
        "weights of transformers for TensorFlow or Flax",
        lambda place: place.has("tf_model.h5", "flax_model.msgpack"),
        "convert them with transformers 4: `AutoModelForSequenceClassification.from_pretrained"
        f'("folder", from_tf=True).{_SAVED}`, or `from_flax=True`',
    ),
    Remedy(
        "Keras, TensorFlow or LiteRT",
        lambda place: place.has(".keras", ".h5", ".hdf5", "saved_model.pb", ".tflite"),
        f"Keras runs it: {_FUNCTION}",
    ),
    Remedy(
        "a file in the place of its folder",
        lambda place: place.path.is_file() and (place.path.parent / "config.json").is_file(),
        "name the folder that it is in",
    ),
    Remedy(
        "pickled weights",
        lambda place: place.has(".bin", ".pt", ".pth", ".ckpt") and not place.has(".safetensors"),
        "opening them runs code; where you trust them, convert them with transformers: "
        f'`AutoModelForSequenceClassification.from_pretrained("folder").{_SAVED}`',
    ),
    Remedy(
        "quantised weights",
        lambda place: isinstance(place.config.get("quantization_config"), dict),
        "widen them with transformers: `AutoModelForCausalLM.from_pretrained"
        f'("folder").dequantize().{_SAVED}`',
    ),
    Remedy(
        "a sentence transformer",
        lambda place: "modules.json" in place.names and "config.json" not in place.names,
        "name the folder of its transformer, such as 0_Transformer",
    ),
    Remedy(
        "multiple choice",
        lambda place: place.is_a("ForMultipleChoice"),
        "it scores one choice at a time; give a function that scores all choices of a question: "
        '`assay.black_box(predict=function, labels=["A", "B"])`',
    ),
    Remedy(
        "extractive question answering",
        lambda place: place.is_a("ForQuestionAnswering"),
        "it scores a start and an end; give a function of one of them: "
        "`assay.black_box(predict=function)`",
    ),
    Remedy(
        "a family that is not known",
        lambda place: (
            isinstance(place.error, UnsupportedModelError) and place.error.subject == "model_type"
        ),
        "open it with transformers and pass it to `assay.from_torch(module, tokenizer)`, or give "
        "its functions: "
        "`assay.black_box(predict=function, attention=maps)`",
    ),
    Remedy(
        "a configuration without weights",
        lambda place: "config.json" in place.names and not place.has(".safetensors", ".json.index"),
        'download the weights: `huggingface_hub.snapshot_download("org/name")`',
    ),
)


def with_remedy(error: Refusal, path: Path) -> Refusal:
    """Return the same refusal with the next step, where one is known."""
    place = Place(path, frozenset(_names(path)), _config(path), error)
    for remedy in REMEDIES:
        if remedy.applies(place):
            return type(error)(
                f"{error}; {remedy.step}",
                subject=error.subject, expected=error.expected, found=error.found,
            )  # fmt: skip
    return error


def _names(path: Path) -> Iterable[str]:
    try:
        return [one.name for one in path.iterdir()] if path.is_dir() else [path.name]
    except OSError:  # it may not be looked into
        return []


def _config(path: Path) -> Mapping[str, Any]:
    try:
        return folder.read_object(path / "config.json") if path.is_dir() else {}
    except CheckpointError:
        return {}
