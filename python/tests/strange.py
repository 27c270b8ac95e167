"""What nobody means to hand over, and a good call of everything public to put it into."""

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

import assay


def _no(*_, **__):
    raise RuntimeError("no")


class Silent:
    """A value that will not say what it is, nor whether it is another one."""

    __repr__ = __str__ = __eq__ = __hash__ = __bool__ = __format__ = _no


class Lengthless(Sequence):
    """A sequence that counts nothing."""

    __len__ = __getitem__ = __iter__ = __contains__ = _no


class Halting(Iterable):
    """Something that breaks in the middle."""

    def __iter__(self):
        yield "a"
        raise RuntimeError("no")


class Closed(Mapping):
    """A mapping that cannot be read."""

    __len__ = __getitem__ = __iter__ = _no


class Unasked:
    """A value that has no attribute, and does not say so as it should."""

    __getattr__ = _no


class Arrayless:
    """Somebody's array, which cannot be had."""

    __array__ = __dlpack__ = __dlpack_device__ = _no
    shape, dtype, ndim = (3,), np.dtype("f4"), 1


class Pathless:
    """A path that leads to no text."""

    __fspath__ = _no


class Numberless:
    """A number that has no value."""

    __index__ = __int__ = __float__ = _no


class Text(str):
    """A text that will not be compared."""

    __eq__ = __contains__ = lower = encode = _no
    __hash__ = str.__hash__


class Items(list):
    """A list that will not be read."""

    __iter__ = __len__ = __getitem__ = _no


class Table:
    """A table whose columns cannot be had."""

    column_names = columns = property(_no)


def _itself(make):
    value = make()
    if isinstance(value, dict):
        value["itself"] = value
    else:
        value.append(value)
    return value


def _deep():
    value = []
    for _ in range(20_000):
        value = [value]
    return value


def _pipe():
    place = Path(tempfile.mkdtemp(prefix="assay-strange-")) / "pipe"
    os.mkfifo(place)
    return place


#: Strange values by name, each made when it is needed.
VALUES = {
    "nothing": lambda: None,
    "true": lambda: True,
    "minus one": lambda: -1,
    "seventy bits": lambda: 2**70,
    "five thousand digits": lambda: 10**5000,
    "a fraction": lambda: 0.5,
    "nan": lambda: float("nan"),
    "minus infinity": lambda: float("-inf"),
    "a complex number": lambda: 1j,
    "no text": lambda: "",
    "a nul": lambda: "\0",
    "half a character": lambda: "\ud800",
    "a long text": lambda: "x" * 5000,
    "bytes": lambda: b"a film",
    "an empty list": lambda: [],
    "an empty mapping": dict,
    "a set": lambda: {1, "a"},
    "a list of nothing": lambda: [None],
    "a list of everything": lambda: [1, "a", None, [2], 0.5],
    "a list that holds itself": lambda: _itself(list),
    "a mapping that holds itself": lambda: _itself(dict),
    "a deep list": _deep,
    "a mapping by numbers": lambda: {1: 2, None: 3},
    "a long range": lambda: range(2**40),
    "a range without a length": lambda: range(2**70),
    "one number without end": lambda: np.broadcast_to(np.int32(1), 2**40),
    "one fraction without end": lambda: np.broadcast_to(np.float32(0.5), (2**20, 2**20)),
    "an array of nothing": lambda: np.zeros((0, 3)),
    "an array of no number": lambda: np.full(3, np.nan),
    "an array of texts": lambda: np.array(["a", "b"]),
    "an array of objects": lambda: np.array([object(), None]),
    "an array of dates": lambda: np.array(["2020-01-01"], "M8[D]"),
    "a scalar": lambda: np.array(2.5),
    "an object": object,
    "a class": lambda: int,
    "a module": lambda: os,
    "a pipe": _pipe,
    "a folder": lambda: Path(tempfile.mkdtemp(prefix="assay-strange-")),
    "an iterator at its end": lambda: iter(()),
    "a model": lambda: assay.load("demo"),
} | {made.__name__.lower(): made for made in (
    Silent, Lengthless, Halting, Closed, Unasked, Arrayless, Pathless, Numberless, Items, Table,
)} | {"a text that is not compared": lambda: Text("attention")}  # fmt: skip


TEXT = "a fine film"
TEXTS = ["a fine film", "a dull film"] * 4
LABELS = [1, 0] * 4
FAST = {"permutations": 199, "shuffles": 1}


def _predict(texts):
    return [[0.3, 0.7]] * len(texts)


class Room:
    """A folder of its own, and what stands in it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.model = assay.load("demo")
        self.explanation = assay.explain(self.model, TEXT, method="attention")
        self.report = assay.verify(self.model, TEXT, checks=["sinks"], **FAST)
        self.comparison = assay.compare(self.model, TEXT, methods=["attention"], verdicts=False)
        self.audit = assay.audit(
            self.model, TEXTS[:2], checks=["sinks"], out=self.folder / "run", progress=False,
            compare=[], random_sets=1, **FAST,
        )  # fmt: skip
        self.classifier = self.fresh().fit(TEXTS, LABELS, epochs=1)
        self.classifier.save(self.folder / "classifier")
        for result, name in ((self.explanation, "explanation"), (self.report, "report")):
            result.save(self.folder / f"{name}.json")
        self.search = assay.search_heads(self.model, TEXTS)
        self.configuration = {
            "model_type": "bert", "vocab_size": 30, "hidden_size": 8, "num_hidden_layers": 1,
            "num_attention_heads": 2, "intermediate_size": 8, "max_position_embeddings": 16,
            "id2label": {"0": "bad", "1": "good"},
        }  # fmt: skip

    def fresh(self):
        """Return a classifier that nobody trained."""
        return assay.AttentionClassifier("average", hidden_size=4, embedding_size=4)

    def place(self, name):
        """Return where nothing stands."""
        return self.folder / "new" / name

    def calls(self):
        """Return a good call of every public function, class and method: what, and with what."""
        model, scores, maps = self.model, [3.0, 1.0, 2.0], np.full((2, 1, 3, 3), 1 / 3, "f4")
        made = assay.Intervention
        tokens = model.tokenize(TEXT)
        plain = {one.name: getattr(self.report, one.name)
                 for one in self.report.__dataclass_fields__.values()}  # fmt: skip
        del plain
        return {
            "AttentionClassifier": (assay.AttentionClassifier, {"hidden_size": 4}),
            "AttentionClassifier.fit": (self.fresh().fit, {"texts": TEXTS, "labels": LABELS, "epochs": 1}),
            "AttentionClassifier.load": (assay.AttentionClassifier.load, {"path": self.folder / "classifier"}),
            "AttentionClassifier.save": (self.classifier.save, {"path": self.place("classifier")}),
            "Audit.load": (assay.Audit.load, {"folder": self.folder / "run"}),
            "Audit.plot": (self.audit.plot, {}),
            "Audit.records": (lambda columns=None: list(self.audit.records(columns)), {}),
            "Audit.report": (self.audit.report, {"row": 0}),
            "Explanation.load": (assay.Explanation.load, {"path": self.folder / "explanation.json"}),
            "Explanation.plot": (self.explanation.plot, {}),
            "Explanation.save": (self.explanation.save, {"path": self.place("explanation")}),
            "Explanation.words": (self.explanation.words, {}),
            "Intervention.knock_out": (made.knock_out, {"keys": [1]}),
            "Intervention.move": (made.move, {"keys": [1], "to": 0}),
            "Intervention.patch": (made.patch, {"site": "logits", "value": [1.0]}),
            "Intervention.permute": (made.permute, {}),
            "Intervention.replace": (made.replace, {"layer": 0, "pattern": [[1.0]]}),
            "Intervention.scale": (made.scale, {"factor": 2.0}),
            "Intervention.uniform": (made.uniform, {}),
            "Model.attention": (model.attention, {"text": TEXT}),
            "Model.embed": (model.embed, {"texts": TEXT}),
            "Model.gradient": (model.gradient, {"text": TEXT}),
            "Model.hidden_states": (model.hidden_states, {"text": TEXT}),
            "Model.label": (model.label, {"index": 0}),
            "Model.predict": (model.predict, {"texts": TEXT}),
            "Model.target_index": (model.target_index, {"target": 1}),
            "Model.tokenize": (model.tokenize, {"text": TEXT}),
            "Model.tokenize_all": (model.tokenize_all, {"texts": TEXT}),
            "Model.with_tokenizer": (model.with_tokenizer, {"tokenizer": model.tokenizer}),
            "Model.placed": (model.placed, {"items": [tokens], "positions": None}),
            "Report.load": (assay.Report.load, {"path": self.folder / "report.json"}),
            "Report.save": (self.report.save, {"path": self.place("report")}),
            "Report.to_html": (self.report.to_html, {}),
            "Report.to_json": (self.report.to_json, {}),
            "Report.to_text": (self.report.to_text, {}),
            "Tokens.at": (tokens.at, {"position": 1}),
            "agreement": (assay.agreement, {"a": scores, "b": scores}),
            "audit": (assay.audit, {
                "model": model, "texts": TEXTS[:1], "checks": ["sinks"], "progress": False, "compare": [],
                "random_sets": 1, **FAST}),
            "black_box": (
                lambda **given: assay.explain(
                    assay.black_box(**given), TEXT, method="leave_one_out"
                ),
                {"predict": _predict}),
            "build_info": (assay.build_info, {}),
            "calibrate": (assay.calibrate, {"draws": 1, "families": ["selector"], "wrong_maps": False, "nulls": 2}),
            "checks": (assay.checks, {}),
            "compare": (assay.compare, {"model": model, "text": TEXT, "methods": ["attention"], "verdicts": False}),
            "divergence": (assay.divergence, {"p": [0.5, 0.5], "q": [1.0, 0.0]}),
            "explain": (assay.explain, {"model": model, "text": TEXT, "method": "attention"}),
            "explain_batch": (assay.explain_batch, {"model": model, "texts": TEXT, "method": "attention"}),
            "families": (assay.families, {}),
            "fine_tune": (assay.fine_tune, {
                "model": model, "texts": TEXTS, "labels": LABELS, "parameters": "head", "epochs": 1}),
            "flow": (assay.flow, {"attentions": maps}),
            "from_torch": (assay.from_torch, {"module": None}),
            "get_num_threads": (assay.get_num_threads, {}),
            "load": (assay.load, {"name": "demo"}),
            "methods": (assay.methods, {}),
            "proportion": (assay.proportion, {"successes": 1, "trials": 2}),
            "random_orders": (assay.random_orders, {"count": 3, "draws": 2, "seed": 0}),
            "reproduce": (assay.reproduce, {"study": "abnar_zuidema", "data": self.place("data"), "output": self.place("study")}),
            "rollout": (assay.rollout, {"attentions": maps}),
            "search_heads": (assay.search_heads, {"model": model, "texts": TEXTS}),
            "separation": (assay.separation, {"positive": scores, "negative": scores}),
            "set_num_threads": (assay.set_num_threads, {"count": 1}),
            "train": (assay.train, {
                "config": self.configuration, "texts": TEXTS, "labels": LABELS, "tokenizer": model.tokenizer,
                "output": self.place("trained"), "options": {"passes": 1}}),
            "verify": (assay.verify, {"model": model, "text": TEXT, "checks": ["sinks"], **FAST}),
        }
