"""The public Swift surface: a committed list of its names, comments on all, and pages that hold.

Reads the modules that `swift build` made, so nothing is compiled again.

    python tools/swift_api.py check     # the list is up to date, every name says what it is
    python tools/swift_api.py update    # write the list anew
    python tools/swift_api.py docs      # the DocC catalogue without a warning, its code holds
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
UMBRELLA = ROOT / "Sources/Assay/Assay.swift"
CATALOGUE = ROOT / "Sources/Assay/Assay.docc"
LIST = ROOT / "docs/swift-api.txt"
#: Pages whose Swift code has to type-check beside those of the catalogue.
PAGES = (ROOT / "README.md", ROOT / "docs/swift.md")
#: What code of a page may take for granted.
GIVEN = "import Assay\nimport Foundation\n"


def modules() -> list[str]:
    """Return the modules that one import brings."""
    return ["Assay", *re.findall(r"^@_exported import (\w+)", UMBRELLA.read_text(), re.MULTILINE)]


def flags(build: Path) -> list[str]:
    """Return what a compiler needs to find the modules."""
    headers = next(build.glob("CPUFeatures.build/module.modulemap"))
    return ["-I", str(build / "Modules"), "-Xcc", f"-fmodule-map-file={headers}"]


def run(*command: str) -> str:
    """Run a command and return what it says, errors included.

    Raises:
        SystemExit: it failed.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:2])} failed\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def extract(build: Path, folder: Path) -> list[dict[str, Any]]:
    """Write the symbol graphs of every module and return their public symbols."""
    target = json.loads(run("swiftc", "-print-target-info"))["target"]["unversionedTriple"]
    for module in modules():
        run(
            "swift-symbolgraph-extract", "-module-name", module, *flags(build), "-target", target,
            "-minimum-access-level", "public", "-skip-synthesized-members",
            "-output-dir", str(folder),
        )  # fmt: skip
    found: list[dict[str, Any]] = []
    for path in sorted(folder.glob("*.symbols.json")):
        module = path.name.split(".")[0]
        for symbol in json.loads(path.read_text())["symbols"]:
            found.append(symbol | {"module": module})
    return found


def listed(symbols: list[dict[str, Any]]) -> list[str]:
    """Return one line a symbol: where it is, and how it is declared."""
    lines = set()
    for symbol in symbols:
        declared = "".join(part["spelling"] for part in symbol["declarationFragments"])
        place = f"{symbol['module']}/{'/'.join(symbol['pathComponents'])}"
        lines.add(f"{place}: {' '.join(declared.split())}\n")
    return sorted(lines)


def check(symbols: list[dict[str, Any]]) -> None:
    """Compare the list and look for names without a comment.

    Raises:
        SystemExit: something differs.
    """
    silent = [one for one in symbols if not one.get("docComment", {}).get("lines")]
    for symbol in silent:
        print(f"{symbol['module']}: {'.'.join(symbol['pathComponents'])} has no comment")
    now, before = listed(symbols), LIST.read_text().splitlines(keepends=True)
    for line in difflib.unified_diff(before, now, str(LIST.relative_to(ROOT)), "sources", n=0):
        print(line, end="")
    if now != before:
        print("The public surface changed. Where that is meant: python tools/swift_api.py update")
    if silent or now != before:
        sys.exit(1)
    print(f"{len(now)} public Swift names, as listed, each with a comment")


def blocks(page: Path) -> Iterator[str]:
    """Yield the Swift code of a page, block by block; what begins with a manifest is none."""
    for code in re.findall(r"^```swift\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL):
        if "PackageDescription" not in code:
            yield re.sub(r"^import \w+\n", "", code, flags=re.MULTILINE)


def docs(build: Path, folder: Path) -> None:
    """Build the catalogue and type-check the code of every page.

    Raises:
        SystemExit: DocC warns, or a block does not type-check.
    """
    run(
        "docc", "convert", str(CATALOGUE), "--additional-symbol-graph-dir", str(folder),
        "--output-path", str(folder / "out"), "--fallback-display-name", "Assay",
        "--fallback-bundle-identifier", "assay", "--warnings-as-errors",
    )  # fmt: skip
    code = GIVEN
    pages = [*sorted(CATALOGUE.glob("*.md")), *(page for page in PAGES if page.exists())]
    count = 0
    for number, page in enumerate(pages):
        body = "".join(blocks(page))
        count += body != ""
        body = "".join(f"  {line}\n" for line in body.splitlines())
        code += f"\n// {page.name}\nfunc page{number}() async throws {{\n{body}}}\n"
    file = folder / "Pages.swift"
    file.write_text(code)
    run("swiftc", "-typecheck", "-swift-version", "6", *flags(build), str(file))
    print(f"DocC without a warning; the code of {count} pages type-checks")


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=["check", "update", "docs"])
    parser.add_argument("--build", type=Path, default=ROOT / ".build/debug")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        symbols = extract(given.build, folder)
        if given.task == "update":
            LIST.write_text("".join(listed(symbols)))
        elif given.task == "check":
            check(symbols)
        else:
            docs(given.build, folder)


if __name__ == "__main__":
    main()
