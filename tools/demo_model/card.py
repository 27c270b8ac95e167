"""The demo model's card, with the numbers of the training that made it."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

TEMPLATE = """\
---
language: en
pipeline_tag: text-classification
library_name: attention-assay
metrics: [accuracy]
---

# demo

The model behind `assay.load("demo")`: a small sentiment transformer for English, made so that
Assay does its whole job with no network and no other download. It is meant for trying Assay out,
for examples and for tests. It is not meant for judging texts.

| | |
|---|---|
| architecture | `BertForSequenceClassification`: {layers} layers, width {width}, {heads} heads, \
feed-forward {inner}, {vocabulary} word pieces, {positions} positions; {parameters} parameters, \
half precision |
| labels | `NEGATIVE`, `POSITIVE` |
| test accuracy | **{test_accuracy}** ({test_correct} of {test_count}; 95 % Wilson interval \
{test_low} to {test_high}) |
| development accuracy | {dev_accuracy} ({dev_correct} of {dev_count}; used to choose the \
parameters, so it is too high) |
| configuration and weights | fingerprint `{fingerprint}` |

The test set was looked at once, after everything was chosen: the sentences of the standard test
split whose label is not neutral.

## Data

The Stanford Sentiment Treebank (Socher et al. 2013, "Recursive deep models for semantic
compositionality over a sentiment treebank"): sentences of film reviews with a label 0 to 4 on every
node of their parse trees. Trained on the {train_count} distinct phrases of the standard training
split. Development and test sentences are those of the standard splits without the neutral ones.
The package contains none of the texts.

## Recipe

One command trains tokenizer and model with Assay's own tape and optimizer:

    python tools/train_demo.py --data DIR --seed {seed}

- Tokenizer: lower-cased, accents stripped, contractions parted as the treebank parts them
  (`isn't` is `is` + `n't`), word pieces learned from the training sentences.
- Targets: labels 0 to 4 ask for p(POSITIVE) = {targets}. Neutral phrases are kept with
  one half, so that without evidence the model answers "neither"; whole sentences count
  {sentence_weight} times.
- Missing words: half of the texts lose up to 40 % of their words in each pass, to the mask token
  (40 %), the unknown token, a random word, or nothing at all (20 % each). What Assay's checks do
  to a text is therefore nothing this model has never seen.
- Optimisation: Adam with decoupled decay, dropout, a moving average of the parameters; the average
  with the best development accuracy of 12 evaluations is kept. The numbers stand in
  `Sources/TrainDemo/Recipe.swift`.
- Seed {seed}; the same data, seed and instruction set give the same bits on any number of threads.
  A run takes about eight minutes of processor time.

## Its attention

Rollout rests on the words that carry the sentiment and on negations; the last layer's raw attention
alone is much flatter, because the first layer has already gathered what matters. Neither CLS nor
SEP is a sink. Whether a map is an explanation of one answer is what `assay.verify` decides, and for
long sentences the answer is often no.

## Limits

- Short opinions about films, in English. Other subjects, long texts and irony are guesswork; the
  longest training text has about 60 tokens, and positions beyond are untrained.
- A negated complaint ("not bad at all") is usually read as a complaint.
- Trained from nothing on a small data set: it knows no word that is not in it, and about one
  sentence in five is judged wrongly.
- Its probabilities are deliberately soft (a mildly positive phrase is taught as 0.85).
- Film reviews carry their writers' biases; so does the model.
- No licence is stated for the treebank by its authors. The weights are published under the
  licence of this package as far as they can be.
"""


def wilson(correct: int, count: int, level: float = 0.95) -> tuple[float, float]:
    """The interval of Wilson (1927) for a share."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share = correct / count
    centre = share + z * z / (2 * count)
    half = z * ((share * (1 - share) + z * z / (4 * count)) / count) ** 0.5
    scale = 1 + z * z / count
    return (centre - half) / scale, (centre + half) / scale


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{100 * share:.1f} %"


def render(
    configuration: Mapping[str, Any],
    counts: Mapping[str, int],
    outcome: Mapping[str, Any],
    *,
    targets: tuple[float, ...],
    sentence_weight: float,
) -> str:
    """Fill the card with a configuration, the sizes of the data and what the training reported."""
    test, dev = outcome["test"], outcome["dev"]
    low, high = wilson(test["correct"], test["count"])
    return TEMPLATE.format(
        layers=configuration["num_hidden_layers"],
        width=configuration["hidden_size"],
        heads=configuration["num_attention_heads"],
        inner=configuration["intermediate_size"],
        vocabulary=configuration["vocab_size"],
        positions=configuration["max_position_embeddings"],
        parameters=f"{outcome['parameters']:,}",
        test_accuracy=percent(test["correct"] / test["count"]),
        test_correct=test["correct"],
        test_count=f"{test['count']:,}",
        test_low=f"{100 * low:.1f}",
        test_high=percent(high),
        dev_accuracy=percent(dev["correct"] / dev["count"]),
        dev_correct=dev["correct"],
        dev_count=dev["count"],
        fingerprint=outcome["fingerprint"],
        train_count=f"{counts['train']:,}",
        seed=outcome["seed"],
        targets=", ".join(f"{target:g}" for target in targets),
        sentence_weight=f"{sentence_weight:g}",
    )
