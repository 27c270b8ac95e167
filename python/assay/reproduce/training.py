"""Models that a study trains: words to ids, texts with labels, and a folder that is made once."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.engine import disk
from assay.engine.errors import InternalError
from assay.inputs.tokenizer import Tokenizer
from assay.inputs.tokens import Tokens
from assay.models import folder
from assay.models.loading import load
from assay.models.model import Model
from assay.reproduce.model_folder import ModelFolder, claim
from assay.training import fitting

#: The reserved words, in the order of their ids.
RESERVED = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


@dataclass(frozen=True)
class Labelled:
    """Texts as words, what they are labelled, and which words attention is to be kept off.

    `relevant` has one flag a word; empty where a study has no use for it.
    """

    texts: tuple[tuple[str, ...], ...]
    labels: tuple[int, ...]
    relevant: tuple[tuple[bool, ...], ...] = ()

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, places: Iterable[int]) -> Labelled:
        """Return some of the texts, in the given order."""
        chosen = list(places)
        return Labelled(
            tuple(self.texts[i] for i in chosen),
            tuple(self.labels[i] for i in chosen),
            tuple(self.relevant[i] for i in chosen) if self.relevant else (),
        )

    def tokens(self, tokenizer: Tokenizer) -> list[Tokens]:
        """Tokenise every text; a word is a token."""
        return [tokenizer.encode(" ".join(words)) for words in self.texts]

    def digest(self) -> str:
        """Return what tells these texts, labels and flags from others."""
        return _digest(self)


@dataclass(frozen=True)
class Trained:
    """A trained model and what its training reported.

    `facts` has `seconds`, which a model that an earlier run finished keeps from then; a training
    that was interrupted counts from where it went on.
    """

    model: Model
    facts: Mapping[str, Any]


def write_tokenizer(texts: Sequence[Sequence[str]], place: Path, *, minimum: int) -> Tokenizer:
    """Write a tokenizer whose tokens are the words that occur at least `minimum` times.

    Texts are split at white space and lower-cased; the order of ids is by count, then alphabet.
    """
    from tokenizers import Tokenizer as FastTokenizer
    from tokenizers.models import WordLevel
    from tokenizers.normalizers import Lowercase
    from tokenizers.pre_tokenizers import WhitespaceSplit
    from tokenizers.processors import TemplateProcessing

    counts = Counter(word.lower() for words in texts for word in words)
    known = [word for word, count in counts.items() if count >= minimum and word not in RESERVED]
    known.sort(key=lambda word: (-counts[word], word))
    ids = {word: number for number, word in enumerate([*RESERVED, *known])}
    fast = FastTokenizer(WordLevel(ids, unk_token="[UNK]"))
    fast.add_special_tokens(list(RESERVED))
    fast.normalizer = Lowercase()
    fast.pre_tokenizer = WhitespaceSplit()
    fast.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    disk.write(place / "tokenizer.json", fast.to_str(pretty=True))
    tokenizer = folder.tokenizer(place)
    if tokenizer is None:
        raise InternalError(f"{place}: the tokenizer that was written is not there")
    return tokenizer


def trained(
    place: Path,
    configuration: Mapping[str, Any],
    train: Labelled,
    validation: Labelled,
    *,
    seed: int,
    options: Mapping[str, Any],
    minimum: int = 2,
    penalty: Mapping[str, Any] | None = None,
    done: Callable[[float], None] = lambda share: None,
) -> Trained:
    """Train a model from scratch, or open it where the same training was finished before.

    A training that was interrupted goes on from its last evaluation.

    Args:
        place: the model's folder.
        configuration: its `config.json` without the size of the vocabulary.
        train: the texts to learn from; the vocabulary is theirs.
        validation: what decides which parameters are kept.
        seed: of initial weights, order and dropout.
        options: the engine's training options.
        minimum: how often a word occurs that has an id of its own.
        penalty: `strength` and `layers` of the cost of attending to relevant words.
        done: receives the share that is done.
    """
    claim(place)
    tokenizer = write_tokenizer(train.texts, place, minimum=minimum)
    settings = {
        "config": {**configuration, "vocab_size": tokenizer.size},
        "seed": seed,
        "options": dict(options),
        "penalty": dict(penalty) if penalty else None,
        "data": _digest(train, validation),
    }
    kept = ModelFolder(place, settings)
    known = kept.facts()
    if known is not None:
        return Trained(load(place), known)
    kept.begin()
    started = time.perf_counter()
    labels = len(configuration["id2label"])
    fitted = fitting.fit(
        _labelled(train, tokenizer, labels, withheld=penalty is not None),
        _labelled(validation, tokenizer, labels, withheld=False),
        tokenizer,
        options=options,
        seed=seed,
        state=kept.state,
        progress=lambda share, _: done(max(share, 0.0)),
        config=settings["config"],
        penalty=penalty,
        output=str(place / "model.safetensors"),
    )
    facts = _facts(fitted, round(time.perf_counter() - started, 1))
    text = json.dumps(settings["config"], indent=2) + "\n"
    disk.write(place / "config.json", text)
    kept.finish(facts)
    return Trained(load(place), facts)


def accuracy(model: Model, data: Labelled) -> NDArray[np.bool_]:
    """Return, text by text, whether the model gives the right label."""
    predicted = model.predict(data.tokens(tokenizer_of(model))).logits.argmax(axis=1)
    return np.asarray(predicted == np.array(data.labels))


def shuffled(count: int, seed: int) -> list[int]:
    """Return the numbers below `count` in an order that the seed decides."""
    order = np.random.Generator(np.random.Philox(key=seed)).permutation(count)
    return [int(place) for place in order]


def tokenizer_of(model: Model) -> Tokenizer:
    """Return the tokenizer of a model that was trained here."""
    if model.tokenizer is None:
        raise InternalError(f"{model.path}: the model has no tokenizer")
    return model.tokenizer


def _labelled(
    data: Labelled, tokenizer: Tokenizer, count: int, *, withheld: bool
) -> fitting.Labelled:
    items = data.tokens(tokenizer)
    flags: list[list[int]] | None = None
    if withheld:
        flags = [
            [0 if word < 0 else int(relevant[word]) for word in tokens.words.tolist()]
            for tokens, relevant in zip(items, data.relevant, strict=True)
        ]
    targets = fitting.one_hot(np.array(data.labels, np.intp), count)
    return fitting.Labelled(items=items, targets=targets, withheld=flags)


def _facts(fitted: fitting.Fitted, seconds: float) -> dict[str, Any]:
    return {
        "parameters": fitted.parameter_count,
        "correct": fitted.quality["correct"],
        "count": fitted.quality["count"],
        "loss": fitted.quality["loss"],
        "best_at": fitted.done,
        "evaluations": [
            {
                "done": one.done,
                "steps": one.steps,
                "loss": one.training_loss,
                "validation_loss": one.loss,
                "accuracy": one.accuracy,
            }
            for one in fitted.history
        ],
        "seconds": seconds,
    }


def _digest(*parts: Labelled) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(repr((part.texts, part.labels, part.relevant)).encode())
    return digest.hexdigest()[:16]
