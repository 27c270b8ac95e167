"""Pruthi et al. 2020: a model that learned to hide where it looks, and whether the verdict sees it.

Two models are trained on the same texts from the same weights: an honest one, and one whose
attention to the words that decide costs. Both are then verified, sentence by sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from assay.ask.samples import proportion
from assay.reproduce.corpora import sst_wiki
from assay.reproduce.figures import Figure, Histograms, Violin, Violins
from assay.reproduce.study import Request, Result
from assay.reproduce.tables import Measure, Row, Table
from assay.reproduce.training import Labelled, Trained, accuracy, shuffled, trained
from assay.reproduce.twins import CHOSEN, EVIDENCE, TWINS, Twin, separation, verify_all, weigh

CONFIGURATIONS: dict[str, dict[str, Any]] = {
    "bert": {
        "model_type": "bert",
        "hidden_size": 128,
        "num_attention_heads": 4,
        "num_hidden_layers": 2,
        "intermediate_size": 512,
        "max_position_embeddings": 256,
        "type_vocab_size": 1,
        "hidden_act": "gelu",
        "initializer_range": 0.02,
    },
    "pre_norm_encoder": {
        "model_type": "pre_norm_encoder",
        "n_embd": 128,
        "n_head": 4,
        "n_layer": 2,
        "n_positions": 256,
        "initializer_range": 0.02,
    },
}
LABELS = {"id2label": {"0": "NEGATIVE", "1": "POSITIVE"}}
TRAINING: dict[str, Any] = {
    "tokens_per_step": 2048,
    "rate": 1e-3,
    "dropout": 0.3,
    "pattern_dropout": 0.1,
    "corruption": 0.5,
    "averaging": 0.99,
    "evaluations_per_pass": 1,
}
OUTCOMES = {
    "verdict": ("trustworthy", "inconclusive", "not trustworthy"),
    "consistency": ("supported", "inconclusive", "contradicted"),
    "causal_relevance": ("supported", "inconclusive", "contradicted"),
    "counterfactual_robustness": ("supported", "inconclusive", "contradicted"),
}


def run(request: Request) -> Result:
    """Train the twins, verify their attention, and say what tells them apart."""
    parts = {name: sst_wiki.read(request.file(*_places(name))) for name in _PARTS}
    if request.quick:
        parts = {name: data.take(range(min(150, len(data)))) for name, data in parts.items()}
    test = parts["test"]
    count = min(int(request.options["sentences"]) if not request.quick else 12, len(test))
    chosen = test.take(shuffled(len(test), 7)[:count])
    explanation = str(request.options["explanation"])
    measured = {name: Twin() for name in TWINS}
    trainings: dict[str, list[float]] = {name: [] for name in TWINS}
    for seed in request.all_seeds:
        for name in TWINS:
            with request.stage(f"training the {name} twin") as done:
                one = _trained(request, name, seed, parts, done)
            model = one.model
            trainings[name].append(one.facts["seconds"])
            with request.stage("accuracy and attention"):
                measured[name].accuracies.append(float(accuracy(model, test).mean()))
                weigh(model, test, measured[name])
            with request.stage(f"verifying the {name} twin") as done:
                verify_all(model, chosen, explanation, measured[name], done)
    separations = {name: separation(measured, name) for name in (*EVIDENCE, CHOSEN)}
    return Result(
        study="deception",
        title="Learning to deceive, and whether it shows",
        source="Pruthi et al. 2020, Learning to Deceive with Attention-Based Explanations",
        findings=_findings(measured, separations),
        differences=_DIFFERENCES,
        tables=(
            _training_table(measured),
            _separation_table(separations),
            _outcome_table(measured),
        ),
        figures=_figures(measured),
        settings={
            "data": {name: len(data) for name, data in parts.items()},
            "verified": {"sentences": count, "explanation": explanation},
            "configuration": CONFIGURATIONS[str(request.options["family"])],
            "training": {**TRAINING, "passes": _passes(request)},
            "penalty": _penalty(request),
            "seeds": list(request.all_seeds),
            "seconds a training": trainings,
        },
        seconds=request.seconds,
    )


_PARTS = ("train", "dev", "test")


def _places(part: str) -> tuple[str, str, str]:
    folders = ("", "sst-wiki/", "deceptive_attention/sst-wiki/")
    first, second, third = (f"{folder}{part}.txt" for folder in folders)
    return first, second, third


def _passes(request: Request) -> int:
    return 1 if request.quick else int(request.options["passes"])


def _penalty(request: Request) -> dict[str, Any]:
    """The penalty is on the layer that the verified map is read from: the last one."""
    return {"strength": float(request.options["strength"]), "layers": [1]}


def _trained(
    request: Request,
    name: str,
    seed: int,
    parts: Mapping[str, Labelled],
    done: Callable[[float], None],
) -> Trained:
    family = str(request.options["family"])
    return trained(
        request.output / "models" / f"{family}-{name}-{seed}",
        CONFIGURATIONS[family] | LABELS,
        parts["train"],
        parts["dev"],
        seed=seed,
        options={**TRAINING, "passes": _passes(request)},
        penalty=_penalty(request) if name == "deceptive" else None,
        done=done,
    )


def _training_table(measured: Mapping[str, Twin]) -> Table:
    rows = []
    for name in TWINS:
        twin = measured[name]
        rows.append(Row((name, "accuracy"), Measure.of(twin.accuracies)))
        rows += [
            Row((name, f"attention to {kind}"), Measure.of(masses))
            for kind, masses in twin.masses.items()
        ]
    return Table(
        name="twins",
        title="Accuracy and attention of the twins",
        keys=("twin", "of the test sentences"),
        rows=tuple(rows),
        note="Accuracy over trainings; attention of the last layer's read-out position, heads "
        "averaged, over test sentences.",
        digits=3,
    )


def _separation_table(separations: Mapping[str, Mapping[str, float]]) -> Table:
    rows = []
    for name, one in separations.items():
        for kind in ("auc", "low", "high"):
            value = None if np.isnan(one[kind]) else one[kind]
            rows.append(Row((name, _BOUNDS[kind]), Measure(value, None, int(one["n"]))))
    return Table(
        name="separation",
        title="How well the evidence tells the twins apart",
        keys=("evidence", "area under the curve"),
        rows=tuple(rows),
        note="The chance that the honest twin's evidence exceeds the deceptive twin's, over all "
        "pairs of test sentences; intervals by resampling sentences 1,000 times.",
        digits=3,
    )


_BOUNDS = {"auc": "area", "low": "2.5 %", "high": "97.5 %"}


def _outcome_table(measured: Mapping[str, Twin]) -> Table:
    rows = []
    for condition, order in OUTCOMES.items():
        for name in TWINS:
            found = measured[name].outcomes[condition]
            for outcome in dict.fromkeys([*order, *sorted(found)]):
                one = proportion(found.count(outcome), len(found))
                key = (condition.replace("_", " "), name, outcome)
                interval = f"{one.low:.1%} to {one.high:.1%}"
                rows.append(Row((*key, interval), Measure(one.share, None, one.count)))
    return Table(
        name="outcomes",
        title="Shares of each outcome",
        keys=("of", "twin", "outcome", "95 % interval"),
        rows=tuple(rows),
        note="Shares of the verified test sentences, n of them; intervals after Wilson 1927.",
        digits=3,
    )


def _figures(measured: Mapping[str, Twin]) -> tuple[Figure, ...]:
    masses = Violins(
        title="Attention to the words that decide",
        violins=tuple(
            Violin(f"{name}: {kind}", np.array(measured[name].masses[kind]), colour)
            for colour, name in enumerate(TWINS)
            for kind in ("relevant words", "other words")
        ),
        y_label="share of the attention",
        caption="The last layer's read-out attention, one value a test sentence",
    )
    evidence = tuple(
        Histograms(
            title=kind.capitalize(),
            violins=tuple(
                Violin(name, np.array(measured[name].evidence[kind]), colour)
                for colour, name in enumerate(TWINS)
            ),
            x_label=_UNITS[kind],
            caption=f"{kind.capitalize()}, one value a verified sentence",
            low=0.0 if kind == "effect of removal" else -0.5,
            high=1.0,
            bins=30,
        )
        for kind in (*EVIDENCE[:3], CHOSEN)
    )
    return (masses, *evidence)


_UNITS = {
    "agreement with gradients": "0 is chance, 1 the best found",
    "agreement with removal": "0 is chance, 1 the best found",
    "effect of removal": "total variation when the highlighted words are removed",
    CHOSEN: "0 is chance, 1 the best found",
}


def _findings(
    measured: Mapping[str, Twin], separations: Mapping[str, Mapping[str, float]]
) -> tuple[str, ...]:
    honest, deceptive = (measured[name] for name in TWINS)
    right = [float(np.mean(twin.accuracies)) for twin in (honest, deceptive)]
    mass = [float(np.mean(twin.masses["relevant words"])) for twin in (honest, deceptive)]
    combined = separations[CHOSEN]
    trusted = [
        twin.outcomes["verdict"].count("trustworthy") / len(twin.outcomes["verdict"])
        for twin in (honest, deceptive)
    ]
    rejected = [
        twin.outcomes["verdict"].count("not trustworthy") / len(twin.outcomes["verdict"])
        for twin in (honest, deceptive)
    ]
    return (
        f"The honest twin is right on {right[0]:.1%} of the test sentences, the deceptive one on "
        f"{right[1]:.1%}.",
        f"Attention to the words that decide: {mass[0]:.1%} in the honest twin, {mass[1]:.1%} in "
        "the deceptive one.",
        f"{CHOSEN.capitalize()} tells the twins apart with an area under the curve of "
        f"{combined['auc']:.3f} (95 % interval {combined['low']:.3f} to {combined['high']:.3f}).",
        f"The verdict calls the deceptive twin's attention not trustworthy on {rejected[1]:.1%} "
        f"and trustworthy on {trusted[1]:.1%} of the sentences; the honest twin's on "
        f"{rejected[0]:.1%} and {trusted[0]:.1%}.",
    )


_DIFFERENCES = (
    "The paper's transformer is a pre-trained BERT; this one learns from the texts alone, so both "
    "twins are right less often. The penalty is the paper's, -log of the attention that is "
    "permitted, on the last layer's read-out row, averaged over heads.",
    "Both twins lose random words while they learn, so that a text with missing words is nothing "
    "new to them.",
    "What is verified is the map that the penalty manipulates, the last layer's attention. Which "
    "evidence counts (the weaker of the two agreements) was chosen on development sentences.",
)
