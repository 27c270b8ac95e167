"""Peak memory of one task on one side, in a process of its own.

    python -m benchmarks.harness.memory assay|torch MODEL TASK TOKENS BATCH THREADS

Prints two numbers in megabytes: how far the resident set rose above that of the loaded model after
one prediction, and the largest resident set of the whole process. Linux only.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.harness import models


def status(name: str) -> float:
    """A line of /proc/self/status, in megabytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no {name} in /proc/self/status")


def main() -> None:
    side, name, task, tokens, batch, threads = sys.argv[1:7]
    ids = models.ids(int(tokens))
    if side == "assay":
        import assay
        from benchmarks.harness.ours import Ours

        assay.set_num_threads(int(threads))
        engine = Ours(name)
    else:
        import torch

        from benchmarks.harness.torch_peer import TorchPeer

        torch.set_num_threads(int(threads))
        engine = TorchPeer(name)
    engine.forward([ids])
    before = status("VmRSS")
    Path("/proc/self/clear_refs").write_text("5")
    work = getattr(engine, task)
    work(ids, int(batch)) if int(batch) else work(ids)
    peak = status("VmHWM")
    print(peak - before, peak)


if __name__ == "__main__":
    main()
