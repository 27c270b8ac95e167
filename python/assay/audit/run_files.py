"""The files of a run by their exact names, each with a hash that holds in this run alone.

A file appears under its name only when it is whole, and its hash a moment before. What does not
match its hash was copied, edited or spoiled since.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assay.engine import disk
from assay.engine.errors import InputError

FORMAT = "assay.audit/3"
#: What the results depend on; the rest of a manifest only says how they came about.
DECISIVE = ("format", "configuration", "model", "data", "engine")
#: The files that a run writes beside its parts.
MANIFEST, ANSWER, REPORT, LOCK = "manifest.json", "answer.json", "report.html", "lock"
_PART = re.compile(r"part-([0-9]{6,})\.parquet")


class RunFiles:
    """What a run writes into its folder, and what it knows of that afterwards."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts = path / "parts"
        self.hashes = path / "hashes"
        self._run: str | None = None

    def manifest(self) -> dict[str, Any]:
        """Return what the run is of.

        Raises:
            InputError: there is no run in the folder.
        """
        try:
            record = disk.json_of(disk.read(self.path / MANIFEST))
        except (OSError, ValueError) as error:
            raise InputError(f"{self.path}: expected an audit's run folder ({error})") from error
        found = record.get("format") if isinstance(record, dict) else None
        if not isinstance(found, str) or not found.startswith("assay.audit/"):
            raise InputError.of(self.path, "an audit's run folder", "other files")
        return dict(record)

    def start(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest of a run that begins; its files are hashed with it from now on."""
        self._run = _identity(manifest)
        self.write({MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"})

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files by name.

        Raises:
            InputError: the folder is no longer there.
            OSError: the disk is full, or will not be written to.
        """
        try:
            with disk.staged() as staged:
                for name, content in files.items():
                    raw = disk.encoded(content)
                    seal = self._hash(name, raw) + "\n"
                    staged.write(self.hashes / hash_of(name), seal, beside=self.path)
                    staged.write(self.place(name), raw, beside=self.path)
        except FileNotFoundError as error:
            raise InputError.of(
                self.path, "the run folder", "it removed or moved away", about="out"
            ) from error

    def own(self, name: str) -> bytes:
        """Return the content of a file that this run has written.

        Raises:
            InputError: it was copied, edited or spoiled since.
            FileNotFoundError: there is none.
        """
        place = self.place(name)
        data = known = b""
        try:
            data = disk.read(place)
            known = disk.read(self.hashes / hash_of(name))
        except FileNotFoundError:
            if not os.path.lexists(place):
                raise
        except OSError as error:
            raise InputError(f"{place}: {error}", subject="out") from error
        if known != f"{self._hash(name, data)}\n".encode():
            raise InputError.of(
                place,
                "what the run has written",
                "it changed since; give the same data again to compute it again, or "
                "resume=False to start over",
                about="out",
            )
        return data

    def is_sound(self, name: str) -> bool:
        """Tell whether a file is there and what this run has written."""
        try:
            self.own(name)
        except (InputError, OSError):
            return False
        return True

    def _hash(self, name: str, data: bytes) -> str:
        if self._run is None:
            self._run = _identity(self.manifest())
        return hashlib.sha256(f"{self._run}\n{name}\n".encode() + data).hexdigest()

    def listed(self) -> dict[int, str]:
        """Return the names of what may be parts, by shard."""
        names = sorted(item.name for item in self.parts.iterdir()) if self.parts.is_dir() else []
        matches = [(_PART.fullmatch(name), name) for name in names]
        found = [(int(match[1]), name) for match, name in matches if match]
        return {shard: name for shard, name in found if name == part(shard)}

    def remove(self, shards: int) -> None:
        """Remove the answer and the parts of that many shards, with their hashes."""
        names = [ANSWER, REPORT, *(name for place, name in self.listed().items() if place < shards)]
        disk.remove([self.place(name) for name in names])
        if self.hashes.is_dir():
            disk.remove([self.hashes / hash_of(name) for name in names])

    def place(self, name: str) -> Path:
        """Return where a file of the run stands."""
        return (self.parts if _PART.fullmatch(name) else self.path) / name


def part(shard: int) -> str:
    """Return the name of a shard's part."""
    return f"part-{shard:06d}.parquet"


def hash_of(name: str) -> str:
    """Return the name of the file that holds another one's hash."""
    return f"{name}.sha256"


def is_partial(place: Path) -> bool:
    """Tell what a writer of ours left when it was killed."""
    return disk.PARTIAL.fullmatch(place.name) is not None and disk.is_regular(place)


def starts(manifest: Mapping[str, Any]) -> range:
    """Return the first rows of the shards of a run.

    Raises:
        InputError: the manifest does not say.
    """
    try:
        rows, size = manifest["data"]["rows"], manifest["configuration"]["shard_rows"]
        return range(0, rows, size)
    except (KeyError, TypeError, ValueError) as error:
        raise InputError.of(MANIFEST, "a run's", error) from error


def _identity(manifest: Mapping[str, Any]) -> str:
    """Return a hash of everything that the results of a run depend on."""
    decisive = json.dumps([manifest.get(part) for part in DECISIVE], sort_keys=True)
    return hashlib.sha256(decisive.encode()).hexdigest()
