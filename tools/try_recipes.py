"""Follows CONTRIBUTING in a scratch copy: adds a check, a method and a family, and tests them.

Each takes one new file, one line in its registry and one test file; nothing else is touched. The
contract tests must run once more each for the new entries, Python must offer them by name, and all
of them must hold. `make recipes` runs it; from nothing that takes two builds of the engine.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "tools" / "recipes"


class Recipe(NamedTuple):
    """One addition: where its file, its line and its test go."""

    name: str
    source: tuple[str, str]
    registry: str
    last: str
    line: str
    test: tuple[str, str]
    contract: str


RECIPES = (
    Recipe(
        "evenness",
        ("Evenness.swift", "Sources/Evidence/Checks/Evenness.swift"),
        "Sources/Evidence/Checks.swift",
        "    Plausibility(),\n",
        "    Evenness(),\n",
        ("test_check_evenness.py", "python/tests/ask/test_check_evenness.py"),
        "everyCheckTellsATrueMapFromAWrongOne",
    ),
    Recipe(
        "embedding_norm",
        ("EmbeddingNorm.swift", "Sources/Attribution/Methods/EmbeddingNorm.swift"),
        "Sources/Attribution/Methods.swift",
        "    LIME(),\n",
        "    EmbeddingNorm(),\n",
        ("EmbeddingNormTests.swift", "Tests/AttributionTests/EmbeddingNormTests.swift"),
        "everyExplainedPositionHasOneFiniteScore",
    ),
    Recipe(
        "sirocco",
        ("Sirocco.swift", "Sources/Models/Families/Sirocco.swift"),
        "Sources/Models/Families/Families.swift",
        "make: AttentionClassifier.init),\n",
        '    Family(name: "sirocco", summary: "Mistral by another name", source: "nobody",\n'
        "      make: Sirocco.make),\n",
        # A family's test is its fixture: a checkpoint, and the numbers of another library.
        ("", "Tests/Fixtures/sirocco-24x4"),
        "outputsAndHiddenStatesEqualTorchs",
    ),
)


def copy(scratch: Path) -> None:
    """Copy what git knows of this tree, as it is now."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (scratch / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, scratch / name)
    run(scratch, "git", "init", "-q")
    run(scratch, "git", "add", "-A")


def follow(recipe: Recipe, scratch: Path) -> None:
    """Add one file, one line and one test."""
    text, place = recipe.source
    shutil.copy2(TEXTS / text, scratch / place)
    registry = scratch / recipe.registry
    known = registry.read_text("utf-8")
    if known.count(recipe.last) != 1:
        sys.exit(f"{recipe.registry}: the line before the new one is not there: {recipe.last!r}")
    registry.write_text(known.replace(recipe.last, recipe.last + recipe.line), "utf-8")
    text, place = recipe.test
    if text:
        shutil.copy2(TEXTS / text, scratch / place)
        return
    shutil.copytree(scratch / "Tests/Fixtures/mistral-24x4", scratch / place)
    configuration = scratch / place / "config.json"
    fields = json.loads(configuration.read_text("utf-8")) | {"model_type": recipe.name}
    configuration.write_text(json.dumps(fields, indent=2) + "\n", "utf-8")


def run(where: Path, *command: str, **variables: str) -> str:
    """Run a command; its output, or the end where it fails."""
    done = subprocess.run(
        command, cwd=where, text=True, check=False, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, env=os.environ | variables,
    )  # fmt: skip
    if done.returncode:
        sys.exit(f"{' '.join(command)}: status {done.returncode}\n{done.stdout[-6000:]}")
    return done.stdout


def cases(output: str, test: str) -> int:
    """Return over how many entries a contract test ran."""
    found = re.search(rf"{test}\([^)]*\) with (\d+) test cases passed", output)
    if not found:
        sys.exit(f"{test} did not pass:\n{output[-6000:]}")
    return int(found.group(1))


def touched(scratch: Path) -> list[str]:
    """Return what the recipes changed or added, a folder of new files as one."""
    return sorted(
        line[3:].rstrip("/")
        for line in run(scratch, "git", "status", "--porcelain").splitlines()
        if line[1] != " "
    )


def main() -> None:
    """Follow the recipes and test what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--scratch", type=Path, help="a folder to work in; kept (a new one, removed)"
    )
    given = parser.parse_args().scratch
    with tempfile.TemporaryDirectory() as temporary:
        scratch = given or Path(temporary)
        scratch.mkdir(parents=True, exist_ok=True)
        copy(scratch)
        pattern = "|".join(
            [*(one.contract for one in RECIPES), "EmbeddingNormTests", "everyFamilyHasAFixture"]
        )
        test = ("swift", "test", "--filter", pattern)
        before = run(scratch, *test)
        for recipe in RECIPES:
            follow(recipe, scratch)
        wanted = sorted(
            place for one in RECIPES for place in (one.source[1], one.registry, one.test[1])
        )
        if touched(scratch) != wanted:
            sys.exit(f"touched {touched(scratch)}, expected {wanted}")
        run(scratch, "swift", "format", "lint", "--strict", *(one.source[1] for one in RECIPES))
        after = run(scratch, *test)
        for recipe in RECIPES:
            was, now = cases(before, recipe.contract), cases(after, recipe.contract)
            print(f"{recipe.name}: {recipe.contract} ran over {was} entries, now {now}")
            if now != was + 1:
                sys.exit("the contract test does not see the new entry")
        run(scratch, sys.executable, "setup.py", "-q", "build_ext", "--inplace")
        python = {"PYTHONPATH": str(scratch / "python")}
        tests = ("python/tests/ask", "python/tests/test_package.py", "python/tests/test_readme.py")
        print(run(scratch, sys.executable, "-m", "pytest", "-q", *tests, **python)[-200:])
        script = (
            "import assay; assert 'evenness' in assay.checks(); "
            "assert 'embedding_norm' in assay.methods(); assert 'sirocco' in assay.families(); "
            "print(assay.explain(assay.load('demo'), 'a dull mess', method='embedding_norm'))"
        )
        print(run(scratch, sys.executable, "-c", script, **python))
        for recipe in RECIPES:
            print(
                f"{recipe.name}: {recipe.source[1]}, a line in {recipe.registry}, {recipe.test[1]}"
            )


if __name__ == "__main__":
    main()
