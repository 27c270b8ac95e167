"""Reading arguments leaves nothing behind."""

import gc
import weakref

from assay.engine.arguments import checked


class Held:
    """What a caller holds while it calls."""


@checked
def asked(value: int | tuple[int, ...] | str | None) -> str:
    """Take what is read last of all that may be."""
    return str(value)


def call():
    held = Held()
    assert asked("a text") == "a text"
    return weakref.ref(held)


def test_a_call_keeps_nothing_of_its_callers_alive():
    """Oracle: what only a frame holds is gone with it, before any collection of cycles."""
    call()
    gc.disable()
    try:
        assert call()() is None
    finally:
        gc.enable()
