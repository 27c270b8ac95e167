"""Rows, and what stands beside them, of every kind that is none: one error each, and a result."""

import time
from collections import Counter

import hostile
from golden import FIXTURES

import assay

from . import VALUES, FindingError, cases, line

FAST = {"permutations": 199, "shuffles": 1}


def run(seconds, seed):
    """Audit lists of rows that are mostly none, with models of every kind."""
    counts, started = Counter(), time.monotonic()
    ids = [assay.load(FIXTURES / name) for name in ("gpt2-20x4", "bert-masked-20x2")]
    models = [assay.load("demo"), hostile.classifier(), hostile.box(), *ids]
    for number, draw in cases(seconds, seed):
        model = draw.choice(models)
        rows = [_row(draw, model) for _ in range(draw.randint(1, 6))]
        beside = {}
        if draw.random() < 0.5:
            beside["labels"] = [_either(draw, [0, 1, "1"], hostile.NO_LABEL) for _ in rows]
        if draw.random() < 0.5:
            spans = [None, [[0, 1]], [], [1]]
            beside["rationales"] = [_either(draw, spans, hostile.NO_RATIONALE) for _ in rows]
        beside["explanation"] = draw.choice(
            [*assay.methods(), [_either(draw, [[1.0, 2.0]], hostile.NO_SCORES) for _ in rows]]
        )
        try:
            a = assay.audit(model, rows, workers=1, progress=False, random_sets=1, **beside, **FAST)
            if len(a) != len(rows) or len(list(a.records())) != len(rows):
                raise FindingError(f"{len(rows)} rows came back as {len(a)}")
            str(a)
            counts["rows examined"] += a.answer["examined"]
            counts["rows reported"] += len(a.errors)
        except (assay.OptionError, assay.UnsupportedModelError):
            counts["audits of what a model lacks"] += 1
        except BaseException as error:
            raise FindingError(f"rows, seed {seed}, case {number}: {error!r}") from error
    return line("rows", counts, time.monotonic() - started)


def _row(draw, model):
    good = ["a good film", ("a good", "film"), "good"] if model.takes_text else [[1, 2, 3], [4]]
    bad = [*hostile.NO_TEXT.values(), *hostile.MOODS, *VALUES, "good " * 300]
    return _either(draw, good, bad)


def _either(draw, good, bad):
    return draw.choice(good if draw.random() < 0.4 else bad)
