"""Folders that are ours, and files in them that are there whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import assay


def write(files: Mapping[Path, str]) -> None:
    """Write some files; all of them take their names when the last one is on the disk."""
    waiting = {place.with_name(f".assay-{os.getpid()}-{place.name}.tmp"): place for place in files}
    try:
        for temporary, place in waiting.items():
            with temporary.open("x", encoding="utf-8", errors="replace", newline="") as file:
                file.write(files[place])
                file.flush()
                os.fsync(file.fileno())
        for temporary, place in waiting.items():
            temporary.replace(place)
    finally:
        for temporary in waiting:
            temporary.unlink(missing_ok=True)


def claim(folder: Path, name: str, first: Mapping[str, Any]) -> dict[str, Any]:
    """Make a folder ours, which the file `name` says of it from then on; return what that says.

    Raises:
        InputError: the folder holds something else than what `first` has the keys of.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path, found = folder / name, None
    if path.is_file() and not path.is_symlink():
        try:
            found = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError):
            found = None
    if isinstance(found, dict) and set(first) <= set(found):
        return found
    if any(folder.iterdir()):
        raise assay.InputError(
            f"{folder}: expected a new folder or one with our {name}, found other files",
            subject="output",
        )
    write({path: json.dumps(first) + "\n"})
    return dict(first)
