"""Runs of a module that the engine asks for: in batches, under a budget, with a way back."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from assay.engine import door
from assay.engine.errors import MemoryBudgetError
from assay.models.torch_door import inspection
from assay.models.torch_door.borrowing import Borrowed
from assay.models.torch_door.forward import Editor, Forward, Parts
from assay.models.torch_door.joint import JointForward
from assay.models.torch_door.layout import Question, flat, groups
from assay.models.torch_door.library import is_out_of_memory, like, to_numpy, torch

Result = TypeVar("Result")


@dataclass
class _Graph:
    """One pass that gradients may be asked of."""

    pass_: Forward
    logits: Any
    sites: Mapping[str, list[Any]]


@dataclass
class Runner:
    """Answers the engine's questions by running a module."""

    module: Any
    parts: Parts
    most: int = 1 << 30
    #: Whether inputs of several lengths may stand side by side.
    pads: bool = True
    #: Whether the head gives every position one score: inputs side by side, [inputs, tokens].
    is_each: bool = False
    handle: door.Handle | None = None
    _graphs: dict[int, tuple[Question, list[_Graph]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.borrowed = Borrowed(self.module)
        self._takes = inspection.parameters_of(self.module)
        config = inspection.text_config(self.module)
        pad = getattr(config, "pad_token_id", None)
        self._pad = pad if isinstance(pad, int) and pad >= 0 else 0
        reserved = {value for name, value in config.to_dict().items() if name.endswith("token_id")}
        # Stands where a text has the padding token, which heads and positions would skip.
        self._other = next(one for one in range(10**6) if one not in reserved | {self._pad})

    # Questions

    def answer(self, question: str, arrays: list[Any]) -> tuple[str, list[NDArray[Any]]]:
        """Answer one question of the engine, as the C header writes it."""
        record = door.decode(json.loads(question), arrays)
        if record["ask"] == "run":
            return door.encode(self.run(Question.of(record)))
        if record["ask"] == "gradients":
            found = self.gradients(record["run"], record["cotangent"], record["sites"])
            return door.encode({"gradients": found})
        self._graphs.pop(record["run"], None)
        return door.encode({})

    def run(self, question: Question) -> dict[str, Any]:
        """Run the question's inputs: scores, and every kept site without padding."""
        logits: dict[int, NDArray[np.float32]] = {}
        kept: dict[str, dict[int, NDArray[np.float32]]] = {site: {} for site in question.keep}
        graphs: list[_Graph] = []

        def one(items: list[int]) -> None:
            graph = self.forward(question, items)
            scores = to_numpy(graph.logits)
            for place, item in enumerate(items):
                logits[item] = scores[place]
            for site, found in kept.items():
                if site == "logits":
                    found.update(zip(items, scores, strict=True))
                    continue
                parts = graph.pass_.apart(site, [to_numpy(one) for one in graph.sites[site]])
                found.update(zip(items, parts, strict=True))
            if question.differentiate:
                graphs.append(graph)

        self._in_groups([len(ids) for ids in question.ids], one)
        if question.differentiate:
            self._graphs[question.run] = question, graphs
        return {
            "logits": np.stack([logits[item] for item in sorted(logits)]),
            "kept": [flat(kept[site]) for site in question.keep],
        }

    def gradients(
        self, run: int, cotangent: NDArray[np.float32], sites: Sequence[str]
    ) -> list[NDArray[np.float32]]:
        """Return the gradients of an earlier run, one array a site, without padding."""
        question, graphs = self._graphs[run]
        found: dict[str, dict[int, NDArray[np.float32]]] = {site: {} for site in sites}

        def back(graph: _Graph) -> None:
            slopes = self._backward(graph, cotangent, sites)
            for site, values in zip(sites, slopes, strict=True):
                parts = graph.pass_.apart(site, values, is_gradient=True)
                found[site].update(zip(graph.pass_.items, parts, strict=True))

        try:
            for graph in graphs:
                back(graph)
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
            # Once more, pass by pass, with nothing held between them.
            graphs.clear()
            self._halve(max(1, self.most if self.most < len(question.ids) else len(question.ids)))
            lengths = [len(ids) for ids in question.ids]
            self._in_groups(lengths, lambda items: back(self.forward(question, items)))
        return [flat(found[site]) for site in sites]

    # Passes

    def forward(self, question: Question, items: list[int]) -> _Graph:
        """Run some of the question's inputs side by side."""
        library = torch()
        device = self.parts.embedding.weight.device
        kind = JointForward if self.parts.stacks else Forward
        with self.borrowed() as undo:
            pass_ = kind(question, items, self.parts, self._editor(question.run), device)
            given = self._inputs(pass_)
            pass_.attach(undo)
            undo.enter_context(library.set_grad_enabled(bool(question.differentiate)))
            said = self.module(**given)
        if pass_.layer != len(self.parts.attentions):
            raise inspection.unreachable(
                self.module,
                [],
                f"{pass_.layer} of {len(self.parts.attentions)} layers' with {pass_.width} tokens",
            )
        sites = dict(pass_.kept)
        logits = inspection.scores(said)
        if self.is_each and logits.dim() == 2:
            logits = logits.unsqueeze(-1)
        if "final" in question.keep:
            sites["final"] = [said.hidden_states[-1]]
        if logits.dim() == 3:
            places = library.arange(len(items), device=logits.device)
            rows = library.tensor([pass_.row(item) for item in items], device=logits.device)
            logits = logits[places, rows]
        return _Graph(pass_, logits, sites)

    def _inputs(self, pass_: Forward) -> dict[str, Any]:
        given: dict[str, Any] = {
            name: torch().from_numpy(rows).to(pass_.device)
            for name, rows in pass_.inputs(self._pad, self._other).items()
        }
        if not getattr(inspection.text_config(self.module), "type_vocab_size", 0):
            given.pop("token_type_ids", None)
        given |= {"use_cache": False, "return_dict": True}
        given = {name: value for name, value in given.items() if name in self._takes}
        if "final" in pass_.question.keep:
            given["output_hidden_states"] = True
        return given

    def _backward(
        self, graph: _Graph, cotangent: NDArray[np.float32], sites: Sequence[str]
    ) -> list[list[NDArray[np.float32]]]:
        values = [value for site in sites for value in graph.sites[site]]
        with self.borrowed():
            slopes = torch().autograd.grad(
                graph.logits,
                values,
                grad_outputs=like(cotangent[graph.pass_.items], graph.logits),
                retain_graph=True,
                allow_unused=True,
            )
        told = iter(zip(slopes, values, strict=True))
        return [
            [
                to_numpy(value * 0 if slope is None else slope)
                for slope, value in islice(told, len(graph.sites[site]))
            ]
            for site in sites
        ]

    def _editor(self, run: int) -> Editor:
        def ask(
            layer: int,
            items: list[int],
            pattern: NDArray[np.float32],
            cotangent: NDArray[np.float32] | None,
        ) -> NDArray[np.float32]:
            record: dict[str, Any] = {"run": run, "layer": layer, "sequences": items}
            record |= {"pattern": pattern, "cotangent": cotangent}
            made: NDArray[np.float32] = door.call("edit_attention", record, model=self.handle)[
                "pattern"
            ]
            return made

        return ask

    # Memory

    def _in_groups(self, lengths: Sequence[int], one: Callable[[list[int]], None]) -> None:
        """Run all items in groups, smaller ones where the device has too little memory."""
        waiting = groups(lengths, self.most, pads=self.pads)[::-1]
        while waiting:
            items = waiting.pop()
            try:
                one(items)
            except RuntimeError as error:
                if not is_out_of_memory(error):
                    raise
                if len(items) == 1:
                    raise MemoryBudgetError.of(
                        "device memory",
                        f"enough for an input of {lengths[items[0]]} tokens",
                        str(error).partition("\n")[0],
                    ) from error
                self._halve(len(items))
                starts = range(0, len(items), self.most)
                smaller = [items[start : start + self.most] for start in starts]
                waiting += smaller[::-1]

    def _halve(self, count: int) -> None:
        if self.most > 1 << 20:
            warnings.warn(
                f"the device has too little memory for {count} inputs at once: fewer from now on",
                ResourceWarning,
                stacklevel=2,
            )
        self.most = max(1, count // 2)
        if torch().cuda.is_available():
            torch().cuda.empty_cache()
