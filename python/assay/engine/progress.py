"""Progress: the engine's poll as a bar on the terminal or a caller's function."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from assay.engine.extras import optional

Callback: TypeAlias = Callable[[float, str], object]
#: True draws a bar on standard error; a function gets (fraction done or -1, what is being done).
Progress: TypeAlias = bool | Callback | None
Poll: TypeAlias = Callable[[float, str], None]


@contextmanager
def polling(progress: Progress, what: str) -> Iterator[Poll | None]:
    """Yield the engine's poll callback for one call; an exception it raises stops the work."""
    if progress is None or progress is False:
        yield None
    elif progress is True:
        with _bar(what) as poll:
            yield poll
    else:
        callback = progress

        def poll_once(fraction: float, stage: str) -> None:
            callback(fraction, stage or what)

        yield poll_once


@contextmanager
def _bar(what: str) -> Iterator[Poll]:
    """Draw with tqdm where it is installed, and as one plain line where it is not."""
    tqdm = optional("tqdm.auto")
    if tqdm is None:
        drawn = False

        def line(fraction: float, stage: str) -> None:
            nonlocal drawn
            drawn = True
            share = f"{fraction:4.0%}" if fraction >= 0 else "…"
            sys.stderr.write(f"\r{stage or what} {share}\x1b[K")
            sys.stderr.flush()

        try:
            yield line
        finally:
            if drawn:
                sys.stderr.write("\r\x1b[K")
        return

    with tqdm.tqdm(
        total=1.0, desc=what, leave=False, bar_format="{desc} {percentage:3.0f}%|{bar}|"
    ) as bar:

        def advance(fraction: float, stage: str) -> None:
            if stage:
                bar.set_description_str(stage, refresh=False)
            if fraction >= 0:
                bar.n = min(fraction, 1.0)
            bar.refresh()

        yield advance
