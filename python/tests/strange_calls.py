"""A good call of everything public, into which strange values are put one at a time.

`python -m strange_calls [SHARE]` puts every value, or one in SHARE, in the place of every argument
and prints a line for each answer that is none: no `AssayError`, or a late one.
"""

import contextlib
import faulthandler
import inspect
import os
import resource
import signal
import sys
import tempfile
import warnings
import zlib
from pathlib import Path

import numpy as np
import strange

import assay

TEXT = "a fine film"
TEXTS = ["a fine film", "a dull film"] * 4
LABELS = [1, 0] * 4
FAST = {"permutations": 199, "shuffles": 1, "checks": ["sinks"]}
#: Seconds for one call, and bytes for all of them.
LATEST, MEMORY = 10, 16 << 30
#: What is asked for in earnest by these, and takes as long as it takes.
LONG = {("calibrate", "families", "nothing"), ("calibrate", "report", "true")}
#: Options that reach a function without being among its parameters.
OPTIONS = {
    "audit": ("epsilon", "rationale", "spans", "granularity"), "compare": ("epsilon",),
    "explain": ("layer",), "explain_batch": ("layer",),
    "verify": ("epsilon", "rationale", "spans", "granularity"),
}  # fmt: skip
#: A small model that writes.
WRITER = Path(__file__).parents[2] / "Tests" / "Fixtures" / "gpt2-causal-20x4"
CONFIGURATION = {
    "model_type": "bert", "vocab_size": 30, "hidden_size": 8, "num_hidden_layers": 1,
    "num_attention_heads": 2, "intermediate_size": 8, "max_position_embeddings": 16,
    "id2label": {"0": "bad", "1": "good"},
}  # fmt: skip


def boxed(**given):
    """Make a black box and let it work, since its functions are asked when it does."""
    return assay.explain(assay.black_box(**given), TEXT, method="leave_one_out")


def patched(**given):
    """Make an intervention and let it work."""
    change = assay.Intervention.patch(**given)
    return assay.load("demo").predict(TEXT, interventions=[change])


class Room:
    """A folder, what stands in it, and the calls that can be made there."""

    def __init__(self, folder):
        self.folder, self.model = Path(folder), assay.load("demo")
        self.explanation = assay.explain(self.model, TEXT, method="attention")
        self.report = assay.verify(self.model, TEXT, **FAST)
        self.audit = assay.audit(
            self.model, TEXTS[:2], out=self.folder / "run", progress=False, compare=[],
            random_sets=1, **FAST,
        )  # fmt: skip
        self.classifier = self.untrained().fit(TEXTS, LABELS, epochs=1)
        self.classifier.save(self.folder / "classifier")
        self.explanation.save(self.folder / "explanation")
        self.report.save(self.folder / "report")
        self.calibration = assay.calibrate(1, families=["flat"], nulls=1, wrong_maps=False)
        self.calibration.save(self.folder / "calibration")
        self.generation = assay.Generation(
            tokens=self.explanation.tokens, start=1, explanations=(self.explanation,),
            probabilities=np.ones(1), labels=("fine",), method="attention",
        )  # fmt: skip

    def untrained(self):
        """Return a small classifier."""
        return assay.AttentionClassifier("average", hidden_size=4, embedding_size=4)

    def calls(self):
        """Return what is called, and with what, by name."""
        return self.of_results() | self.of_models() | self.of_questions()

    def of_results(self):
        """Return the methods of results."""
        here, new = self.folder, self.folder / "new"
        return {
            "Audit.load": (assay.Audit.load, {"folder": here / "run"}),
            "Audit.plot": (self.audit.plot, {}),
            "Audit.records": (lambda columns=None: list(self.audit.records(columns)), {}),
            "Audit.report": (self.audit.report, {"row": 0}),
            "Audit.to_html": (self.audit.to_html, {"compare_to": here / "run"}),
            "Calibration.load": (assay.Calibration.load, {"path": here / "calibration"}),
            "Calibration.save": (self.calibration.save, {"path": new}),
            "Explanation.load": (assay.Explanation.load, {"path": here / "explanation"}),
            "Explanation.plot": (self.explanation.plot, {}),
            "Explanation.save": (self.explanation.save, {"path": new}),
            "Explanation.words": (self.explanation.words, {}),
            "Generation.plot": (self.generation.plot, {}),
            "Report.load": (assay.Report.load, {"path": here / "report"}),
            "Report.save": (self.report.save, {"path": new}),
            "Report.to_html": (self.report.to_html, {}),
            "Report.to_json": (self.report.to_json, {}),
            "Report.to_text": (self.report.to_text, {}),
            "Tokens.at": (self.explanation.tokens.at, {"position": 1}),
        }

    def of_models(self):
        """Return the methods of models, and what makes them."""
        model, made, text = self.model, assay.Intervention, {"text": TEXT}
        taught = {"texts": TEXTS, "labels": LABELS}
        new = self.folder / "made"
        return {
            "AttentionClassifier": (assay.AttentionClassifier, {}),
            "AttentionClassifier.fit": (self.untrained().fit, taught | {"epochs": 1}),
            "AttentionClassifier.load": (
                assay.AttentionClassifier.load, {"path": self.folder / "classifier"},
            ),
            "AttentionClassifier.save": (self.classifier.save, {"path": new}),
            "Intervention.knock_out": (made.knock_out, {}),
            "Intervention.move": (made.move, {"keys": [1], "to": 0}),
            "Intervention.patch": (patched, {"site": "logits", "value": np.ones((1, 2), "f4")}),
            "Intervention.permute": (made.permute, {}),
            "Intervention.replace": (made.replace, {"layer": 0, "pattern": [[1.0]]}),
            "Intervention.scale": (made.scale, {"factor": 2.0}),
            "Intervention.uniform": (made.uniform, {}),
            "Model.attention": (model.attention, text),
            "Model.embed": (model.embed, {"texts": TEXT}),
            "Model.gradient": (model.gradient, text),
            "Model.hidden_states": (model.hidden_states, text),
            "Model.predict": (model.predict, {"texts": TEXT}),
            "Model.tokenize": (model.tokenize, text),
            "Model.tokenize_all": (model.tokenize_all, {"texts": TEXT}),
            "Model.with_tokenizer": (model.with_tokenizer, {"tokenizer": model.tokenizer}),
            "black_box": (boxed, {"predict": lambda texts: [[0.3, 0.7]] * len(texts)}),
            "fine_tune": (
                assay.fine_tune, taught | {"model": model, "parameters": "head", "epochs": 1},
            ),
            "from_torch": (assay.from_torch, {"module": None}),
            "load": (assay.load, {"name": "demo"}),
            "train": (assay.train, taught | {
                "config": CONFIGURATION, "tokenizer": model.tokenizer, "output": new,
                "options": {"passes": 1},
            }),
        }  # fmt: skip

    def of_questions(self):
        """Return the functions that answer."""
        scores, maps = [3.0, 1.0, 2.0], np.full((2, 1, 3, 3), 1 / 3, "f4")
        asked = {"model": self.model, "text": TEXT}
        many = {"model": self.model, "texts": TEXTS}
        return {
            "agreement": (assay.agreement, {"a": scores, "b": scores}),
            "audit": (assay.audit, many | FAST | {
                "texts": TEXTS[:1], "progress": False, "compare": [], "random_sets": 1,
            }),
            "beside": (assay.beside, {"first": self.audit, "second": self.folder / "run"}),
            "calibrate": (assay.calibrate, {
                "draws": 1, "families": ["selector"], "wrong_maps": False, "nulls": 2,
            }),
            "compare": (assay.compare, asked | {"methods": ["attention"], "verdicts": False}),
            "divergence": (assay.divergence, {"p": [0.5, 0.5], "q": [1.0, 0.0]}),
            "explain": (assay.explain, asked | {"method": "attention"}),
            "explain_batch": (assay.explain_batch, many | {"method": "attention"}),
            "explain_generation": (assay.explain_generation, {
                "model": assay.load(WRITER), "prompt": [5, 6, 7], "max_new_tokens": 1,
                "method": "attention",
            }),
            "exhaustive_truth": (assay.exhaustive_truth, {
                "model": self.model, "texts": ["a fine film"], "checks": [],
            }),
            "flow": (assay.flow, {"attentions": maps}),
            "head_view": (assay.head_view, asked),
            "proportion": (assay.proportion, {"successes": 1, "trials": 2}),
            "random_orders": (assay.random_orders, {"count": 3, "draws": 2, "seed": 0}),
            "reproduce": (assay.reproduce, {
                "study": "abnar_zuidema", "data": self.folder / "none",
                "output": self.folder / "study",
            }),
            "rollout": (assay.rollout, {"attentions": maps}),
            "schema": (assay.schema, {"kind": "report"}),
            "search_heads": (assay.search_heads, many),
            "separation": (assay.separation, {"positive": scores, "negative": scores}),
            "set_num_threads": (assay.set_num_threads, {"count": 1}),
            "verify": (assay.verify, asked | FAST),
        }  # fmt: skip


def parameters(name, function):
    """Return the names of what a call takes."""
    public = {"black_box": assay.black_box, "Intervention.patch": assay.Intervention.patch}
    taken = inspect.signature(public.get(name, function)).parameters.values()
    named = [one.name for one in taken if one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL)]
    return [*named, *OPTIONS.get(name, ())]


class LateError(BaseException):
    """A call that does not end; no handler of ours may swallow it."""


def fault(function, given):
    """Call, and say what is wrong with the answer; None where nothing is."""
    faulthandler.dump_traceback_later(3 * LATEST, exit=True)
    signal.setitimer(signal.ITIMER_REAL, LATEST)
    try:
        function(**given)
    except assay.InternalError as error:
        return repr(error)
    except (assay.AssayError, OSError):
        return None
    except BaseException as error:
        return repr(error)[:200]
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        faulthandler.cancel_dump_traceback_later()
    return None


def late(number, frame):
    """Interrupt."""
    raise LateError


def main(share):
    """Put one value in `share` into the place of every argument of every call."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.RLIM_INFINITY))
    signal.signal(signal.SIGALRM, late)
    count = 0
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        room = Room(folder)
        for name in room.calls():
            for parameter in parameters(name, room.calls()[name][0]):
                for kind, make in strange.VALUES.items():
                    place = (name, parameter, kind)
                    if zlib.crc32(repr(place).encode()) % share or place in LONG:
                        continue
                    print("?", *place, file=sys.stderr, flush=True)
                    function, given = room.calls()[name]
                    count += 1
                    if found := fault(function, given | {parameter: make()}):
                        print(f"{name}({parameter}={kind}): {found}", flush=True)
    print(f"{count} calls", file=sys.stderr)


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1)
