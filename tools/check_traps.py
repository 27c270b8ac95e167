"""Rejects Swift that ends the process on data nobody checked; `make lint` runs it.

A trap in the engine kills the interpreter. What can trap is allowed where a comment on the line, or
on the one before, says why it cannot happen: `// trap: below 2⁶² by the guard above`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

#: Kernels are compiled unchecked and take what their callers checked; a developer's tool may end.
SKIPPED = ("Sources/Kernels", "Sources/TrainDemo")
#: Where bytes from outside become values: a broken invariant is not for `precondition` to find.
DOORS = ("Sources/Exports/", "Sources/Models/Checkpoint/")

INTEGER = r"\bU?Int(?:8|16|32|64)?\("
#: Conversions that cannot trap, whatever they are given.
SAFE = re.compile(
    INTEGER
    + r"(?:(?:exactly|clamping|truncatingIfNeeded|bitPattern|ascii|saturating)\s*:"
    + r"|U?Int(?:8|16|32|64)?\.(?:max|min)\)|(?:ASSAY|_SC|MAP)_\w+\)|\d[\d_xA-F]*\))"
)
#: What is bound only where there is a value is read from text, and nil where it is no number.
BOUND = re.compile(r"(?:\bguard|\bif|,) let \w+ = $")
#: Bits that a mask keeps below the width of any integer.
MASKED = re.compile(r"& (?:0x)?[0-9A-F]{1,2}\)")

RULES = (
    (re.compile(r"uniqueKeysWithValues"), "a key that comes twice traps: say which value stays"),
    (re.compile(r"\bas!|\btry!|\bfatalError\("), "an error of its type, or another structure"),
    (re.compile(r"[\w)\]]!(?![=\w])"), "no forced unwrapping"),
    (re.compile(r"\bwhile\b[^{]*[^=!<>]==[^=]"), "NaN equals nothing: a loop that ends by order"),
)


def code_of(line: str) -> str:
    """The line without its strings and its comment."""
    line = re.sub(r'"(?:\\.|[^"\\])*"', '""', line)
    return line.split("//", 1)[0]


def problems(path: Path) -> list[str]:
    """What one file must not say, with the lines."""
    found = []
    before = ""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        code = code_of(line)
        if "// trap:" not in line and "// trap:" not in before:
            said = [advice for pattern, advice in RULES if pattern.search(code)]
            for match in re.finditer(INTEGER, code):
                rest = code[match.start() :]
                is_read = BOUND.search(code[: match.start()])
                if not (is_read or SAFE.match(rest) or MASKED.search(rest)):
                    said.append("a number that does not fit traps: exactly, clamping, or a reason")
            if path.as_posix().startswith(DOORS) and re.search(r"\bprecondition", code):
                said.append("an error of its type, at a door")
            found += [f"{path}:{number}: {advice}: {line.strip()}" for advice in said]
        before = line
    return found


def main() -> int:
    """Look at every source of the engine."""
    found = [
        problem
        for path in sorted(Path("Sources").rglob("*.swift"))
        if not path.as_posix().startswith(SKIPPED)
        for problem in problems(path)
    ]
    print("\n".join(found), file=sys.stderr, end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
