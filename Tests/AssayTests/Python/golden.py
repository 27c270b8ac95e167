import sys, json, os
import numpy as np
import assay
out = sys.argv[1]
m = assay.load("demo")
r = assay.verify(m, "a gripping film", budget=300)
r.save(out + "/report.json")
e = assay.explain(m, ("it was fine", "or not"), method="integrated_gradients", target="positive")
e.save(out + "/explanation.json")
from assay.audit.configuration import Configuration
print([Configuration(seed=s).row_seed(n) for s, n in ((0,0),(0,5),(7,1),(2**40+3,123456),(2**63,2**33))])
a = assay.audit(m, ["a gripping film", "a dull mess", "", "a fine cast in a thin story"], labels=["positive","negative",None,1], progress=False, workers=1)
json.dump(a.answer, open(out+"/answer.json","w"), indent=1, ensure_ascii=False)
print(a.answer["answer"], a.answer["sentences"][0], [x["verdict"] for x in a._records if x.get("error") is None])
t = m.tokenize("Ünïcode — a gripping, beautifully acted film!")
print(t.pieces, t.words.tolist(), t.offsets.tolist(), t.word_texts())
print(e.words().texts, list(e.words().scores))
