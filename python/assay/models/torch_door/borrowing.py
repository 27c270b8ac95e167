"""A module for the time of a run, and then as it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from assay.models.torch_door import inspection
from assay.models.torch_door.library import torch

_ATTENTION = "_attn_implementation_internal"
_NOTHING = object()


class Borrowed:
    """A module that runs with attention that can be seen, in evaluation mode, one at a time."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self._parts = list(module.modules())
        text = inspection.text_config(module)
        configs = [getattr(part, "config", None) for part in self._parts] + [text]
        self._configs = list({id(one): one for one in configs if hasattr(one, _ATTENTION)}.values())
        self._text = text
        self._lock = threading.RLock()
        devices = {str(one.device) for one in module.parameters()}
        self._devices = [one for one in devices if not one.startswith(("cpu", "meta"))]

    @contextmanager
    def __call__(self) -> Iterator[ExitStack]:
        """Lend the module; what the stack holds is undone before the rest."""
        with self._lock, ExitStack() as undo:
            undo.enter_context(torch().random.fork_rng(devices=self._devices))
            for part in self._parts:
                if part.training:
                    self._set(undo, part, "training", False)
            for config in self._configs:
                if getattr(config, _ATTENTION) != "eager":
                    self._set(undo, config, _ATTENTION, "eager")
            # Heads that look for the last token ask for a padding id, whatever it is.
            if getattr(self._text, "pad_token_id", 0) is None:
                self._set(undo, self._text, "pad_token_id", 0)
            with ExitStack() as inner:
                yield inner

    @staticmethod
    def _set(undo: ExitStack, owner: Any, name: str, value: object) -> None:
        before = owner.__dict__.get(name, _NOTHING)
        if before is _NOTHING:
            undo.callback(owner.__dict__.pop, name, None)
        else:
            undo.callback(owner.__dict__.__setitem__, name, before)
        owner.__dict__[name] = value
