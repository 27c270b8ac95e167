"""The engine's Python face: one limited-API module around the C interface.

Records cross as JSON plus arrays: `{"$array": i}` in a record names `arrays[i]`. Arrays go in as
anything with the buffer protocol, C-contiguous, native byte order, float32, float64, int32 or
int64; they come out as `Array`. The interpreter lock is released during work; `poll` is called on
the calling thread at most every 50 ms with (fraction done or -1, what is being done), and an
exception it raises cancels the work and propagates. Errors are made by `assay._errors.from_native`.
"""

from collections.abc import Callable, Sequence
from typing import Any, final

version: str

@final
class Model:
    """An immutable model; may be used from several threads at once."""

@final
class Array:
    """A read-only view of the engine's memory, which it keeps alive."""

    @property
    def shape(self) -> tuple[int, ...]: ...
    @property
    def dtype(self) -> str: ...
    def __dlpack__(
        self,
        *,
        stream: int | None = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[int, int] | None = None,
        copy: bool | None = None,
    ) -> Any: ...
    def __dlpack_device__(self) -> tuple[int, int]: ...

_Poll = Callable[[float, str], None]

def open(  # noqa: A001
    arguments: str, arrays: Sequence[object], poll: _Poll | None = None, /
) -> Model: ...
def wrap(
    arguments: str,
    ask: Callable[[str, list[Array]], tuple[str, Sequence[object]]],
    /,
) -> Model: ...
def with_vocabulary(model: Model, arguments: str, /) -> Model: ...
def call(
    operation: str,
    model: Model | None,
    arguments: str,
    arrays: Sequence[object],
    poll: _Poll | None = None,
    /,
) -> tuple[str, list[Array]]: ...
def set_num_threads(count: int, /) -> None: ...
def get_num_threads() -> int: ...
