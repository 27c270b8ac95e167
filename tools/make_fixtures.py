"""Make the golden data under Tests/Fixtures: `python tools/make_fixtures.py [name ...]`.

Needs torch, transformers, scipy, networkx and safetensors; none of them is needed to run the
tests. Without arguments everything is made.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch

from fixtures import FAMILIES, TABLES
from fixtures.case import write_case

ROOT = Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"


def main() -> None:
    """Write the chosen cases and tables and print the size of the folder."""
    cases = {case.name: case for family in FAMILIES.values() for case in family()}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join([*cases, *TABLES])}")
    parser.add_argument("--output", type=Path, default=ROOT)
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # tiny models: threads only wait for each other
    chosen = arguments.names or [*cases, *TABLES]
    unknown = sorted(set(chosen) - set(cases) - set(TABLES))
    if unknown:
        parser.error(f"unknown fixtures: {', '.join(unknown)}")
    for name in chosen:
        folder = arguments.output / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        if name in TABLES:
            TABLES[name](folder)
        else:
            write_case(cases[name], folder)
    files = [file for file in arguments.output.rglob("*") if file.is_file()]
    print(f"{len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
