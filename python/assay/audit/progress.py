"""How far a run is: rows done, rate and remaining time, on a terminal or in a notebook."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from assay.engine.extras import optional

#: True draws a bar on standard error; a function gets (rows done, rows in all).
RowProgress: TypeAlias = bool | Callable[[int, int], object] | None


@contextmanager
def counting(progress: RowProgress, done: int, total: int) -> Iterator[Callable[[int], None]]:
    """Yield what is called with each number of further rows; `done` were there before."""
    if progress is None:
        progress = sys.stderr.isatty() or "ipykernel" in sys.modules
    if progress is False:
        yield lambda count: None
    elif progress is True:
        with _bar(done, total) as advance:
            yield advance
    else:
        callback, so_far = progress, done

        def advance_callback(count: int) -> None:
            nonlocal so_far
            so_far += count
            callback(so_far, total)

        yield advance_callback


@contextmanager
def _bar(done: int, total: int) -> Iterator[Callable[[int], None]]:
    """Draw with tqdm where it is installed, and as one plain line where it is not."""
    tqdm = optional("tqdm.auto")
    if tqdm is None:
        with _line(done, total) as advance:
            yield advance
        return
    with tqdm.tqdm(total=total, initial=done, desc="audit", unit="row", smoothing=0.05) as bar:
        yield bar.update


@contextmanager
def _line(done: int, total: int) -> Iterator[Callable[[int], None]]:
    started, before, so_far = time.monotonic(), done, done

    def advance(count: int) -> None:
        nonlocal so_far
        so_far += count
        rate = (so_far - before) / max(time.monotonic() - started, 1e-9)
        left = (total - so_far) / rate if rate else 0.0
        sys.stderr.write(
            f"\raudit {so_far:,} of {total:,} rows, {rate:.1f} a second, "
            f"{left // 60:.0f} min {left % 60:.0f} s left\x1b[K"
        )
        sys.stderr.flush()

    try:
        yield advance
    finally:
        sys.stderr.write("\n")
