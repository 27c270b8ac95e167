"""Serrano & Smith 2019: how much attention must be erased before the decision flips?

Attention weights of the read-out position are set to zero and the others renormalised, with the
states below held as they are. First one weight: the largest against a random one. Then as many of
the best-ranked weights as it takes, under four rankings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assay.ask.explain import explain
from assay.ask.samples import divergence, random_orders
from assay.inputs.tokens import Tokens
from assay.models.intervention import Intervention
from assay.models.loading import load
from assay.models.model import Model
from assay.reproduce.corpora import sentences
from assay.reproduce.figures import Curve, Curves, Figure, Histograms, Violin, Violins
from assay.reproduce.study import Request, Result
from assay.reproduce.tables import Measure, Row, Table

RANKINGS = ("random", "attention", "gradient", "attention x gradient")
#: Which of two erasures flips the decision: the largest weight's, a random other one's.
FLIPS = ("both", "only the largest", "only the random one", "neither")
#: Shares of the weights at which the figure counts flipped decisions.
SHARES = tuple(step / 20 for step in range(1, 21))


@dataclass
class Erasures:
    """What erasing did, one value a sentence."""

    #: JS divergence after erasing the largest weight, less that after erasing a random one.
    differences: list[float] = field(default_factory=list)
    flips: list[str] = field(default_factory=list)
    #: By ranking, the smallest share of the weights whose erasure flips; NaN when none does.
    fractions: dict[str, list[float]] = field(default_factory=dict)


def run(request: Request) -> Result:
    """Erase attention, sentence by sentence, and count flipped decisions."""
    model = load(str(request.options["model"]))
    texts = sentences.read(request.data)
    texts = texts[: 12 if request.quick else int(request.options["sentences"])]
    found = Erasures()
    with request.stage("erasing") as done:
        _erase_all(model, texts, int(request.options["layer"]), request.seed, found, done)
    return Result(
        study="serrano-smith",
        title="Is attention interpretable? Decision flips, run again",
        source="Serrano & Smith 2019, Is Attention Interpretable?",
        findings=_findings(found),
        differences=_differences(model),
        tables=(_flip_table(found), _fraction_table(found), _divergence_table(found)),
        figures=_figures(found),
        settings={
            "model": {"name": str(request.options["model"]), "hash": model.fingerprint},
            "layer": int(request.options["layer"]),
            "sentences": len(texts),
            "seed": request.seed,
        },
        seconds=request.seconds,
    )


def _erase_all(
    model: Model,
    texts: Sequence[str],
    layer: int,
    seed: int,
    found: Erasures,
    done: Callable[[float], None],
) -> None:
    place = layer if layer >= 0 else model.layers + layer
    for number, text in enumerate(texts):
        tokens = model.tokenize(text, truncate=True)
        if int((~tokens.special).sum()) >= 2:
            # A stream of its own for each sentence: the result does not depend on the others.
            _erase(model, tokens, place, seed * 1_000_003 + number, found)
        done((number + 1) / len(texts))


def _erase(model: Model, tokens: Tokens, layer: int, seed: int, found: Erasures) -> None:
    """Erase one sentence's attention in every way."""
    positions = np.flatnonzero(~tokens.special)
    random, others = random_orders(len(positions), 2, seed=seed).tolist()
    orders = {"random": np.array(random)} | rankings(model, tokens, layer)
    erased: list[NDArray[np.int64]] = [positions[orders[name][:size]] for name in RANKINGS
                                       for size in range(1, len(positions) + 1)]  # fmt: skip
    largest = int(orders["attention"][0])
    other = next(place for place in others if place != largest)
    erased += [positions[[largest]], positions[[other]]]
    edits = [[_knock_out(layer, keys.tolist())] for keys in erased]
    probabilities = model.predict(
        [tokens] * (len(edits) + 1), interventions=[[], *edits]
    ).probabilities.astype(np.float64)
    base, others = probabilities[0], probabilities[1:]
    flipped = others.argmax(axis=1) != base.argmax()
    for place, name in enumerate(RANKINGS):
        part = flipped[place * len(positions) : (place + 1) * len(positions)]
        first = (int(part.argmax()) + 1) / len(positions) if part.any() else float("nan")
        found.fractions.setdefault(name, []).append(first)
    top, rest = bool(flipped[-2]), bool(flipped[-1])
    found.flips.append(
        "both" if top and rest else FLIPS[1] if top else FLIPS[2] if rest else "neither"
    )
    found.differences.append(divergence(base, others[-2]) - divergence(base, others[-1]))


def _knock_out(layer: int, keys: list[int]) -> Intervention:
    return Intervention.knock_out(keys=keys, queries=[0], layers=[layer], renormalise=True)


def rankings(model: Model, tokens: Tokens, layer: int) -> dict[str, NDArray[np.int64]]:
    """Return the explained positions' places in each order of erasure, the first one first.

    The gradient is the predicted class's with respect to the attention weight, heads averaged.
    """
    positions = np.flatnonzero(~tokens.special)
    attention = explain(model, tokens, method="attention", layer=layer)
    product = explain(model, tokens, method="attention_times_gradient", layer=layer)
    slopes = model.gradient(tokens, at=f"blocks.{layer}.attention.pattern")
    slope = slopes.mean(axis=0)[0][positions]
    scores = {
        "attention": attention.scores,
        "gradient": slope,
        "attention x gradient": product.scores,
    }
    return {name: np.argsort(-one, kind="stable") for name, one in scores.items()}


def _flip_table(found: Erasures) -> Table:
    count = len(found.flips)
    rows = tuple(
        Row((name,), Measure(found.flips.count(name) / count if count else None, None, count))
        for name in FLIPS
    )
    return Table(
        name="decision-flips",
        title="Which erasure flips the decision: the largest weight's, or a random other one's",
        keys=("flips",),
        rows=rows,
        note="Shares of the sentences.",
        digits=3,
    )


def _fraction_table(found: Erasures) -> Table:
    rows = []
    for name in RANKINGS:
        values = np.array(found.fractions[name])
        defined = values[~np.isnan(values)]
        median = float(np.median(defined)) if defined.size else None
        never = float(np.isnan(values).mean())
        rows += [
            Row((name, "mean"), Measure.of(values)),
            Row((name, "median"), Measure(median, None, int(defined.size))),
            Row((name, "never flips"), Measure(never, None, len(values))),
        ]
    return Table(
        name="fractions",
        title="The smallest share of the weights whose erasure flips the decision",
        keys=("ranking", "of the sentences"),
        rows=tuple(rows),
        note="Mean and median over the sentences whose decision flips; the others, which never "
        "flip under a ranking, are undefined there and counted beside it.",
        digits=3,
    )


def _divergence_table(found: Erasures) -> Table:
    values = np.array(found.differences)
    return Table(
        name="divergence",
        title="Largest weight against a random one: the difference of JS divergences",
        keys=("statistic",),
        rows=(
            Row(("mean",), Measure.of(values)),
            Row(("share above 0",), Measure(float((values > 0).mean()), None, len(values))),
        ),
        note="Positive: erasing the largest weight moves the prediction more.",
        digits=4,
    )


def _figures(found: Erasures) -> tuple[Figure, ...]:
    curves = []
    for colour, name in enumerate(RANKINGS):
        values = np.array(found.fractions[name])
        flipped = tuple(float((values <= share + 1e-9).mean()) for share in SHARES)
        curves.append(Curve(name, SHARES, flipped, colour=colour))
    limit = max((abs(value) for value in found.differences), default=0.0) or 1.0
    return (
        Curves(
            title="Decisions flipped, by the share of the weights erased",
            curves=tuple(curves),
            x_label="share of the attention weights erased, best-ranked first",
            y_label="share of the sentences",
            caption="Decisions that erasing at most so many weights has flipped, by ranking",
            ticks=tuple((share, f"{share:.0%}") for share in SHARES[4::5]),
        ),
        Violins(
            title="The smallest share whose erasure flips",
            violins=tuple(
                Violin(name, np.array(found.fractions[name]), colour)
                for colour, name in enumerate(RANKINGS)
            ),
            y_label="share of the weights",
            caption="Sentences whose decision flips, by ranking; the dot is the median",
        ),
        Histograms(
            title="Largest weight against a random one",
            violins=(Violin("sentences", np.array(found.differences)),),
            x_label="difference of JS divergences",
            caption="Positive: the largest weight matters more than the random one",
            low=-limit,
            high=limit,
        ),
    )


def _findings(found: Erasures) -> tuple[str, ...]:
    count = max(len(found.flips), 1)
    top = (found.flips.count("both") + found.flips.count(FLIPS[1])) / count
    rest = (found.flips.count("both") + found.flips.count(FLIPS[2])) / count
    never = {name: float(np.isnan(found.fractions[name]).mean()) for name in RANKINGS}
    parts = ", ".join(f"{name} {1 - never[name]:.1%}" for name in RANKINGS)
    return (
        f"Erasing the largest attention weight flips {top:.1%} of the decisions, erasing a random "
        f"other one {rest:.1%}.",
        f"Decisions that erasing some of the best-ranked weights flips at all: {parts}.",
    )


_RESIDUAL = (
    "The paper's models read the attended states alone; a transformer's read-out position also has "
    "its own state in the residual stream, which no erasure of attention reaches. So many "
    "decisions never flip. This is about attention given the hidden states.",
    "When every explained weight is erased, the read-out attends to special tokens alone.",
)
_ATTENDED = (
    "As in the paper the decision is made from the attended states alone, here one query's over a "
    "recurrent or convolutional encoder; the paper's models attend to words and then to sentences.",
    "When every weight is erased the attended state is zero and the decision that of the bias "
    "alone: a share of 1 means that nothing less did it.",
)


def _differences(model: Model) -> tuple[str, ...]:
    """What decides from attended states alone can be emptied; what has a residual stream cannot."""
    own = _ATTENDED if model.family == "attention_classifier" else _RESIDUAL
    return (
        *own,
        "No published figures stand beside: the paper's tables are on other models and texts.",
    )
