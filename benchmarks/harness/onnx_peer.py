"""Forward passes by onnxruntime, on a graph exported once and fused by its own optimizer."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import models

Array = np.ndarray[Any, np.dtype[Any]]


class OnnxPeer:
    """One session with a number of threads."""

    def __init__(self, name: str, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            graph(name), options, providers=["CPUExecutionProvider"]
        )
        self.inputs = [entry.name for entry in self.session.get_inputs()]

    def forward(self, batch: Sequence[Array]) -> Array:
        """Logits [batch, labels]; inputs of different lengths are padded."""
        longest = max(len(ids) for ids in batch)
        ids = np.zeros((len(batch), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, values in enumerate(batch):
            ids[row, : len(values)] = values
            mask[row, : len(values)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        answer = self.session.run(["logits"], {name: feed[name] for name in self.inputs})
        return np.asarray(answer[0])


def graph(name: str) -> Path:
    """Return the exported and optimized graph of a shape, made on first use."""
    target = models.CACHE / "onnx" / f"{name}.onnx"
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        _export(name, target)
    return target


def _export(name: str, target: Path) -> None:
    import torch
    from onnxruntime.transformers import optimizer

    shape = models.SHAPES[name]
    module = models.torch_module(name)
    module.config._attn_implementation = "eager"
    names = ["input_ids", "attention_mask"] + (["token_type_ids"] if shape.family == "bert" else [])
    example = tuple(torch.ones(2, 16, dtype=torch.int64) for _ in names)
    axes = {entry: {0: "batch", 1: "tokens"} for entry in names} | {"logits": {0: "batch"}}
    raw = target.with_suffix(".raw.onnx")

    class Logits(torch.nn.Module):
        def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
            return module(**dict(zip(names, inputs, strict=True))).logits

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Logits(),
            example,
            str(raw),
            input_names=names,
            output_names=["logits"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    fused = optimizer.optimize_model(
        str(raw),
        model_type="gpt2" if shape.family == "gpt2" else "bert",
        num_heads=shape.heads,
        hidden_size=shape.width,
        opt_level=99,
    )
    fused.save_model_to_file(str(target))
    raw.unlink()
