"""A folder with one trained model: what decided it, and whether it is finished."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assay.engine import disk
from assay.engine.errors import InputError


class ModelFolder:
    """The place of a training that is known by its settings: finished, interrupted, or to be begun.

    `training.json` holds the settings and what the finished training reported; an interrupted one
    leaves its state beside a digest of its settings.
    """

    def __init__(self, place: Path, settings: Mapping[str, Any]) -> None:
        """Make the folder, or take one that was made so; nothing in it is touched.

        Raises:
            InputError: it holds something else.
        """
        claim(place)
        self.place = place
        self.state = place / "state.safetensors"
        self._settings = json.loads(json.dumps(settings))
        self._written = place / "training.json"
        self._name = place / "state.json"

    def facts(self) -> Mapping[str, Any] | None:
        """Return what a finished training with these settings reported; `None` if there is none."""
        found = _training(self._written) or {}
        facts: Mapping[str, Any] = found.get("facts") or {}
        return facts if found.get("settings") == self._settings else None

    def begin(self) -> bool:
        """Say whether a training with these settings was interrupted; forget any other's state."""
        text = json.dumps(self._settings, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        resumes = (
            self.state.is_file()
            and self._name.is_file()
            and self._name.read_bytes() == digest.encode()
        )
        if not resumes:
            disk.remove([self.state])
        disk.write(self._name, digest)
        return resumes

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write down that the training is finished."""
        report = json.dumps({"settings": self._settings, "facts": facts}, indent=2) + "\n"
        disk.write(self._written, report)
        disk.remove([self.state, self._name])


def claim(place: Path) -> None:
    """Make the folder of a training, which `training.json` says it is from then on.

    Raises:
        InputError: the folder holds something else.
    """
    place.mkdir(parents=True, exist_ok=True)
    written = place / "training.json"
    if _training(written) is not None:
        return
    if any(place.iterdir()):
        raise InputError(
            f"{place}: expected a new folder or that of a training, found other files",
            subject="output",
        )
    disk.write(written, json.dumps({"settings": None, "facts": None}) + "\n")


def _training(path: Path) -> dict[str, Any] | None:
    """Return what a training wrote; `None` if this is nothing that one wrote."""
    try:
        found = disk.json_of(disk.read(path), numbers=False)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and set(found) == {"settings", "facts"} else None
