"""Attention as other libraries hand it over, brought to one [heads, n, n] array a layer.

Rows are put where they belong and axes of length one are dropped; no number is changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.arrays import to_numpy
from assay.engine.asking import attribute
from assay.engine.errors import InputTypeError, ShapeError

#: What messages call the argument.
SUBJECT = "attentions"
_EAGER = (
    'transformers keeps attention with attn_implementation="eager" alone: load the model with it, '
    'or call model.set_attn_implementation("eager")'
)
#: Where the outputs of transformers keep attention that a token pays to its own sequence.
_FIELDS = ("attentions", "encoder_attentions", "decoder_attentions")
_NUMBER = re.compile(r"\d+")


def layers(value: object, subject: str = SUBJECT) -> object:
    """Return attention of one input as layers [heads, n, n], or as the array that it was.

    An array of four axes stays as it is, so that nothing of it is copied. Taken are tuples of
    layers with or without a batch of one, an array of them with that axis, one tuple for each step
    of `generate()`, the outputs that hold them, what hooks of attention modules kept, and mappings
    from a layer's name to its attention.

    Raises:
        InputTypeError: there is no attention in it; the message says how to get it.
        ShapeError: it is of several inputs, of other tokens (cross-attention), or does not fit.
    """
    value = _inside(value, subject)
    if isinstance(value, list | tuple):
        value = [_hooked(one) for one in value]
    if not isinstance(value, list | tuple):
        if attribute(value, "ndim") == 5 and value.shape[1] == 1:  # type: ignore[attr-defined]
            return to_numpy(value, subject)[:, 0]
        return _square(value, subject)
    if not value:
        raise InputTypeError.of(subject, "attention maps", f"none; {_EAGER}")
    _require_numbers(value, subject)
    if all(isinstance(step, list | tuple) and _is_layer(step) for step in value):
        return _steps(value, subject)
    if not all(_has_axes(one) for one in value):
        return value
    found = [_one_input(one, subject) for one in value]
    if len({one.shape for one in found}) > 1:
        shapes = ", ".join(sorted({str(one.shape) for one in found}))
        raise ShapeError.of(subject, "layers of one shape", f"shapes {shapes}")
    _square(found[0][None], subject)
    return found


def _inside(value: object, subject: str) -> object:
    """Return what an output or a mapping holds."""
    if isinstance(value, np.ndarray | list | tuple):
        return value
    cached = attribute(value, "cache_dict")  # TransformerLens wraps a mapping in an ActivationCache
    value = cached if isinstance(cached, Mapping) else value
    if isinstance(value, Mapping):
        held = {name: value[name] for name in _FIELDS if value.get(name) is not None}
        if held or "logits" in value:
            return _only(held, subject)
        hooked = {name: _hooked(one) for name, one in value.items()}
        named = {name: one for name, one in hooked.items() if _has_axes(one)}
        patterns = {name: one for name, one in named.items() if "pattern" in str(name)} or named
        return [patterns[name] for name in sorted(patterns, key=_in_order)]
    held = {name: one for name in _FIELDS if (one := attribute(value, name)) is not None}
    return _only(held, subject) if held or _is_output(value) else value


def _hooked(value: Any) -> Any:
    """Return the attention of what an attention module returned: its states, then its weights.

    The states have an axis less; in a step of `generate()` all have the same.
    """
    if not isinstance(value, list | tuple):
        return value
    axes = [one.ndim if _has_axes(one) else 0 for one in value]
    if axes.count(4) == 1 and axes.count(3) == 1:
        return value[axes.index(4)]
    return value


def _is_output(value: object) -> bool:
    return not _has_axes(value) and attribute(value, "to_tuple") is not None


def _only(held: Mapping[str, object], subject: str) -> object:
    if not held:
        found = f"an output without any; call the model with output_attentions=True ({_EAGER})"
        raise InputTypeError.of(subject, "attention", found)
    if len(held) > 1:
        found = f"several kinds; take one of them: {', '.join(f'.{name}' for name in held)}"
        raise InputTypeError.of(subject, "attention of one kind", found)
    return next(iter(held.values()))


def _in_order(name: object) -> tuple[list[int], str]:
    return [int(digits) for digits in _NUMBER.findall(str(name))], str(name)


def _require_numbers(value: Sequence[Any], subject: str) -> None:
    flat = [one for step in value for one in (step if isinstance(step, list | tuple) else [step])]
    empty = [place for place, one in enumerate(flat) if one is None]
    if empty and len(empty) == len(flat):
        raise InputTypeError.of(subject, "attention maps", f"None for every layer; {_EAGER}")
    if empty and any(_has_axes(one) for one in flat):
        found = f"None for {', '.join(map(str, empty[:8]))}; leave out layers without attention"
        raise InputTypeError.of(subject, "attention maps for all layers", found)


def _has_axes(value: object) -> bool:
    return isinstance(attribute(value, "ndim"), int)


def _is_layer(step: Sequence[Any]) -> bool:
    return len(step) > 0 and all(_has_axes(one) and one.ndim >= 3 for one in step)


def _one_input(value: object, subject: str) -> NDArray[Any]:
    """Return a layer [heads, queries, keys] of a batch of one."""
    array = to_numpy(value, subject)
    if array.ndim == 4 and len(array) == 1:
        array = array.reshape(array.shape[1:])
    if array.ndim == 4:
        found = f"{len(array)}; take one of them: tuple(layer[i] for layer in attentions)"
        raise ShapeError.of(subject, "attention of one input", found)
    if array.ndim != 3:
        raise ShapeError.of(subject, "[heads, n, n] for a layer", f"shape {array.shape}")
    return array


def _steps(value: Sequence[Sequence[Any]], subject: str) -> object:
    """Put the rows of the steps of `generate()` below each other.

    The first step attends from the whole prompt, every further one from the token that the step
    before it gave; later keys than a row's own have no attention.
    """
    steps = [[_one_input(layer, subject) for layer in step] for step in value]
    if len({len(step) for step in steps}) > 1:
        raise ShapeError.of(subject, "as many layers in every step", "others")
    count = sum(step[0].shape[1] for step in steps)
    result = []
    for layer in zip(*steps, strict=True):
        heads = layer[0].shape[0]
        whole = np.zeros((heads, count, count), np.result_type(*layer))
        start = 0
        for rows in layer:
            stop = start + rows.shape[1]
            if rows.shape[0] != heads or rows.shape[2] != stop:
                raise ShapeError.of(
                    subject,
                    f"{stop} keys in the step of tokens {start} to {stop - 1}, as generate() with "
                    "num_beams=1 and without a static cache has them",
                    f"shape {rows.shape}",
                )
            whole[:, start:stop, :stop] = rows
            start = stop
        result.append(whole)
    return result


def _square(value: object, subject: str) -> object:
    shape = attribute(value, "shape", ())
    if len(shape) == 4 and shape[2] != shape[3]:
        raise ShapeError.of(
            subject,
            "attention from tokens to themselves, [layers, heads, n, n]",
            f"shape {tuple(shape)}, of {shape[2]} tokens to {shape[3]} others; rollout and flow "
            "follow self-attention (encoder_attentions or decoder_attentions), and a row of "
            "cross-attention, layer[0, head, token], is an `explanation` of assay.verify",
        )
    return value
