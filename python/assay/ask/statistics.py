"""Plain arrays in, from any model: agreement of scores, rollout and flow of attention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assay.engine import door
from assay.engine.arguments import checked
from assay.engine.arrays import held, shared, to_numpy, vector
from assay.engine.errors import InputError, OptionError, ShapeError
from assay.engine.progress import Progress
from assay.inputs.handed import attentions as handed
from assay.results import records
from assay.results.samples import Agreement


@checked
def agreement(
    a: ArrayLike,
    b: ArrayLike,
    *,
    statistics: Sequence[str] = ("kendall", "spearman", "top_k_overlap"),
    k: int | None = None,
    draws: int = 199,
    seed: int = 0,
) -> Agreement:
    """Compare two score vectors [n], in float64 whatever their type.

    Args:
        a: the first scores; a list, an array, a tensor.
        b: the second scores, of the same length.
        statistics: names of METHODS section 4.
        k: how many top positions `top_k_overlap` compares; by default what fits the length.
        draws: how many random rankings give the noise floor; 0 for none.
        seed: keys the draws of the noise floor.

    Raises:
        InputError: the lengths differ, or a score is not finite.
        OptionError: no such statistic, or k out of range.

    >>> import assay
    >>> assay.agreement([3, 1, 2], [30, 10, 20])["kendall"].value
    1.0
    >>> assay.agreement([1, 1, 1], [1, 2, 3])["kendall"].value is None
    True
    """
    first, second = vector(a, "a"), vector(b, "b")
    if len(first) != len(second):
        raise InputError.of("b", f"{len(first)} scores, as many as in a", len(second))
    names = [statistics] if isinstance(statistics, str) else list(statistics)
    record = {"a": first, "b": second, "statistics": names, "k": k, "draws": draws, "seed": seed}
    answer = door.call("agreement", record)
    measured = {"statistics": {name: answer[name] for name in dict.fromkeys(names)}}
    return records.read(Agreement, {"seed": seed} | answer | measured)


@checked
def rollout(
    attentions: ArrayLike | object,
    *,
    head_fusion: str = "mean",
    residual: float = 0.5,
    normalization: str = "none",
    copy: bool = False,
) -> NDArray[np.float32]:
    """Trace attention through the layers (Abnar & Zuidema 2020): [n, n].

    Rows sum to 1 unless they are normalised.

    Args:
        attentions: [layers, heads, n, n], rows are queries; a list of [heads, n, n]; or attention
            as transformers gives it: the output, its tuple of layers with a batch of one, or a
            tuple for each step of `generate()`.
        head_fusion: `mean`, `max` or `min` over heads.
        residual: the share of the identity in each layer.
        normalization: `receptive_field` divides by what attention uniform over the keys that each
            query sees would give: causal models favour early tokens, which more queries see.
        copy: convert arrays that the engine cannot read in place, instead of refusing them.

    Raises:
        ShapeError: not four axes, not square, or a layout that needs `copy=True`.
        OptionError: `head_fusion`, `residual` or `normalization` out of range.

    >>> import assay, numpy as np
    >>> assay.rollout(np.full((2, 1, 2, 2), 0.5, np.float32))
    array([[0.625, 0.375], [0.375, 0.625]], dtype=float32)
    """
    record = _attention_record(attentions, head_fusion, residual, normalization, copy)
    return cast("NDArray[np.float32]", door.call("rollout", record)["rollout"])


@checked
def flow(
    attentions: ArrayLike | object,
    sources: int | Sequence[int] | None = None,
    *,
    head_fusion: str = "mean",
    residual: float = 0.5,
    normalization: str = "none",
    copy: bool = False,
    progress: Progress = None,
) -> NDArray[np.float64]:
    """Return the true maximum flow of attention to each input (Abnar & Zuidema 2020).

    The capacities are the same residual-mixed maps that `rollout` multiplies. A flow is at most 1
    and at most what the first layer lets into its input; with dense attention it reaches that
    bound after about six layers, stops depending on the source and ties.

    Args:
        attentions: [layers, heads, n, n], rows are queries; a list of [heads, n, n]; or attention
            as transformers gives it: the output, its tuple of layers with a batch of one, or a
            tuple for each step of `generate()`.
        sources: a position of the last layer, several, or `None` for all of them.
        head_fusion: `mean`, `max` or `min` over heads.
        residual: the share of the identity in each layer.
        normalization: `receptive_field` divides by what attention uniform over the keys that each
            query sees would give: causal models favour early tokens, which more queries see.
        copy: convert arrays that the engine cannot read in place, instead of refusing them.
        progress: True for a bar, or a function of (fraction, stage).

    Returns:
        [n] for one source, else [sources, n]; not normalised, within 1e-6 of the exact value.

    Raises:
        ShapeError: not four axes, not square, or a layout that needs `copy=True`.
        OptionError: `sources`, `head_fusion`, `residual` or `normalization` out of range.

    >>> import assay, numpy as np
    >>> assay.flow(np.full((2, 1, 2, 2), 0.5, np.float32), 0).round(3)
    array([1. , 0.5])
    """
    record = _attention_record(attentions, head_fusion, residual, normalization, copy)
    one = isinstance(sources, int | np.integer) and not isinstance(sources, bool)
    if one:
        record["sources"] = [sources]
    elif sources is not None:
        chosen = np.atleast_1d(to_numpy(sources, "sources"))
        if chosen.ndim != 1 or (chosen.size and chosen.dtype.kind not in "iu"):
            raise OptionError("sources: expected a position or a list of them", subject="sources")
        record["sources"] = chosen.tolist()
    flows = cast("NDArray[np.float64]", door.call("flow", record, progress=progress)["flow"])
    return cast("NDArray[np.float64]", flows[0]) if one else flows


def _attention_record(
    attentions: object, head_fusion: str, residual: float, normalization: str, copy: bool
) -> dict[str, Any]:
    given = handed.layers(attentions)
    stack = shared(given, "attentions", copy=copy or given is not attentions)
    if stack.dtype == np.float64 and (copy or not isinstance(attentions, np.ndarray)):
        stack = held(stack, np.dtype(np.float32), "attentions")
    if stack.ndim != 4 or stack.shape[2] != stack.shape[3]:
        raise ShapeError.of("attentions", "[layers, heads, n, n]", f"shape {stack.shape}")
    if isinstance(residual, bool) or not isinstance(residual, int | float | np.number):
        raise OptionError.of("residual", "a number", type(residual).__name__)
    # What is left out is the engine's default too; a record is a good part of a small flow's time.
    record: dict[str, Any] = {"attentions": stack}
    if head_fusion != "mean":
        record["head_fusion"] = head_fusion
    if residual != 0.5:
        record["residual"] = float(residual)
    if normalization != "none":
        record["normalization"] = normalization
    return record
