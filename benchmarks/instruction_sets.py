"""The engine on each instruction set of this processor, one thread, by processor time.

Each instruction set has a process of its own, in which the engine and its peers take turns. The
peers choose their instructions by themselves: onnxruntime has no switch for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace

import assay
from benchmarks.harness import models, peak
from benchmarks.harness.bench import Bench, Work, show
from benchmarks.harness.result import Ratio, Result, add

TITLE = "AVX2 beside AVX-512, one thread, processor time"

NAMES = {"v3": "AVX2", "v4": "AVX-512"}


@dataclass(frozen=True)
class Case:
    """One input of a number of tokens, and what is asked of AVX2."""

    model: str
    tokens: int
    task: str = "forward"
    goal: float | None = None
    peak_goal: float | None = None


CASES = (
    Case("bert-tiny", 16, goal=1.0),
    Case("minilm", 32, goal=1.1),
    Case("minilm", 128, goal=1.15, peak_goal=0.7),
    Case("bert-base", 16),
    Case("bert-base", 128, goal=1.15, peak_goal=0.8),
    Case("minilm", 128, "gradient", goal=2.0),
    Case("bert-base", 128, "gradient", goal=2.0),
)


def measure(bench: Bench) -> list[Result]:
    """Every case on every instruction set that there is, side by side."""
    found = [_elsewhere(name) for name in NAMES]
    rows = [row for case in zip(*filter(None, found), strict=True) for row in case]
    for row in rows:
        show(row)
        if bench.line and not bench.quick:
            add(bench.line, row)
    return rows


def _elsewhere(instruction_set: str) -> list[Result]:
    """The cases in a process that has this instruction set; none where the processor has not."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.instruction_sets", instruction_set],
        env=os.environ | {"ASSAY_ISA": instruction_set},
        check=True,
        capture_output=True,
        text=True,
    )
    return [
        replace(
            Result(**facts),
            ratios={side: Ratio(**ratio) for side, ratio in facts["ratios"].items()},
        )
        for facts in json.loads(answer.stdout.splitlines()[-1])
    ]


def _here(case: Case, instruction_set: str) -> Result:
    """One case in this process; all figures are processor time."""
    bench = Bench(quick=False, memory=False)
    ours, torch = bench.ours(case.model), bench.torch(case.model)
    ids = models.ids(case.tokens)
    peers: dict[str, Work]
    if case.task == "gradient":
        work: Work = lambda: ours.gradient(ids)  # noqa: E731
        peers = {"torch": lambda: torch.gradient(ids)}
    else:
        work = lambda: ours.forward([ids])  # noqa: E731
        onnx = bench.onnx(case.model, 1)
        peers = {"torch": lambda: torch.forward([ids]), "onnxruntime": lambda: onnx.forward([ids])}
    row = bench.compare(
        f"{case.task}, {case.model}, {case.tokens} tokens, {NAMES[instruction_set]}",
        work,
        peers,
        threads=1,
        seconds=8,
    )
    shares = {side: row.cpu[side] / row.cpu["assay"] for side in peers}
    is_asked = instruction_set == "v3"
    operations = models.SHAPES[case.model].operations([case.tokens])
    return replace(
        row,
        values=row.cpu,
        peak=operations / row.cpu["assay"] / peak.alone() if case.task == "forward" else None,
        ratios={side: Ratio(share, share, share) for side, share in shares.items()},
        goal=case.goal if is_asked else None,
        peak_goal=case.peak_goal if is_asked else None,
    )


def main(instruction_set: str) -> None:
    """Print the results as one line of JSON."""
    if assay.build_info()["instruction_set"] != instruction_set:
        print("[]")
        return
    rows = [_here(case, instruction_set) for case in CASES]
    print(json.dumps([{**row.__dict__, "ratios": _plain(row)} for row in rows]))


def _plain(row: Result) -> dict[str, dict[str, float]]:
    return {side: ratio.__dict__ for side, ratio in row.ratios.items()}


if __name__ == "__main__":
    main(sys.argv[1])
