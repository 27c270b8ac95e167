"""A folder with one trained model: what decided it, and whether it is finished."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class ModelFolder:
    """The place of a training that is known by its settings: finished, interrupted, or to be begun.

    `training.json` holds the settings and what the finished training reported; an interrupted one
    leaves its state beside a digest of its settings.
    """

    def __init__(self, place: Path, settings: Mapping[str, Any]) -> None:
        """Make the folder; nothing in it is touched."""
        place.mkdir(parents=True, exist_ok=True)
        self.place = place
        self.state = place / "state.safetensors"
        self._settings = json.loads(json.dumps(settings))
        self._written = place / "training.json"
        self._name = place / "state.json"

    def facts(self) -> Mapping[str, Any] | None:
        """Return what a finished training with these settings reported; `None` if there is none."""
        if not self._written.is_file():
            return None
        found = json.loads(self._written.read_text("utf-8"))
        facts: Mapping[str, Any] = found["facts"]
        return facts if found["settings"] == self._settings else None

    def begin(self) -> bool:
        """Say whether a training with these settings was interrupted; forget any other's state."""
        text = json.dumps(self._settings, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        resumes = (
            self.state.is_file()
            and self._name.is_file()
            and self._name.read_text("utf-8") == digest
        )
        if not resumes:
            self.state.unlink(missing_ok=True)
        self._name.write_text(digest, "utf-8")
        return resumes

    def finish(self, facts: Mapping[str, Any]) -> None:
        """Write down that the training is finished."""
        report = json.dumps({"settings": self._settings, "facts": facts}, indent=2) + "\n"
        self._written.write_text(report, "utf-8")
        self.state.unlink(missing_ok=True)
        self._name.unlink(missing_ok=True)
