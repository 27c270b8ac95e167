"""Python in a process of its own, which may come to an end of its own."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "Tests" / "Fixtures"


def run(code, *, timeout=60):
    """Run code; return its status (below 0: a signal) and the end of what it said."""
    ran = subprocess.run(
        [sys.executable, "-B", "-X", "faulthandler", "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return ran.returncode, (ran.stdout + ran.stderr)[-2000:]
