"""Timing: all sides take turns in one process, and every round gives one ratio."""

from __future__ import annotations

import gc
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import lru_cache

from benchmarks.harness import peak
from benchmarks.harness.onnx_peer import OnnxPeer
from benchmarks.harness.ours import Ours
from benchmarks.harness.result import Ratio, Result, add
from benchmarks.harness.torch_peer import TorchPeer

Work = Callable[[], object]

#: Between two sides, in seconds, so that the threads of one have stopped spinning when the next
#: begins: 10 ms after a pass of onnxruntime they still held a core (MiniLM at 128 tokens took 37 ms
#: then, and 24 ms after 100 ms).
REST = 0.1


class Bench:
    """The means of measuring, shared by all lines of one run.

    Args:
        quick: fewer rounds and the smaller models only.
        memory: also measure peak memory, each side in a process of its own.
    """

    def __init__(self, *, quick: bool, memory: bool) -> None:
        self.quick = quick
        self.with_memory = memory and not quick
        #: The line under way: its rows are saved one by one, so that a run can be cut short.
        self.line = ""

    @lru_cache(maxsize=4)  # noqa: B019 - one Bench lives as long as the run
    def ours(self, name: str) -> Ours:
        return Ours(name)

    @lru_cache(maxsize=4)  # noqa: B019
    def torch(self, name: str) -> TorchPeer:
        return TorchPeer(name)

    @lru_cache(maxsize=4)  # noqa: B019
    def onnx(self, name: str, threads: int) -> OnnxPeer:
        return OnnxPeer(name, threads)

    def release(self) -> None:
        """Forget the models of one line."""
        for cache in (Bench.ours, Bench.torch, Bench.onnx):
            cache.cache_clear()
        gc.collect()

    def compare(
        self,
        name: str,
        ours: Work,
        peers: Mapping[str, Work],
        *,
        threads: int,
        seconds: float = 4,
        rounds: int = 5,
        goal: float | None = None,
        operations: float | None = None,
        peak_goal: float | None = None,
        difference: float | None = None,
        note: str = "",
        point: tuple[str, float] | None = None,
    ) -> Result:
        """Measure one case and print it.

        Rounds go on until they have taken `seconds`, at least `rounds` of them; each side has one
        turn a round, starting with another one each time.
        """
        set_threads(threads)
        sides = {"assay": ours, **peers}
        repeats = {side: _repeats(work) for side, work in sides.items()}
        wall: dict[str, list[float]] = {side: [] for side in sides}
        cpu: dict[str, list[float]] = {side: [] for side in sides}
        rates: list[float] = []
        order = list(sides)
        limit = seconds / 4 if self.quick else seconds
        start = time.perf_counter()
        while len(wall["assay"]) < rounds or (
            time.perf_counter() - start < limit and len(wall["assay"]) < 200
        ):
            for side in order:
                took = _turn(sides[side], repeats[side])
                wall[side].append(took[0])
                cpu[side].append(took[1])
            if operations is not None:
                rates.append(peak.measure(threads))
            order = order[1:] + order[:1]
        fraction = None
        if operations is not None:
            pairs = zip(wall["assay"], rates, strict=True)
            fraction = statistics.median(operations / ours / rate for ours, rate in pairs)
        result = Result(
            name=name,
            unit="s",
            values={side: statistics.median(times) for side, times in wall.items()},
            cpu={side: statistics.median(times) for side, times in cpu.items()},
            ratios={side: ratio(wall["assay"], wall[side]) for side in peers},
            goal=goal,
            peak=fraction,
            peak_goal=peak_goal if fraction is not None else None,
            difference=difference,
            note=note,
            point=point,
        )
        show(result)
        if self.line and not self.quick:
            add(self.line, result)
        return result

    def best_batch(self, work: Callable[[int], object], sizes: tuple[int, ...]) -> int:
        """The batch size with which a peer is fastest; short ones are tried twice."""
        times = {}
        for size in sizes[:2] if self.quick else sizes:
            times[size] = _turn(lambda size=size: work(size), 1)[0]
            if times[size] < 2:
                times[size] = min(times[size], _turn(lambda size=size: work(size), 1)[0])
        return min(times, key=lambda size: times[size])

    def memory(
        self, name: str, model: str, task: str, tokens: int, batch: int, threads: int = 2
    ) -> list[Result]:
        """Peak memory of one task on each side, in processes of their own; ours must be half."""
        if not self.with_memory:
            return []
        facts = {}
        for side, size in (("assay", 0), ("torch", batch)):
            words = [side, model, task, tokens, size, threads]
            command = [sys.executable, "-m", "benchmarks.harness.memory", *map(str, words)]
            answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            facts[side] = [float(word) for word in answer.split()[-2:]]
        rows = []
        for index, label in enumerate(("growth over the loaded model", "whole process")):
            ours, theirs = facts["assay"][index], facts["torch"][index]
            share = theirs / max(ours, 0.1)
            rows.append(
                Result(
                    name=f"{name}, {label}",
                    unit="MB",
                    values={"assay": ours, "torch": theirs},
                    ratios={"torch": Ratio(share, share, share)},
                    goal=2.0,
                )
            )
            show(rows[-1])
        return rows


def set_threads(threads: int) -> None:
    """Give both engines the same number of threads."""
    import torch

    import assay

    assay.set_num_threads(threads)
    torch.set_num_threads(threads)


def ratio(ours: list[float], theirs: list[float]) -> Ratio:
    """Theirs over ours, round by round."""
    ratios = sorted(b / a for a, b in zip(ours, theirs, strict=True))
    edge = len(ratios) // 10
    return Ratio(statistics.median(ratios), ratios[edge], ratios[-1 - edge])


def geometric_mean(values: list[float]) -> float:
    """The geometric mean of positive numbers."""
    return statistics.geometric_mean(values)


def _repeats(work: Work) -> int:
    """How many calls make a turn of 20 ms: more and more, since the first ones are slow."""
    work()  # what is made on first use is none of them
    repeats = 1
    while repeats < 5000:
        took = repeats * _turn(work, repeats)[0]
        if took >= 0.02:
            break
        repeats = math.ceil(repeats * max(1.5, min(10, 0.02 / took)))
    return repeats


def _turn(work: Work, repeats: int) -> tuple[float, float]:
    """Seconds of wall and processor time that one call takes.

    Work that is repeated begins a quarter of a turn before the clock starts: what is measured is a
    call that follows others, with threads awake and weights in the caches, not the first after the
    other side.
    """
    time.sleep(REST)
    for _ in range(math.ceil(repeats / 4) if repeats > 1 else 0):
        work()
    cpu, wall = time.process_time(), time.perf_counter()
    for _ in range(repeats):
        work()
    wall = time.perf_counter() - wall
    return wall / repeats, (time.process_time() - cpu) / repeats


def show(result: Result) -> None:
    """Print one row."""
    scale, unit = (1e3, "ms") if result.unit == "s" else (1, result.unit)
    parts = [f"{result.name:58}"]
    parts += [f"{side} {value * scale:9.3f} {unit}" for side, value in result.values.items()]
    for side, one in result.ratios.items():
        parts.append(f"| {side} {one.median:6.2f}× [{one.low:.2f}, {one.high:.2f}]")
    if result.peak is not None:
        parts.append(f"| {result.peak:.0%} of peak")
    if result.met is not None:
        wanted = [f"{result.goal}×"] if result.goal else []
        wanted += [f"{result.peak_goal:.0%}"] if result.peak_goal else []
        parts.append(f"| goal {' and '.join(wanted)}: {'met' if result.met else 'NOT met'}")
    print("  ".join(parts), flush=True)
