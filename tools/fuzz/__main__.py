"""`python -m tools.fuzz [--seconds 60] [--start 0] [--only fit]`: what no input may do.

Cases are numbered and each is the same on every machine: `--start 4711 --count 1` repeats one. They
run in a child process, so that one that dies or hangs is noted and the next one runs.
"""

from __future__ import annotations

import argparse
import collections
import faulthandler
import os
import select
import subprocess
import sys
import time

#: A case that says nothing for so long hangs.
PATIENCE = 30.0


def child(start: int, only: str | None) -> None:
    """Run cases from a number on, one line before and one behind each."""
    from tools.fuzz.calls import case

    faulthandler.enable()
    seed = start
    while True:
        print(f"begin {seed}", flush=True)
        title, wrong = case(seed, only)
        print(f"end {seed} {title} | {wrong or 'fine'}", flush=True)
        seed += 1


class Run:
    """A child process and the case it is at."""

    def __init__(self, start: int, only: str | None) -> None:
        command = [sys.executable, "-B", "-m", "tools.fuzz", "--child", "--start", str(start)]
        self.process = subprocess.Popen(
            command + (["--only", only] if only else []),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        self.output = self.process.stdout
        self.rest = b""

    def line(self, deadline: float) -> str | None:
        """Return the next line; None where the child has ended or says nothing."""
        while b"\n" not in self.rest:
            ready, _, _ = select.select([self.output], [], [], max(0, deadline - time.monotonic()))
            got = os.read(self.output.fileno(), 65536) if ready else b""
            if not got:
                return None
            self.rest += got
        line, self.rest = self.rest.split(b"\n", 1)
        return line.decode(errors="replace")

    def end(self) -> str:
        """End the child; return how it ended and what it said last."""
        self.process.poll()
        status = self.process.returncode
        self.process.kill()
        _, errors = self.process.communicate()
        said = errors.decode(errors="replace")[-2000:]
        return f"{'hangs' if status is None else f'ended with status {status}'}\n{said}"


def main() -> int:
    """Run cases for so many seconds and say what went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--start", type=int, default=0)
    parser.add_argument("--count", type=int, default=10**9)
    parser.add_argument("--only", help="one operation, open or state")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        child(asked.start, asked.only)
    end = time.monotonic() + asked.seconds
    seed, problems, counts = asked.start, 0, collections.Counter[str]()
    while seed < asked.start + asked.count and time.monotonic() < end:
        run = Run(seed, asked.only)
        while seed < asked.start + asked.count and time.monotonic() < end:
            line = run.line(time.monotonic() + PATIENCE)
            if line is None:
                print(f"case {seed}: the process {run.end()}", flush=True)
                problems, seed = problems + 1, seed + 1
                break
            if line.startswith("end"):
                _, number, rest = line.split(" ", 2)
                title, wrong = rest.rsplit(" | ", 1)
                counts[title.split()[0]] += 1
                seed = int(number) + 1
                if wrong != "fine":
                    problems += 1
                    print(f"case {number}: {title}: {wrong}", flush=True)
        run.end()
    listed = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
    print(f"{sum(counts.values())} cases from {asked.start}, {problems} problems: {listed}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
