"""The version stands in `python/assay/_version.py`; this puts it where else it is written.

version.py           write it everywhere
version.py 0.2.0     the same, after changing it
version.py --check   say where it is another
version.py --is 0.2.0   say whether it is this one
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "python" / "assay" / "_version.py"
#: Every other place, with what stands around the version there.
PLACES = {
    "Sources/Values/Version.swift": r'(engineVersion = ")([^"]+)(")',
    "CITATION.cff": r"(^version: )(\S+)($)",
}
_HERE = r'(__version__ = ")([^"]+)(")'


def current() -> str:
    """Return the version."""
    return found(SOURCE, _HERE)


def found(path: Path, pattern: str) -> str:
    """Return the version that a file speaks of."""
    match = re.search(pattern, path.read_text("utf-8"), re.MULTILINE)
    if match is None:
        raise SystemExit(f"{path}: expected a version")
    return match[2]


def others() -> dict[str, str]:
    """Return the places that speak of another version."""
    known = {name: found(ROOT / name, pattern) for name, pattern in PLACES.items()}
    return {name: version for name, version in known.items() if version != current()}


def write(version: str) -> None:
    """Put a version everywhere."""
    for path, pattern in [(SOURCE, _HERE), *((ROOT / n, p) for n, p in PLACES.items())]:
        text = path.read_text("utf-8")
        path.write_text(re.sub(pattern, rf"\g<1>{version}\g<3>", text, flags=re.MULTILINE), "utf-8")


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--is"]:
        print(current())
        return int(arguments[1:] != [current()] or bool(others()))
    if arguments == ["--check"]:
        for name, version in others().items():
            print(f"{name}: {version}, not {current()}")
        return int(bool(others()))
    if arguments and not re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", arguments[0]):
        raise SystemExit(f"expected a version such as 0.2.0, found {arguments[0]!r}")
    write(arguments[0] if arguments else current())
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
