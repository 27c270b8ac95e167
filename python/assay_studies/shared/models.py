"""Models that a study trains once: transformers from nothing, attention classifiers."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

import assay
from assay_studies.shared import corpora
from assay_studies.shared.corpora import Labelled
from assay_studies.shared.folder import claim, write
from assay_studies.shared.study import Request

TRAINING = "training.json"
#: The reserved words, in the order of their ids.
RESERVED = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
#: The labels of a text's sentiment.
SENTIMENT = {"id2label": {"0": "NEGATIVE", "1": "POSITIVE"}}
Trained: TypeAlias = assay.TunedModel | assay.AttentionClassifier


def once(
    request: Request,
    name: str,
    stage: str,
    settings: Mapping[str, Any],
    make: Callable[[Path, Mapping[str, Any]], Trained],
) -> Path:
    """Train a model into its folder, unless a training with the same settings finished there.

    Args:
        request: the study's, which keeps how many seconds the training took; of one that was
            interrupted those count since it went on.
        name: the folder's; `training.json` in it has the settings and what the training reported.
        stage: what the training is called.
        settings: all that decides the model.
        make: trains it into a folder, with `state` (there when these settings were interrupted)
            and `progress` for the training.

    Raises:
        InputError: the folder holds something else.
    """
    place = request.output / "models" / name
    found = claim(place, TRAINING, {"settings": None, "facts": None})
    wanted, facts = json.loads(json.dumps(settings)), found["facts"]
    if not facts or found["settings"] != wanted:
        state, owner = place / "state.safetensors", place / "state.json"
        digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
        if not (owner.is_file() and owner.read_bytes() == digest.encode()):
            state.unlink(missing_ok=True)
        write({owner: digest})
        started = time.perf_counter()
        with request.stage(stage) as done:
            how = {"state": state, "progress": lambda share, _: done(max(share, 0.0))}
            model = make(place, how)
        facts = {
            "seconds": round(time.perf_counter() - started, 1),
            "evaluations": [asdict(one) for one in model.history],
        }
        report = {"settings": wanted, "facts": facts}
        write({place / TRAINING: json.dumps(report, indent=2) + "\n"})
        for file in (state, owner):
            file.unlink(missing_ok=True)
    request.trainings[name] = facts["seconds"]
    return place


def trained(
    request: Request,
    name: str,
    stage: str,
    configuration: Mapping[str, Any],
    data: Sequence[Labelled],
    *,
    seed: int,
    options: Mapping[str, Any],
    minimum: int = 2,
    penalty: Mapping[str, Any] | None = None,
) -> assay.Model:
    """Train a transformer whose tokens are words, or open the one that an earlier run finished.

    The vocabulary is the words that occur `minimum` times in the training texts, which stand before
    the validation texts in `data`. `penalty` has `strength` and `layers` of the cost of attending
    to relevant words.
    """
    train, validation = data
    settings = {
        "config": configuration, "seed": seed, "options": options, "minimum": minimum,
        "penalty": penalty, "data": [one.digest() for one in data],
    }  # fmt: skip

    def make(place: Path, how: Mapping[str, Any]) -> assay.TunedModel:
        return assay.train(
            configuration,
            train.texts,
            train.labels,
            tokenizer=word_tokenizer(train.texts, minimum=minimum),
            validation=(validation.texts, validation.labels),
            output=place,
            options=options,
            # A word is a token, between a mark at each end.
            impermissible=[[0, *flags, 0] for flags in train.relevant] if penalty else None,
            seed=seed,
            **(penalty or {}),
            **how,
        )

    return assay.load(once(request, name, stage, settings, make))


def tuned(
    request: Request,
    name: str,
    stage: str,
    start: assay.Model,
    data: Sequence[Labelled],
    *,
    seed: int,
    **options: Any,
) -> assay.Model:
    """Train a model of a folder on, or open what an earlier run finished.

    `options` are those of `assay.fine_tune`; the validation texts stand last in `data`.
    """
    train, validation = data
    settings = {
        "start": start.fingerprint, "seed": seed, "options": options,
        "data": [one.digest() for one in data],
    }  # fmt: skip
    held = (validation.texts, validation.labels)

    def make(place: Path, how: Mapping[str, Any]) -> assay.TunedModel:
        return assay.fine_tune(
            start, train.texts, train.labels,
            validation=held, output=place, seed=seed, **options, **how,
        )  # fmt: skip

    return assay.load(once(request, name, stage, settings, make))


def word_tokenizer(texts: Sequence[str], *, minimum: int) -> Tokenizer:
    """Return a tokenizer whose tokens are the words that occur at least `minimum` times.

    Texts are split at white space and lower-cased; the order of ids is by count, then alphabet.
    """
    counts = Counter(word.lower() for text in texts for word in text.split())
    known = [word for word, count in counts.items() if count >= minimum and word not in RESERVED]
    known.sort(key=lambda word: (-counts[word], word))
    ids = {word: number for number, word in enumerate([*RESERVED, *known])}
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token="[UNK]"))
    tokenizer.add_special_tokens(list(RESERVED))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(name, ids[name]) for name in ("[CLS]", "[SEP]")],
    )
    return tokenizer


def classifier(
    request: Request,
    parts: Mapping[str, Labelled],
    encoder: str,
    attention: str,
    seed: int,
    *,
    name: str = "",
    made: Mapping[str, Any] | None = None,
    **options: Any,
) -> assay.AttentionClassifier:
    """Train an attention classifier, or open the one that an earlier run finished.

    The request's `vectors` is the standard deviation of word vectors, `epochs` the passes; other
    `options` are of `fit`. `made` says what those were made from that are arrays.
    """
    train, dev = parts["train"], parts["dev"]
    vectors = request.options["vectors"]
    options = {"epochs": request.options["epochs"], **options}
    plain = {key: one for key, one in options.items() if isinstance(one, bool | int | float | str)}
    settings: dict[str, Any] = {
        "shape": {"encoder": encoder, "attention": attention, "initializer_range": vectors},
        "fit": {**plain, **(made or {})},
        "seed": seed,
        "data": [train.digest(), dev.digest()],
    }
    shape: dict[str, Any] = {"split": "spaces", "initializer_range": vectors}
    if request.options["word_vectors"]:
        words = {word for text in train.texts for word in text.lower().split()}
        table = corpora.word_vectors(Path(request.options["word_vectors"]), words)
        settings["word_vectors"] = corpora.digest(table)
        shape |= {"embeddings": table, "embedding_size": len(next(iter(table.values())))}

    def make(place: Path, how: Mapping[str, Any]) -> assay.AttentionClassifier:
        model = assay.AttentionClassifier(encoder, attention, **shape)
        held = (dev.texts, dev.labels)
        model.fit(train.texts, train.labels, validation=held, seed=seed, **options, **how)
        model.save(place)
        return model

    name = name or f"{encoder}-{attention}-{seed}"
    place = once(request, name, f"training {encoder}", settings, make)
    return assay.AttentionClassifier.load(place)


def answers(model: assay.Model, texts: Sequence[str]) -> NDArray[np.intp]:
    """Return the model's label of every text, by number."""
    return np.asarray(model.predict(list(texts)).logits.argmax(axis=1), np.intp)


def correct(model: assay.Model, data: Labelled) -> NDArray[np.bool_]:
    """Return, text by text, whether the model gives the right label."""
    return np.asarray(answers(model, data.texts) == np.array(data.labels))


def f1(found: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    """Return the F1 score of the second class; 0 where nothing is or should be found.

    >>> f1(np.array([True, True, False]), np.array([True, False, False]))
    0.6666666666666666
    """
    total = int(found.sum()) + int(right.sum())
    return 2 * int((found & right).sum()) / total if total else 0.0
