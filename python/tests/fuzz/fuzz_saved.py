"""Saved reports and explanations that somebody changed: refused, or as good as any other."""

import json
import tempfile
import time
from collections import Counter
from pathlib import Path

import assay

from . import FindingError, cases, line, mutated_json


def results():
    """Return what is saved, one of every kind."""
    model = assay.load("demo")
    text = "a gripping, beautifully acted film"
    explanation = assay.explain(model, (text, "a dull mess"), method="integrated_gradients")
    return [assay.verify(model, text, checks="all"), explanation]


def use(result):
    """Do with a result what one does with it."""
    str(result), repr(result), result._repr_html_()
    json.dumps(result.to_dict(), allow_nan=False)
    explanation = getattr(result, "explanation", result)
    explanation.words(), explanation.words("max"), explanation.tokens.word_texts()
    if isinstance(result, assay.Report):
        result.to_html(), result.to_json()


def run(seconds, seed, kept=None):
    """Change saved results, load them and use what was loaded."""
    counts, started = Counter(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        saved = []
        for number, result in enumerate(kept or results()):
            path = Path(folder) / f"{number}.json"
            result.save(path)
            saved.append((type(result), path.read_bytes()))
        path = Path(folder) / "changed.json"
        for number, draw in cases(seconds, seed):
            kind, data = draw.choice(saved)
            path.write_bytes(mutated_json(data, draw))
            stage = "loading"
            try:
                loaded = kind.load(path)
                stage = "loaded"
                use(loaded)
            except assay.AssayError as error:
                stage = type(error).__name__ if stage == "loading" else "refused after loading"
            except BaseException as error:
                where = f"saved, seed {seed}, case {number}, {stage}"
                raise FindingError(f"{where}: {error!r}") from error
            counts[stage] += 1
    return line("saved results", counts, time.monotonic() - started)
