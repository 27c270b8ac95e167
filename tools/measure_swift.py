"""What a Swift package that depends on Assay pays beside Python: forward passes and verdicts.

    python tools/measure_swift.py ENCODER [ROUNDS]

Builds benchmarks/Stopwatch for release, then both sides run the same weights with the same number
of threads and take turns. ENCODER is a folder with an encoder without a head, such as MiniLM-L6.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import assay

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "benchmarks/Stopwatch"
DEMO = ROOT / "python/assay/embedded/demo"
TEXT = "a gripping, beautifully acted film"
TOKENS = 128


def stopwatch(encoder: str, threads: int) -> subprocess.Popen[str]:
    """Build the Swift side and start it."""
    build = ["swift", "build", "-c", "release", "--package-path", str(PACKAGE)]
    subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
    place = subprocess.run([*build, "--show-bin-path"], check=True, capture_output=True, text=True)
    return subprocess.Popen(
        [f"{place.stdout.strip()}/stopwatch", encoder, str(DEMO), str(threads)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip


def ask(swift: subprocess.Popen[str], line: str) -> float:
    """Have the Swift side do one piece of work and return the seconds that it took."""
    assert swift.stdin is not None
    assert swift.stdout is not None
    swift.stdin.write(line + "\n")
    swift.stdin.flush()
    return float(swift.stdout.readline())


def timed(work: Callable[[], object]) -> float:
    """Do one piece of work here and return the seconds that it took."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def main() -> None:
    """Take turns and print medians and ratios."""
    encoder, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 40
    ids = np.arange(1000, 1000 + TOKENS, dtype=np.int32)
    forward, verdict = assay.load(encoder), assay.load(str(DEMO))
    for threads in (1, 2):
        assay.set_num_threads(threads)
        swift = stopwatch(encoder, threads)
        for name, line, work in (
            ("forward", f"forward {TOKENS}", lambda: forward.embed([ids])),
            ("verify", f"verify {TEXT}", lambda: assay.verify(verdict, TEXT)),
        ):
            pairs = [(ask(swift, line), timed(work)) for _ in range(rounds + 3)][3:]
            mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
            ratios = sorted(own / other for own, other in pairs)
            low, high = ratios[len(ratios) // 10], ratios[-1 - len(ratios) // 10]
            print(
                f"{name}, {threads} threads: Swift {mine * 1e3:.2f} ms, Python {theirs * 1e3:.2f}"
                f" ms, ratio {statistics.median(ratios):.3f} [{low:.3f}, {high:.3f}]"
            )
        swift.kill()


if __name__ == "__main__":
    main()
