"""The functions that a black box is made of, asked by the engine in terms of token ids."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine import door
from assay.engine.arrays import held, to_numpy
from assay.engine.errors import ShapeError
from assay.inputs.handed import attentions as handed
from assay.models import answers
from assay.models.words import WordIds

_RAISED = "raised by the function given as "


@contextmanager
def _asking(name: str) -> Iterator[None]:
    """Note on an exception of the caller's function whose it is; it goes on as it is."""
    try:
        yield
    except Exception as error:
        if not is_of_the_caller(error):
            error.add_note(f"{_RAISED}{name}")
        raise


def is_of_the_caller(error: BaseException) -> bool:
    """Tell an exception of a function that was given to `black_box` from one of ours."""
    return any(str(note).startswith(_RAISED) for note in getattr(error, "__notes__", ()))


class Caller:
    """The maker's functions, asked by the engine in terms of token ids."""

    def __init__(
        self,
        predict: Any,
        attention: Callable[[Any], Any] | None,
        gradient: Callable[[Any, Any], Any] | None,
        words: WordIds,
        batch_size: int,
        labels: Sequence[str] | None = None,
    ) -> None:
        self.predict, self.names = answers.function_of(predict, labels)
        self.attention, self.gradient = attention, gradient
        self.names = list(labels) if labels is not None else self.names
        self.words, self.batch_size = words, batch_size

    def answer(self, question: str, arrays: list[Any]) -> tuple[str, list[NDArray[Any]]]:
        """Answer one question of the engine, as the C header writes it."""
        record = door.decode(json.loads(question), arrays)
        ids = np.split(record["ids"], record["offsets"][1:-1])
        if record["ask"] == "predict":
            return door.encode({"probabilities": self.probabilities(ids)})
        if record["ask"] == "attention":
            return door.encode({"attention": self.maps(ids[0])})
        target = record["target"]
        target = tuple(target) if isinstance(target, list) else target
        return door.encode({"gradient": self.slope(ids[0], target)})

    def probabilities(self, ids: Sequence[NDArray[np.int32]]) -> NDArray[np.float64]:
        """Ask for probabilities, at most `batch_size` inputs at once: float64 [inputs, labels]."""
        parts: list[NDArray[np.float64]] = []
        for start in range(0, len(ids), self.batch_size):
            given = [self.words.given(one) for one in ids[start : start + self.batch_size]]
            with _asking("predict"):
                said = self.predict(given)
            array, self.names = self._read(said)
            array = array[:, None] if array.ndim == 1 else array
            if array.ndim != 2 or len(array) != len(given) or not array.shape[1]:
                raise ShapeError.of(
                    "predict", f"probabilities [{len(given)}, labels]", f"shape {array.shape}"
                )
            parts.append(held(array, np.dtype(np.float64), "predict"))
        if len({part.shape[1] for part in parts}) > 1:
            raise ShapeError.of("predict", "equally many labels for every batch", "others")
        return np.concatenate(parts)

    def _read(self, said: object) -> tuple[NDArray[Any], list[str] | None]:
        array, names = answers.read(said, self.names)
        return array, self.names if names is None else names

    def maps(self, ids: NDArray[np.int32]) -> NDArray[np.float32]:
        """Ask for attention maps: float32 [layers, heads, tokens, tokens]."""
        assert self.attention is not None
        with _asking("attention"):
            said = self.attention(self.words.given(ids))
        given = handed.layers(said, "attention")
        stacked = np.stack(given) if isinstance(given, list) and given else given
        array = to_numpy(stacked, "attention")
        expected = (len(ids), len(ids))
        if array.ndim != 4 or array.shape[2:] != expected or not array.size:
            raise ShapeError.of(
                "attention",
                f"[layers, heads, {len(ids)}, {len(ids)}] for {len(ids)} tokens",
                f"shape {array.shape}",
            )
        return held(array, np.dtype(np.float32), "attention")

    def slope(self, ids: NDArray[np.int32], target: object) -> NDArray[np.float32]:
        """Ask for the gradient of a target: float32 [tokens, width]."""
        assert self.gradient is not None
        with _asking("gradient"):
            said = self.gradient(self.words.given(ids), target)
        array = to_numpy(said, "gradient")
        array = array[:, None] if array.ndim == 1 else array
        if array.ndim != 2 or len(array) != len(ids) or not array.size:
            raise ShapeError.of(
                "gradient", f"[{len(ids)}, width] or [{len(ids)}]", f"shape {array.shape}"
            )
        return held(array, np.dtype(np.float32), "gradient")
