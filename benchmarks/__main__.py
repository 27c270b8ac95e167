"""Measure lines of the benchmark and write the page.

python -m benchmarks [--quick] [--no-memory] [--page-only] [LINE …]
"""

from __future__ import annotations

import argparse
import logging
import os
import warnings
from importlib import import_module
from importlib.util import find_spec

os.environ.setdefault("HF_HUB_OFFLINE", "1")


def main() -> None:
    """Run the lines that were asked for, or all of them."""
    from benchmarks.harness import page, result
    from benchmarks.harness.bench import Bench
    from benchmarks.lines import LINES

    known = [line for line in LINES if find_spec(f"benchmarks.{line}")]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("lines", nargs="*", metavar="LINE", help=", ".join(known))
    parser.add_argument("--quick", action="store_true", help="small models, few rounds, no page")
    parser.add_argument("--no-memory", action="store_true", help="leave out peak memory")
    parser.add_argument("--page-only", action="store_true", help="write the page from results")
    options = parser.parse_args()
    unknown = set(options.lines) - set(known)
    if unknown:
        parser.error(f"no such line: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    quiet_libraries()
    bench = Bench(quick=options.quick, memory=not options.no_memory)
    for line in [] if options.page_only else options.lines or known:
        module = import_module(f"benchmarks.{line}")
        print(f"\n# {module.TITLE}", flush=True)
        bench.line = line
        rows = module.measure(bench)
        if not options.quick:
            result.save(line, rows)
        bench.release()
    if not options.quick:
        page.write(known)


def quiet_libraries() -> None:
    """Keep progress bars and notices of the peers out of the table."""
    import onnxruntime
    import transformers

    warnings.simplefilter("ignore")
    logging.getLogger("transformers").setLevel(logging.ERROR)
    transformers.utils.logging.disable_progress_bar()
    onnxruntime.set_default_logger_severity(3)


if __name__ == "__main__":
    main()
