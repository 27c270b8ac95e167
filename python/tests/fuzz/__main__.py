"""Run all targets, or those that are named: `python -m fuzz [SECONDS] [SEED] [TARGET …]`.

Every target has a process of its own, so that a crash is a finding like any other.
"""

import importlib
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def targets():
    """Return the names of the targets."""
    return sorted(path.stem.removeprefix("fuzz_") for path in FOLDER.glob("fuzz_*.py"))


def main(arguments):
    """Split the seconds between the targets; the status says whether all of them held."""
    if arguments[:1] == ["--target"]:
        name, seconds, seed = arguments[1:]
        print(importlib.import_module(f"fuzz.fuzz_{name}").run(float(seconds), int(seed)))
        return 0
    seconds = float(arguments[0]) if arguments else 60.0
    seed = int(arguments[1]) if len(arguments) > 1 else 0
    names = arguments[2:] or targets()
    failed = []
    for name in names:
        command = [sys.executable, "-B", "-m", "fuzz", "--target", name]
        share = [str(seconds / len(names)), str(seed)]
        # Rust writes a page to standard error for every panic that is caught.
        done = subprocess.run([*command, *share], stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            failed.append(name)
            print(f"{name}: status {done.returncode}\n{done.stderr[-3000:]}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
