"""Explanations in the forms of other libraries, which are imported only here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from assay.engine.extras import extra

if TYPE_CHECKING:
    from assay.results.explanation import Explanation


def to_shap(explanation: Explanation) -> Any:
    """Return a `shap.Explanation` of the explained tokens, float64 [n], with the base value 0."""
    shap = extra("shap", "a SHAP explanation")
    return shap.Explanation(
        values=explanation.scores.astype(np.float64),
        base_values=0.0,
        data=np.array(_texts(explanation), dtype=object),
    )


def to_captum(explanation: Explanation) -> Any:
    """Return the record that `captum.attr.visualization.visualize_text` takes."""
    visualization = extra("captum.attr", "a record of Captum").visualization
    delta = explanation.convergence_delta
    return visualization.VisualizationDataRecord(
        word_attributions=np.array(explanation.scores),
        pred_prob=float("nan"),
        pred_class=explanation.target,
        true_class=None,
        attr_class=explanation.target,
        attr_score=float(explanation.scores.sum()),
        raw_input_ids=_texts(explanation),
        convergence_score=float("nan") if delta is None else delta,
    )


def to_frame(explanation: Explanation) -> Any:
    """Return a pandas table, a row an explained token."""
    pandas = extra("pandas", "a table")
    places = explanation.positions.tolist()
    columns = {
        "position": places,
        "token": _texts(explanation),
        "word": explanation.tokens.words[places],
        "score": np.array(explanation.scores),
    }
    if explanation.standard_errors is not None:
        columns["standard_error"] = np.array(explanation.standard_errors)
    return pandas.DataFrame(columns)


def _texts(explanation: Explanation) -> list[str]:
    pieces = explanation.tokens.pieces
    return [pieces[place] for place in explanation.positions.tolist()]
