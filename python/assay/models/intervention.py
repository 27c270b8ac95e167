"""Interventions: what to change inside the model while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from assay.engine.arguments import checked
from assay.engine.arrays import converted, to_numpy
from assay.engine.errors import InputError, InputTypeError

#: One index, several, or None for all of them.
Indices: TypeAlias = int | Sequence[int] | None


@dataclass(frozen=True, eq=False)
class Intervention:
    """One change to a forward pass; made by the constructors below and passed to `predict`.

    It acts on the attention patterns of the chosen `layers`, `heads`, `queries` and `keys`
    (`None` means all), or on the named `site` (`Model.sites()` lists them). Several act in the
    order of the list. None lets a query attend to what a causal mask or a window hides from it.

    >>> Intervention.knock_out(layers=[0], keys=[3])
    <Intervention knock_out keys=[3] layers=[0] renormalise=True>
    """

    kind: str
    record: dict[str, Any]

    def __repr__(self) -> str:
        shown = (
            f"{name}={'array' if name == 'value' else value}"
            for name, value in sorted(self.record.items())
            if value is not None and name != "kind"
        )
        return f"<Intervention {' '.join((self.kind, *shown))}>"

    @staticmethod
    @checked
    def replace(
        layer: int,
        pattern: ArrayLike,
        *,
        heads: Indices = None,
        queries: Indices = None,
    ) -> Intervention:
        """Put `pattern` in place of a layer's attention, or of the heads and queries chosen.

        `pattern` is [heads, queries, keys] over what was chosen, or [queries, keys] for every
        chosen head alike. Weight on a key that its query cannot see is an `OptionError`.
        """
        return _make("replace", None, layer, heads, queries, None, value=_value(pattern))

    @staticmethod
    @checked
    def uniform(
        *, layers: Indices = None, heads: Indices = None, queries: Indices = None
    ) -> Intervention:
        """Let the chosen queries attend to every key that they see alike."""
        return _make("uniform", None, layers, heads, queries, None)

    @staticmethod
    @checked
    def permute(
        *,
        seed: int = 0,
        layers: Indices = None,
        heads: Indices = None,
        queries: Indices = None,
        keys: Indices = None,
    ) -> Intervention:
        """Shuffle the attention weights of each chosen row over its keys."""
        return _make("permute", None, layers, heads, queries, keys, seed=seed)

    @staticmethod
    @checked
    def scale(
        *,
        keys: Indices = None,
        factor: float,
        queries: Indices = None,
        layers: Indices = None,
        heads: Indices = None,
    ) -> Intervention:
        """Multiply the attention paid to `keys` by `factor`; rows then no longer sum to 1."""
        return _make("scale", None, layers, heads, queries, keys, factor=float(factor))

    @staticmethod
    @checked
    def move(
        *,
        keys: Indices,
        to: int,
        queries: Indices = None,
        layers: Indices = None,
        heads: Indices = None,
    ) -> Intervention:
        """Pour the attention paid to `keys` onto the key `to`; rows still sum to 1.

        A query that cannot see `to` keeps its attention.
        """
        return _make("move", None, layers, heads, queries, keys, to=int(to))

    @staticmethod
    @checked
    def knock_out(
        *,
        keys: Indices = None,
        queries: Indices = None,
        layers: Indices = None,
        heads: Indices = None,
        renormalise: bool = True,
    ) -> Intervention:
        """Set the attention paid to `keys` to zero; with `renormalise` the others take it over."""
        return _make("knock_out", None, layers, heads, queries, keys, renormalise=renormalise)

    @staticmethod
    @checked
    def patch(site: str, value: ArrayLike, *, tokens: Indices = None) -> Intervention:
        """Put another run's activation in place of a named site's: `value` has its shape.

        With `tokens` only those rows change, and `value` has one row for each of them.
        """
        return _make("patch", site, None, None, None, tokens, value=_value(value))


#: One intervention, a list for every input, or one list per input.
Interventions: TypeAlias = (
    Intervention | Sequence[Intervention] | Sequence[Sequence[Intervention]] | None
)


def per_item(interventions: Interventions, count: int) -> list[list[dict[str, Any]]]:
    """Return one list of intervention records for each of `count` inputs.

    Raises:
        InputTypeError: something in the list is not an `Intervention`.
        InputError: there is one list per input, but not for every input.
    """
    if interventions is None:
        return [[] for _ in range(count)]
    if isinstance(interventions, Intervention):
        interventions = [interventions]
    items = list(interventions)
    if not any(isinstance(item, list | tuple) for item in items):
        return [[_record(item) for item in items]] * count
    if len(items) != count:
        raise InputError.of("interventions", f"one list for each of {count} inputs", len(items))
    nested: list[list[dict[str, Any]]] = []
    for item in items:
        if not isinstance(item, list | tuple):
            raise InputTypeError.of("interventions", "lists only, or interventions only", "both")
        nested.append([_record(one) for one in item])
    return nested


def _record(item: object) -> dict[str, Any]:
    if not isinstance(item, Intervention):
        raise InputTypeError.of("interventions", "an assay.Intervention", type(item).__name__)
    return item.record


def _value(value: ArrayLike) -> Any:
    return converted(to_numpy(value, "value"), "value")


def _make(
    kind: str,
    site: str | None,
    layers: Indices,
    heads: Indices,
    queries: Indices,
    keys: Indices,
    **rest: Any,
) -> Intervention:
    chosen = {"layers": layers, "heads": heads, "queries": queries, "keys": keys}
    record = {name: _indices(value, name) for name, value in chosen.items()}
    return Intervention(kind, {"kind": kind, "site": site, **record, **rest})


def _indices(value: Indices, name: str) -> list[int] | None:
    if value is None:
        return None
    return [int(one) for one in ([value] if isinstance(value, int | np.integer) else value)]
