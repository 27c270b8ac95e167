"""The one door to the engine: records out and in, arrays beside them, progress on the way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from assay import _native
from assay._version import __version__
from assay.engine.arguments import checked
from assay.engine.arrays import ENGINE_TYPES, converted, said, to_numpy
from assay.engine.asking import Mismatch, attribute, listed, mapped
from assay.engine.errors import MemoryBudgetError, OptionError
from assay.engine.progress import Poll, Progress, polling

if _native.version != __version__:
    raise ImportError(
        f"assay {__version__} found an engine of version {_native.version}: install again, so "
        "that both come from one build"
    )

#: The element types that cross as they are, in native byte order, as numpy spells them.
_SHARED = frozenset(dtype.str for dtype in ENGINE_TYPES)
#: A model inside the engine.
Handle: TypeAlias = _native.Model
Record: TypeAlias = dict[str, Any]

#: How many threads the calls of a context use, and whom they ask whether to go on.
_WORK: ContextVar[tuple[int | None, Poll | None]] = ContextVar("work", default=(None, None))


@contextmanager
def working(threads: int, poll: Poll | None = None) -> Iterator[None]:
    """Have the calls of this thread use so many threads, and stop once `poll` raises.

    The setting of the process stays what it is.
    """
    token = _WORK.set((threads, poll))
    try:
        yield
    finally:
        _WORK.reset(token)


def call(
    operation: str,
    record: Mapping[str, Any],
    *,
    model: Handle | None = None,
    progress: Progress = None,
) -> Record:
    """Run one operation; arrays anywhere in the records cross without being copied."""
    threads, asked = _WORK.get()
    arguments, arrays = encode(record if threads is None else {**record, "threads": threads})
    if not progress:
        answer, results = _native.call(operation, model, arguments, arrays, asked)
    else:
        with polling(progress, operation) as poll:
            answer, results = _native.call(operation, model, arguments, arrays, poll)
    decoded: Record = decode(json.loads(answer), results)
    return decoded


def open_model(
    record: Mapping[str, Any],
    *,
    vocabulary: Mapping[str, Any] | None = None,
    progress: Progress = None,
) -> Handle:
    """Open a model: `{"path", "mapped"}`, or `{"config", "tensors"}` with arrays.

    Args:
        record: where it is.
        vocabulary: what the ids of its tokenizer mean, if it has one; it may name a thousand ids,
            which then need not cross with every call.
        progress: True for a bar, or a function of (fraction, stage).
    """
    arguments, arrays = encode({**record, "vocabulary": vocabulary})
    with polling(progress, "open") as poll:
        return _native.open(arguments, arrays, poll)


def with_vocabulary(model: Handle, vocabulary: Mapping[str, Any]) -> Handle:
    """Return another model over the same weights, for a tokenizer with this vocabulary."""
    return _native.with_vocabulary(model, encode({"vocabulary": vocabulary})[0])


def encode(record: Mapping[str, Any]) -> tuple[str, list[NDArray[Any]]]:
    """Write a record as JSON and the list of the arrays it names.

    >>> text, arrays = encode({"n": 2, "ids": np.array([7, 9], np.int32)})
    >>> text
    '{"n": 2, "ids": {"$array": 0}}'
    """
    writer = _Writer()
    try:
        return writer.encode(record), writer.arrays
    except OptionError:
        raise
    except ValueError as error:
        found = "a list that holds itself" if "Circular" in str(error) else "nan or infinity"
        raise OptionError(f"expected finite numbers, found {found}") from error
    except MemoryError as error:
        raise MemoryBudgetError("options: expected what memory holds") from error
    except RecursionError as error:
        raise OptionError("expected lists in a few levels, found too many of them") from error
    except TypeError as error:
        raise OptionError(f"expected names that are text, found another ({error})") from error
    except Exception as error:  # a stranger's list raises whatever it likes
        found = f"one that cannot be read ({type(error).__name__}: {said(error)})"
        raise OptionError.of("options", "plain values", found) from error


class _Writer(json.JSONEncoder):
    """Writes one record, and lists the arrays that it names."""

    def __init__(self) -> None:
        super().__init__(allow_nan=False)
        self.arrays: list[NDArray[Any]] = []

    def default(self, value: object) -> object:
        """Return what stands in the record for a value that JSON does not know."""
        if isinstance(value, np.ndarray):
            if value.dtype.str in _SHARED and value.flags.c_contiguous:
                self.arrays.append(value)
            elif value.dtype.kind in "fiub":
                self.arrays.append(converted(value))
            else:
                raise OptionError(f"expected real numbers, found an array of {value.dtype}")
            return {"$array": len(self.arrays) - 1}
        if isinstance(value, np.generic):
            return value.item()
        try:
            if isinstance(value, Mapping):
                return mapped(value)
            if isinstance(value, Sequence | range):
                return listed(value)
        except Mismatch as error:
            raise OptionError.of("options", error.expected, error.found) from error
        if attribute(value, "__dlpack__") is not None:
            return self.default(to_numpy(value, "options"))
        raise OptionError(
            f"expected a number, text, a list or an array, found {type(value).__name__}",
            found=type(value).__name__,
        )


def decode(value: Any, arrays: Sequence[Any]) -> Any:
    """Put arrays back where a record names them: read-only views of the engine's memory."""
    if isinstance(value, dict):
        if len(value) == 1 and "$array" in value:
            return np.asarray(arrays[value["$array"]])
        return {name: decode(item, arrays) for name, item in value.items()}
    if isinstance(value, list):
        return [decode(item, arrays) for item in value]
    return value


def plain(value: Any) -> Any:
    """Return a copy of a record in which arrays are lists, for JSON."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.item() if isinstance(value, np.generic) else value


def wrap(record: Mapping[str, Any], answer: Callable[[str, list[Any]], Any]) -> Handle:
    """Return a model that asks a function of the caller's: see `assay_model_wrap` in the header."""
    return _native.wrap(encode(record)[0], answer)


@checked
def set_num_threads(count: int) -> None:
    """Set how many threads the engine uses, from the next call on. Results do not depend on it.

    An audit divides them between its workers for its own calls alone.

    Raises:
        OptionError: `count` is not between 1 and the engine's limit.

    >>> import assay
    >>> before = assay.get_num_threads()
    >>> assay.set_num_threads(1)
    >>> assay.get_num_threads()
    1
    >>> assay.set_num_threads(before)
    """
    if isinstance(count, bool) or not isinstance(count, int | np.integer):
        raise OptionError.of("threads", "an integer", type(count).__name__)
    if not 1 <= count < 2**31:
        raise OptionError.of("threads", "1 or more", count)
    _native.set_num_threads(int(count))


def get_num_threads() -> int:
    """Return how many threads the engine uses."""
    return _native.get_num_threads()
