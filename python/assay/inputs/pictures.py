"""Pictures as a vision model reads them: patches, row by row, behind a class token."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.engine.arguments import items
from assay.engine.arrays import held, to_numpy
from assay.engine.asking import attribute
from assay.engine.errors import ShapeError
from assay.inputs.tokens import Tokens


@dataclass(frozen=True, eq=False)
class Patches(Tokens):
    """One picture cut into patches; position 0 is the class token, which is special.

    Attributes:
        pixels: float32 [channels, height, width], in the scale that the model was trained on.
        grid: how many patches stand below each other and side by side.
        side: the side of a patch in pixels.
    """

    pixels: NDArray[np.float32] = field(kw_only=True)
    grid: tuple[int, int] = field(kw_only=True)
    side: int = field(kw_only=True)

    def __repr__(self) -> str:
        rows, columns = self.grid
        return f"<Patches {rows} by {columns} of a picture {list(self.pixels.shape)}>"

    def word_texts(self) -> tuple[str, ...]:
        """Return the names of the patches: a patch is its own word."""
        return self.pieces[1:]

    def on_grid(self, values: ArrayLike) -> NDArray[Any]:
        """Lay values over the picture: [..., positions] or [..., patches] to [..., rows, columns].

        The class token's value is left out.

        >>> import numpy as np
        >>> patches = cut(np.zeros((3, 8, 8), np.float32), (3, 8, 8), 4)
        >>> patches.on_grid([9, 1, 2, 3, 4]).tolist()
        [[1, 2], [3, 4]]
        """
        array = np.asarray(values)
        if array.ndim and array.shape[-1] == len(self):
            array = array[..., 1:]
        if not array.ndim or array.shape[-1] != len(self) - 1:
            raise ShapeError.of(
                "values",
                f"{len(self)} positions or {len(self) - 1} patches on the last axis",
                f"shape {array.shape}",
            )
        return array.reshape(*array.shape[:-1], *self.grid)


def is_picture(value: object) -> bool:
    """Tell an array of numbers with three axes from a batch of them."""
    return attribute(value, "ndim", 0) == 3 or _depth(value) == 3


def is_batch(value: object) -> bool:
    """Tell a collection of pictures from one picture, and from what has no length."""
    if isinstance(value, str | bytes) or not isinstance(value, Sized):
        return False
    return bool(attribute(value, "ndim", 1) > 0 and not is_picture(value))


def _depth(value: object) -> int:
    depth = 0
    # No deeper than a batch of batches: a list may hold itself.
    while depth < 5 and isinstance(value, Sequence) and not isinstance(value, str):
        inside = items("pixels", value)
        if not inside:
            break
        value = inside[0]
        depth += 1
    return depth + int(attribute(value, "ndim", 0)) if depth else 0


def cut(value: object, shape: tuple[int, int, int], side: int) -> Patches:
    """Take one picture [channels, height, width] of the size that a model reads.

    Raises:
        InputTypeError: not real numbers.
        ShapeError: another shape.
    """
    if isinstance(value, Patches):
        return value
    array = to_numpy(value, "pixels")
    if array.shape != shape:
        raise ShapeError.of(
            "pixels",
            f"an array {list(shape)} or a batch of them",
            f"shape {array.shape}",
        )
    pixels = held(array, np.dtype(np.float32), "pixels")
    return patches(pixels if pixels.base is None and pixels is not array else pixels.copy(), side)


def patches(pixels: NDArray[np.float32], side: int) -> Patches:
    """Name the patches of a picture by row and column, counted from 1."""
    rows, columns = pixels.shape[1] // side, pixels.shape[2] // side
    count = rows * columns + 1
    names = (
        f"row {row + 1}, column {column + 1}" for row in range(rows) for column in range(columns)
    )
    return Patches.plain(
        np.zeros(count, np.int32),
        ("[CLS]", *names),
        special=np.arange(count) == 0,
        words=np.arange(-1, count - 1, dtype=np.int32),
        pixels=pixels,
        grid=(rows, columns),
        side=side,
    )


def record(given: Patches) -> dict[str, Any]:
    """Return a picture as a record that `from_record` reads back to the same bits."""
    return {
        "pixels": base64.b64encode(given.pixels.astype("<f4").tobytes()).decode(),
        "shape": list(given.pixels.shape),
        "side": given.side,
    }


def from_record(saved: Mapping[str, Any]) -> Patches:
    """Return the picture of such a record."""
    pixels = np.frombuffer(base64.b64decode(saved["pixels"]), "<f4").reshape(saved["shape"])
    return patches(pixels.astype(np.float32), int(saved["side"]))


def levels(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return a picture for showing, uint8 [height, width, 3 or 1], stretched from black to white.

    Three channels are colours; of any other number the mean is shown in grey.
    """
    shown = pixels if len(pixels) == 3 else pixels.mean(axis=0, keepdims=True)
    low, high = float(shown.min()), float(shown.max())
    stretched = (shown - low) * (255 / (high - low) if high > low else 0)
    return np.round(stretched).astype(np.uint8).transpose(1, 2, 0)


def png(pixels: NDArray[np.float32]) -> bytes:
    """Write a picture [channels, height, width] as PNG."""
    shown = levels(pixels)
    height, width, channels = shown.shape
    # Every line begins with its filter: none.
    lines = np.hstack([np.zeros((height, 1), np.uint8), shown.reshape(height, -1)])
    kind = 2 if channels == 3 else 0
    chunks = (
        (b"IHDR", struct.pack(">2I5B", width, height, 8, kind, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines.tobytes())),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
