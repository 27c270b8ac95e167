"""Explanations: one score per explained token, with everything that made it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from assay.engine.arguments import checked
from assay.engine.arrays import frozen
from assay.engine.door import plain
from assay.engine.errors import InputError, OptionError
from assay.inputs.tokens import Tokens, grouped
from assay.results import handing, records, storage
from assay.results.shown import Shown, show

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from pandas import DataFrame


@dataclass(frozen=True, eq=False, kw_only=True)
class WordScores:
    """Scores over words: `texts` and float64 `scores`, one for each explained word, in order."""

    texts: tuple[str, ...]
    scores: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[tuple[str, float]]:
        return zip(self.texts, self.scores.tolist(), strict=True)


@dataclass(frozen=True, eq=False, kw_only=True)
class Explanation(Shown):
    """One score per explained position. Arrays are read-only views of the engine's memory.

    Attributes:
        method: the registered name, or `external` for scores that were given.
        tokens: the whole input, special tokens included.
        scores: float32 [explained], in the method's own unit, see `sums_to`.
        positions: int32 [explained], where in `tokens` each score belongs.
        target: the class index, or the pair that was contrasted.
        options: every option as it was resolved.
        seed: what every random draw was keyed by.
        convergence_delta: for path methods, how far the scores miss the difference of outputs.
        standard_errors: for sampled methods, one per score.
        sink_mass: for attention, the share that rests on special tokens and punctuation.
        sums_to: what the scores add up to, where the method promises it.
        proof: numerical checks of the explanation itself: name, value, tolerance, passed.
        cost: forward and backward passes.
        details: further float32 vectors over the positions, by name.
    """

    method: str
    tokens: Tokens
    scores: NDArray[np.float32]
    positions: NDArray[np.int32]
    target: int | tuple[int, int] | None
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    convergence_delta: float | None = None
    standard_errors: NDArray[np.float32] | None = None
    sink_mass: float | None = None
    sums_to: str | None = None
    proof: tuple[Mapping[str, Any], ...] = ()
    cost: Mapping[str, int] = field(default_factory=dict)
    details: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.scores)

    def __repr__(self) -> str:
        order = np.argsort(-self.scores, kind="stable")[:3]
        pieces = self.tokens.readable
        top = ", ".join(f"{pieces[self.positions[i]]} {self.scores[i]:.3g}" for i in order)
        return f"<Explanation {self.method} n={len(self)} target={self.target}: {top}>"

    @checked
    def words(self, reduce: str = "sum") -> WordScores:
        """Return the scores added up (or, with `reduce="max"`, the largest by size) over words.

        >>> import assay
        >>> e = assay.explain(assay.load("demo"), "a gripping film", method="saliency")
        >>> e.words().texts
        ('a', 'gripping', 'film')
        """
        if reduce not in ("sum", "max"):
            raise OptionError.of("reduce", "sum or max", f"{reduce!r}")
        texts, numbers = self.tokens.word_texts(), self.tokens.words[self.positions]
        scores = self.scores.astype(np.float64)
        members = grouped(numbers)
        names: list[str] = []
        values: list[float] = []
        for number in dict.fromkeys(numbers.tolist()):
            if number < 0:  # a special token that was explained on request stands alone
                for i in np.flatnonzero(numbers < 0).tolist():
                    names.append(self.tokens.readable[int(self.positions[i])])
                    values.append(float(scores[i]))
                continue
            part = scores[members[number]]
            names.append(texts[number])
            values.append(float(part.sum() if reduce == "sum" else part[np.abs(part).argmax()]))
        return WordScores(texts=tuple(names), scores=frozen(np.array(values, np.float64)))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON."""
        record = {name: plain(getattr(self, name)) for name in self.__dataclass_fields__}
        return record | {"tokens": storage.tokens_record(self.tokens)}

    def to_shap(self) -> Any:
        """Return a `shap.Explanation`: values float64 [n], the explained tokens as data.

        Its base value is 0: that scores add up to a difference of outputs is promised by some
        methods alone (see `sums_to`).

        Raises:
            MissingExtraError: shap is not installed.
        """
        return handing.to_shap(self)

    def to_captum(self) -> Any:
        """Return the `VisualizationDataRecord` that Captum's text visualisation takes.

        The probability in it is nan: an explanation does not know it.

        Raises:
            MissingExtraError: captum is not installed.
        """
        return handing.to_captum(self)

    def to_frame(self) -> DataFrame:
        """Return a pandas table, one row an explained token: position, token, word, score.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        frame: DataFrame = handing.to_frame(self)
        return frame

    def __dlpack__(self, **options: Any) -> Any:
        """Hand the scores, float32 [n], to `torch.from_dlpack` and others.

        Without a copy, except for libraries that ask for a version without read-only memory.
        """
        scores = self.scores if options.get("max_version") else np.array(self.scores)
        return scores.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.scores.__dlpack_device__()

    @checked
    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a JSON file that `Explanation.load` reads back exactly."""
        storage.save(path, "explanation", self.to_dict())

    @checked
    def plot(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Draw the text with each token on the colour of its score, and save it if asked to.

        The figure is matplotlib's: `e.plot("map.pdf")` for a paper, or the last line of a cell.

        Raises:
            OptionError: the name's ending says no known format.
            MissingExtraError: matplotlib is not installed.
        """
        if path is not None:
            show().save_plot(self, path)
        figure: Figure = show().plot_of(self)
        return figure

    @staticmethod
    @checked
    def load(path: str | os.PathLike[str]) -> Explanation:
        """Read what `save` wrote.

        Raises:
            InputError: the file holds something else.
        """
        return storage.load(path, "explanation", _loaded)


def explanation_of(record: Mapping[str, Any], tokens: Tokens) -> Explanation:
    """Return the explanation of an engine's or a file's record.

    Raises:
        InputError: it holds something else.
    """
    return records.read(Explanation, record, tokens=tokens)


def _loaded(record: Mapping[str, Any]) -> Explanation:
    """Return the explanation of a file's record, of which nothing is known."""
    explanation = explanation_of(record, storage.tokens_of(record["tokens"]))
    require_fitting(explanation)
    str(explanation), explanation._repr_html_(), explanation.words()
    return explanation


def require_fitting(explanation: Explanation) -> None:
    """Check that scores and positions belong to the tokens.

    Raises:
        InputError: they do not.
    """
    positions, count = explanation.positions, len(explanation.scores)
    errors = explanation.standard_errors
    if (
        {len(positions), len(set(positions.tolist()))} != {count}
        or any(not 0 <= place < len(explanation.tokens) for place in positions.tolist())
        or (errors is not None and len(errors) != count)
    ):
        raise InputError.of("scores", "one for each of the explained positions", "others")
