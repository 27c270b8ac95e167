"""Writes what the tests of the Swift surface hold it against: python golden.py FOLDER."""

import json
import sys
from pathlib import Path

import assay

out = Path(sys.argv[1])
model = assay.load("demo")
assay.verify(model, "a gripping film", budget=400).save(out / "report.json")
assay.explain(
    model, ("it was fine", "or not"), method="integrated_gradients", target="positive"
).save(out / "explanation.json")
audit = assay.audit(
    model,
    ["a gripping film", "a dull mess", "", "a fine cast in a thin story"],
    labels=["positive", "negative", None, 1],
    progress=False,
)
answer = json.dumps(audit.answer, ensure_ascii=False, indent=1)
(out / "answer.json").write_text(answer + "\n")
