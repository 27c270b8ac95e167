"""Shards to workers: threads of this process, or whatever executor there is."""

from __future__ import annotations

import concurrent.futures
import os
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from assay.audit.configuration import Configuration
from assay.audit.examination import RowRecord, examine
from assay.audit.rows import Row
from assay.engine import door
from assay.engine.asking import attribute
from assay.engine.errors import CancelledError, InputTypeError
from assay.models.model import Model

#: Shards that are handed out for each worker, so that one is always waiting.
AHEAD = 2
#: Threads of this process; nobody has as many processors.
MOST = 1024


@dataclass(frozen=True)
class Shard:
    """A piece of work that can cross to another process: the model goes as its path."""

    index: int
    model: Model
    rows: Sequence[Row]
    configuration: Configuration


class Watch:
    """How a thread says that a row is done, and hears that it shall stop."""

    def __init__(self, done: Callable[[int], None]) -> None:
        self._done = done
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Stop every thread at its next poll, at most 50 ms of engine time away."""
        self._stopped.set()

    @contextmanager
    def over(self, rows: int) -> Iterator[Callable[[float, str], None]]:
        """Yield the poll of a call that examines so many rows: it counts them as they are done.

        It raises once the run was stopped.
        """
        counted = 0

        def poll(fraction: float, stage: str) -> None:
            del stage
            nonlocal counted
            if self._stopped.is_set():
                raise CancelledError("the audit was stopped")
            while counted < int(fraction * rows):
                counted += 1
                self._row_done()

        yield poll
        poll(1.0, "")

    def _row_done(self) -> None:
        with self._lock:
            self._done(1)


def run_shard(shard: Shard, watch: Watch | None = None, threads: int = 1) -> list[RowRecord]:
    """Ask the engine once of the rows of one shard; the workers are the parallelism."""
    if watch is None:
        with door.working(threads):
            return examine(shard.model, shard.rows, shard.configuration, None)
    with watch.over(len(shard.rows)) as poll, door.working(threads, poll):
        return examine(shard.model, shard.rows, shard.configuration, poll)


def run(
    shards: Iterator[Shard],
    *,
    workers: int | None,
    executor: Any,
    done: Callable[[int], None],
) -> Generator[tuple[int, list[RowRecord]], None, None]:
    """Yield each shard's records as they come. At most a few shards are under way at once.

    `executor` is any `concurrent.futures.Executor`, or a `dask.distributed.Client`; without one,
    `workers` threads of this process share the model.

    Raises:
        InputTypeError: `executor` is neither.
    """
    if executor is not None:
        yield from _elsewhere(shards, executor, workers, done)
        return
    count = min(workers or len(os.sched_getaffinity(0)), MOST)
    threads = max(1, door.get_num_threads() // count)
    watch = Watch(done)
    pool = concurrent.futures.ThreadPoolExecutor(count, thread_name_prefix="assay-audit")
    try:
        yield from _collected(pool.submit, shards, count * AHEAD, (watch, threads))
    finally:
        watch.stop()
        pool.shutdown(cancel_futures=True)


def _elsewhere(
    shards: Iterator[Shard], executor: Any, workers: int | None, done: Callable[[int], None]
) -> Iterator[tuple[int, list[RowRecord]]]:
    if attribute(executor, "get_executor") is not None:
        if workers is None:
            workers = sum(executor.nthreads().values()) or None
        executor = executor.get_executor(pure=False)
    if not isinstance(executor, concurrent.futures.Executor):
        raise InputTypeError.of(
            "executor",
            "a concurrent.futures.Executor or a dask.distributed.Client",
            type(executor).__name__,
        )
    known = getattr(executor, "_max_workers", None)
    count = workers or (known if isinstance(known, int) else len(os.sched_getaffinity(0)))
    for index, records in _collected(executor.submit, shards, count * AHEAD, ()):
        done(len(records))
        yield index, records


def _collected(
    submit: Callable[..., concurrent.futures.Future[list[RowRecord]]],
    shards: Iterator[Shard],
    limit: int,
    beside: tuple[object, ...],
) -> Iterator[tuple[int, list[RowRecord]]]:
    waiting: dict[concurrent.futures.Future[list[RowRecord]], int] = {}
    try:
        while True:
            while len(waiting) < limit and (shard := next(shards, None)) is not None:
                waiting[submit(run_shard, shard, *beside)] = shard.index
            if not waiting:
                return
            ready, _ = concurrent.futures.wait(
                waiting, return_when=concurrent.futures.FIRST_COMPLETED
            )
            for future in ready:
                yield waiting.pop(future), future.result()
    finally:
        for future in waiting:
            future.cancel()
