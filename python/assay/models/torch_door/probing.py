"""What a module is, found by running it once on ids that mean nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.errors import UnsupportedModelError
from assay.models.torch_door import inspection
from assay.models.torch_door.finding import parts_of, positions
from assay.models.torch_door.forward import PATTERN
from assay.models.torch_door.layout import Question
from assay.models.torch_door.library import to_numpy, torch
from assay.models.torch_door.running import Runner

#: Tokens of the probe, and the most where a window must be shorter than it.
_TOKENS, _MOST = 11, 640


@dataclass(frozen=True)
class Facts:
    """What the engine is told of a module."""

    runner: Runner
    layers: int
    heads: int
    masks: list[dict[str, Any]]
    readout: str
    scores: int
    labels: list[str]
    states: bool
    width: int
    embedding_width: int


def probe(module: Any) -> Facts:
    """Run a module and see where its attention is, what masks it has and what its head reads.

    Raises:
        UnsupportedModelError: attention or embeddings that cannot be reached, naming the module.
    """
    ids = _ids(module)
    parts = parts_of(module, ids)
    runner = Runner(module, parts)
    layers = len(parts.attentions)
    patterns = [f"blocks.{layer}.{PATTERN}" for layer in range(layers)]
    edges = [f"blocks.{layer}.output" for layer in range(layers)] if parts.blocks else []
    if parts.stacks:
        return _joint(runner, ids, patterns)
    question = _question([ids], [*patterns, "embedding", *edges], edges[-1:])
    runner.is_each = _is_each(runner, ids)
    graph = runner.forward(question, [0])
    shapes = {graph.sites[site][0].shape[1] for site in patterns}
    if len(shapes) != 1:
        raise inspection.unreachable(module, [], f"layers with other numbers of heads {shapes}")
    runner.pads = _pads(runner, ids)
    arrays = [to_numpy(graph.sites[site][0])[0] for site in patterns]
    masks = [_mask(module, pattern) for pattern in arrays]
    config = inspection.text_config(module)
    with runner.borrowed(), torch().no_grad():
        given = torch().from_numpy(ids[None].astype(np.int64)).to(graph.logits.device)
        said = module(input_ids=given)
    width = graph.sites[edges[-1]][0].shape[-1] if edges else getattr(config, "hidden_size", 1)
    is_bare = not hasattr(said, "logits")
    labels: list[str] = []
    scores = 0 if is_bare else int(graph.logits.shape[-1])
    causal = masks[0]["kind"].startswith("causal")
    if is_bare:
        readout = "last" if causal else "first"
    elif runner.is_each:
        readout, labels = "explained", ["score"]
    elif said.logits.dim() == 2:
        readout = _row(graph, edges[-1]) if edges else "last" if causal else "first"
        labels = _labels(module.config, scores)
    elif said.logits.shape[-1] == getattr(config, "vocab_size", None):
        readout = "chosen_last" if causal else "mask"
    else:
        readout, labels = "explained", _labels(module.config, scores)
    return Facts(
        runner=runner,
        layers=layers,
        heads=arrays[0].shape[0],
        masks=masks,
        readout=readout,
        scores=scores,
        labels=labels,
        states=bool(edges),
        width=int(width),
        embedding_width=int(graph.sites["embedding"][0].shape[-1]),
    )


def _joint(runner: Runner, ids: NDArray[np.int32], patterns: list[str]) -> Facts:
    """Say what a network is that reads a source and writes a target."""
    target = ids[: max(1, len(ids) - 4)]
    texts = [np.concatenate([ids[:-3], target]), np.concatenate([ids, target])]
    question = replace(
        _question(texts, [*patterns, "embedding"]),
        types=[np.repeat(np.array([0, 1], np.int32), [len(one) - len(target), len(target)])
               for one in texts],
    )  # fmt: skip
    graph = runner.forward(question, [0])
    if graph.logits.shape[-1] != getattr(inspection.text_config(runner.module), "vocab_size", None):
        raise UnsupportedModelError.of(
            "head",
            "a network of encoder and decoder that writes tokens",
            f"{type(runner.module).__name__}; use assay.black_box",
        )
    heads = {graph.sites[site][0].shape[1] for site in patterns}
    if len(heads) != 1:
        raise inspection.unreachable(runner.module, [], f"layers with {heads} heads")
    runner.pads = _keeps(runner, question)
    width = int(graph.sites["embedding"][0].shape[-1])
    return Facts(
        runner=runner,
        layers=len(patterns),
        heads=heads.pop(),
        masks=[{"kind": stack} for stack in runner.parts.stacks],
        readout="chosen_last",
        scores=int(graph.logits.shape[-1]),
        labels=[],
        states=False,
        width=width,
        embedding_width=width,
    )


def _is_each(runner: Runner, ids: NDArray[np.int32]) -> bool:
    """Tell whether there are as many scores as tokens, however many those are."""
    lengths = (len(ids), max(1, len(ids) - 3))
    shapes = []
    for length in lengths:
        with runner.borrowed(), torch().no_grad():
            given = torch().from_numpy(ids[None, :length].astype(np.int64))
            said = runner.module(input_ids=given.to(runner.parts.embedding.weight.device))
        shapes.append(tuple(inspection.scores(said).shape))
    return shapes == [(1, length) for length in lengths] and lengths[0] != lengths[1]


def _pads(runner: Runner, ids: NDArray[np.int32]) -> bool:
    """Tell whether an input beside a longer one gets the scores that it has alone.

    Convolutions and their like look into the padding, whatever the mask says.
    """
    return _keeps(runner, _question([ids[: max(1, len(ids) - 3)], ids]))


def _keeps(runner: Runner, question: Question) -> bool:
    """Tell whether the first input of a question has the same scores beside the second."""
    alone = to_numpy(runner.forward(question, [0]).logits)[0]
    beside = to_numpy(runner.forward(question, [0, 1]).logits)[0]
    size = max(float(np.abs(alone).max()), 1e-6)
    return bool(np.abs(alone - beside).max() < _same(runner) * size)


def _same(runner: Runner) -> float:
    """Return by how much of their size two roundings of the same scores may differ."""
    kind = runner.parts.embedding.weight.dtype
    return 1e-4 if str(kind) in ("torch.float32", "torch.float64") else 0.02


def _question(
    texts: list[NDArray[np.int32]], keep: Sequence[str] = (), differentiate: Sequence[str] = ()
) -> Question:
    return Question(
        run=0,
        ids=texts,
        types=[np.zeros_like(ids) for ids in texts],
        rows=np.array([len(ids) - 1 for ids in texts], np.int32),
        keep=list(keep),
        differentiate=frozenset(differentiate),
        edited=frozenset(),
        patches=[],
        embeddings=None,
    )


def _ids(module: Any) -> NDArray[np.int32]:
    """Return ids that are no reserved ones, more than a short window holds."""
    config = inspection.text_config(module)
    reserved = {value for name, value in config.to_dict().items() if name.endswith("token_id")}
    rows = module.get_input_embeddings().weight.shape[0]
    usable = [one for one in range(min(rows, 4 * _MOST)) if one not in reserved] or [0]
    window = _window(config)
    tokens = _TOKENS if window is None or window + 4 > _MOST else max(_TOKENS, window + 4)
    limit = positions(module)
    tokens = tokens if limit is None else min(tokens, limit)
    return np.array([usable[7 * index % len(usable)] for index in range(tokens)], np.int32)


def _window(config: Any) -> int | None:
    for name in ("sliding_window", "local_attention", "window_size", "attention_window"):
        value = getattr(config, name, None)
        if isinstance(value, int) and value > 0:
            return value
    return None


def _mask(module: Any, pattern: NDArray[np.float32]) -> dict[str, Any]:
    """Return which keys a query sees, read off where no head puts any weight."""
    queries, keys = np.nonzero(pattern.max(axis=0))
    behind, ahead = int((queries - keys).max()), int((keys - queries).max())
    longest = pattern.shape[-1] - 1
    window = _window(inspection.text_config(module))
    if ahead <= 0:
        if behind < longest and window is not None:
            return {"kind": "causal_window", "reach": behind}
        return {"kind": "causal"}
    if max(behind, ahead) < longest and window is not None:
        return {"kind": "window", "reach": max(behind, ahead)}
    return {"kind": "none"}


def _row(graph: Any, edge: str) -> str:
    """Return which row the head reads: the only one of the last block's that scores react to."""
    last = graph.sites[edge][0]  # [inputs, tokens, width]
    if not graph.logits.requires_grad:
        return "mean"
    (slope,) = torch().autograd.grad(graph.logits.float().square().sum(), last, allow_unused=True)
    if slope is None:
        return "mean"
    rows = np.flatnonzero(np.abs(to_numpy(slope)[0]).max(axis=-1))
    if rows.tolist() == [0]:
        return "first"
    return "last" if rows.tolist() == [last.shape[1] - 1] else "mean"


def _labels(config: Any, count: int) -> list[str]:
    """Return the names of the scores, in their order."""
    named = getattr(config, "id2label", None) or {}
    known = {int(index): str(name) for index, name in named.items()}
    return [known.get(index, f"LABEL_{index}") for index in range(count)]
