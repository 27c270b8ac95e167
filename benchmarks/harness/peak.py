"""The machine's multiply-add peak, measured beside the work it is compared with."""

from __future__ import annotations

import ctypes
import subprocess
import threading
import time
from functools import lru_cache
from pathlib import Path

import assay
from benchmarks.harness import models

HERE = Path(__file__).parent
#: The loop that the kernels' own benchmark runs too, and its entry for Python.
SOURCES = (HERE.parent / "Kernels" / "Peak.swift", HERE / "peak.swift")


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    library = models.CACHE / "libpeak.so"
    changed = max(source.stat().st_mtime for source in SOURCES)
    if not library.exists() or library.stat().st_mtime < changed:
        library.parent.mkdir(parents=True, exist_ok=True)
        compiler = ["swiftc", "-parse-as-library", "-emit-library", "-Ounchecked", "-wmo"]
        target = ["-Xcc", "-march=native", "-o", str(library)]
        subprocess.run([*compiler, *target, *map(str, SOURCES)], check=True)
    loaded = ctypes.CDLL(str(library))
    loaded.assay_peak.argtypes = [ctypes.c_int32, ctypes.c_int64, ctypes.POINTER(ctypes.c_double)]
    loaded.assay_peak.restype = ctypes.c_float
    return loaded


def _run(lanes: int, steps: int) -> float:
    operations = ctypes.c_double()
    _library().assay_peak(lanes, steps, ctypes.byref(operations))
    return operations.value


def lanes() -> int:
    """Lanes of the widest registers that the engine uses here."""
    return 16 if assay.build_info()["instruction_set"] == "v4" else 8


def measure(threads: int, steps: int = 4_000_000) -> float:
    """Operations a second that `threads` threads do together; foreign calls release the GIL.

    The best of four: a thread that has just started may wait for milliseconds behind the one that
    started it, before the system gives it a processor of its own. The steps take 5 to 10 ms.
    """
    return max(_together(threads, steps) for _ in range(4))


def alone(steps: int = 4_000_000) -> float:
    """Operations a second that one thread does, by processor time; the best of eight."""
    _run(lanes(), steps)
    best = 0.0
    for _ in range(8):
        start = time.thread_time()
        best = max(best, _run(lanes(), steps) / (time.thread_time() - start))
    return best


def _together(threads: int, steps: int) -> float:
    width = lanes()
    _library()  # compiled before several threads ask for it
    done: list[float] = []
    others = [
        threading.Thread(target=lambda: done.append(_run(width, steps))) for _ in range(threads - 1)
    ]
    start = time.perf_counter()
    for other in others:
        other.start()
    done.append(_run(width, steps))
    for other in others:
        other.join()
    return sum(done) / (time.perf_counter() - start)
