"""How far several methods agree about one prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

<<<<<<< HEAD:python/assay/ask/compare.py
from assay.ask.explain import explain
from assay.ask.statistics import agreement
from assay.engine.errors import OptionError, UnsupportedModelError
from assay.engine.progress import Progress, polling
from assay.engine.registry import methods as registered
from assay.inputs.text import TextLike
from assay.inputs.tokens import Tokens
from assay.models.model import Model, Target
from assay.results.comparison import Comparison
from assay.results.explanation import Explanation
=======
from assay import _files
from assay._errors import OptionError
from assay._extras import extra
from assay._progress import Progress
from assay.explanation import Explanation, from_record
from assay.model import Model, Target
from assay.text import TextLike
from assay.tokens import Tokens


@dataclass(frozen=True, eq=False, kw_only=True)
class Comparison:
    """How far methods agree about one prediction; arrays are read-only, NaN where undefined.

    Attributes:
        methods: the names, in the order of the matrix.
        statistic: the measure of agreement.
        matrix: float64 [methods, methods], symmetric, 1 on the diagonal.
        noise_floor: float64 [methods, methods], the 95 % quantile that random rankings reach.
        ceiling: each method against itself under another seed; 1 where nothing is random.
        explanations: the compared explanations.
        skipped: methods that the model cannot do, and why.
        magnitudes: whether scores were compared by size (signed and unsigned methods together).
        verdicts: what the rule made of each map, by method, as plain values: `own` and `oracle` (the
            leave-one-out map within the same attention) with `verdict`, `outcomes` and
            `efficiencies` a condition; empty where nobody asked.
        differences: for every two maps, on the same sets and by the same operators, the difference
            of efficiency a condition, and a `sentence`. One text has no interval.
        note: what one text can say of a difference, and what it cannot.
    """

    methods: tuple[str, ...]
    statistic: str
    matrix: NDArray[np.float64]
    noise_floor: NDArray[np.float64]
    ceiling: Mapping[str, float]
    explanations: Mapping[str, Explanation]
    skipped: Mapping[str, str]
    magnitudes: bool
    verdicts: Mapping[str, Mapping[str, Any]]
    differences: tuple[Mapping[str, Any], ...]
    note: str | None
    tokens: Tokens

    def __repr__(self) -> str:
        return f"<Comparison of {len(self.methods)} methods by {self.statistic}>"

    def __str__(self) -> str:
        from assay.comparison_document import document
        from assay.render_text import render

        return render(document(self))

    def _repr_html_(self) -> str:
        from assay.comparison_document import document
        from assay.render_html import fragment

        return fragment(document(self))

    def to_html(self, path: str | os.PathLike[str]) -> None:
        """Write a self-contained page."""
        from assay.comparison_document import document
        from assay.render_html import page

        _files.write(path, page(document(self), title="Assay comparison"))

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, for JSON; undefined numbers are `None`."""

        def numbers(matrix: NDArray[np.float64]) -> list[list[float | None]]:
            return [[None if np.isnan(x) else float(x) for x in row] for row in matrix]

        return {
            "methods": list(self.methods),
            "statistic": self.statistic,
            "matrix": numbers(self.matrix),
            "noise_floor": numbers(self.noise_floor),
            "ceiling": dict(self.ceiling),
            "skipped": dict(self.skipped),
            "magnitudes": self.magnitudes,
            "verdicts": dict(self.verdicts),
            "differences": list(self.differences),
            "note": self.note,
        }

    def to_frame(self) -> Any:
        """Return the matrix as a pandas DataFrame.

        Raises:
            MissingExtraError: pandas is not installed.
        """
        pandas = extra("pandas", "a table")
        return pandas.DataFrame(self.matrix, index=self.methods, columns=self.methods)
>>>>>>> d76aeaf (Compare methods in one question to the engine, each judged on the same evidence):python/assay/comparison.py


def compare(
    model: Model,
    text: TextLike,
    *,
    methods: Sequence[str] | None = None,
    statistic: str = "kendall",
    magnitudes: bool = True,
    verdicts: bool | None = None,
    target: Target = None,
    seed: int = 0,
    truncate: bool = False,
    progress: Progress = None,
    **options: Any,
) -> Comparison:
    """Explain one prediction by several methods, measure how far they agree, and judge each.

    All maps are judged on one body of evidence: random sets, removals, gradients and the
    leave-one-out map are computed once, however many methods there are.

    Args:
        model: from `assay.load`.
        text: one input.
        methods: names in `assay.methods()`; by default all that the model can do.
        statistic: a name that `assay.agreement` knows.
        magnitudes: compare the sizes of scores, so that signed and unsigned methods meet.
        verdicts: whether each map is judged by the checks that decide; by default where methods are
            named, since judging all of them takes long.
        target: a class index, a label, a pair to contrast; by default the predicted class, against
            the strongest other one where there are more than ten.
        seed: keys every random draw.
        truncate: cut an input that is too long, with a warning.
        progress: True for a bar, or a function of (fraction, stage).
        **options: of the verdict: `alpha`, `epsilon`, `scale` and what `assay.checks()` lists.

    Raises:
        OptionError: no such method or statistic, or none that the model can do.
        InputError: the input cannot be used.

    >>> import assay
    >>> c = assay.compare(assay.load("demo"), "a gripping film", methods=["attention", "saliency"])
    >>> c.matrix.shape, float(c.matrix[0, 0])
    ((2, 2), 1.0)
    """
    if methods is not None and not methods:
        raise OptionError("methods: expected one or more, found none", subject="methods")
    tokens = model.tokenize(text, truncate=truncate)
    asked = {
        "methods": None if methods is None else list(dict.fromkeys(methods)),
        "statistic": statistic,
        "magnitudes": magnitudes,
        "target": model.target_index(target),
        "seed": seed,
        "verdicts": methods is not None if verdicts is None else verdicts,
        "options": options,
    }
    found = model.call("compare", [tokens], asked, progress=progress)
    explanations = [from_record(one, tokens) for one in found["explanations"]]
    names = tuple(one.method for one in explanations)
    return Comparison(
        methods=names,
        statistic=statistic,
        matrix=found["matrix"],
        noise_floor=found["noise_floor"],
        ceiling=MappingProxyType(dict(zip(names, found["ceiling"].tolist(), strict=True))),
        explanations=MappingProxyType(dict(zip(names, explanations, strict=True))),
        skipped=MappingProxyType(dict(found["skipped"])),
        magnitudes=magnitudes,
        verdicts=MappingProxyType({one["map"]: one for one in found["judged"]}),
        differences=tuple(found["pairs"]),
        note=found["note"],
        tokens=tokens,
    )
