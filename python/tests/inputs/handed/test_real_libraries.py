"""The libraries themselves, where they are installed. Oracle: the objects that they make today."""

import numpy as np
import pytest
from small import FAST

import assay

TEXT = "a gripping, beautifully acted film"


@pytest.fixture(scope="module")
def demo():
    return assay.load("demo")


@pytest.mark.filterwarnings("ignore")
def test_captum_and_torch(demo):
    torch = pytest.importorskip("torch")
    visualization = pytest.importorskip("captum.attr").visualization
    tokens = demo.tokenize(TEXT)
    scores = torch.arange(len(tokens), dtype=torch.bfloat16, requires_grad=True)
    record = visualization.VisualizationDataRecord(
        scores.float().detach().numpy(), 0.9, 1, 1, "POSITIVE", 1.0, list(tokens.pieces), 0.0
    )
    for handed in (record, scores, scores[None]):
        found = assay.verify(demo, TEXT, explanation=handed, **FAST).explanation
        assert found.scores.tolist() == list(range(1, len(tokens) - 1))
    again = demo_explanation(demo).to_captum()
    assert again.raw_input_ids == ["a", "gripping", ",", "beautifully", "acted", "film"]


@pytest.mark.filterwarnings("ignore")
def test_captum_with_its_delta(demo):
    torch = pytest.importorskip("torch")
    attr = pytest.importorskip("captum.attr")
    torch.manual_seed(0)
    table = torch.nn.Embedding(10_000, 4)
    ids = torch.tensor(demo.tokenize(TEXT).ids.tolist())[None].long()

    def forward(given):
        return table(given).sum(dim=(1, 2)).tanh()

    made, delta = attr.LayerIntegratedGradients(forward, table).attribute(
        ids, return_convergence_delta=True
    )
    with pytest.raises(assay.ShapeError, match=r"\.sum\(-1\)"):
        assay.verify(demo, TEXT, explanation=(made, delta), **FAST)
    summed = made.sum(-1)
    found = assay.verify(demo, TEXT, explanation=(summed, delta), **FAST).explanation
    assert found.scores.tolist() == pytest.approx(summed[0, 1:-1].tolist(), rel=1e-6)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_tables_of_words(demo, library):
    module = pytest.importorskip(library)
    columns = {"word": ["a", "gripping,", "beautifully", "acted", "film"],
               "score": [0.1, 0.5, 0.25, 0.0, 0.125]}  # fmt: skip
    table = module.table(columns) if library == "pyarrow" else module.DataFrame(columns)
    made = assay.verify(demo, TEXT, explanation=table, **FAST)
    named = assay.verify(demo, TEXT, explanation=list(zip(*columns.values(), strict=True)), **FAST)
    assert made.to_dict() == named.to_dict()


def demo_explanation(demo):
    return assay.explain(demo, TEXT, method="attention")


@pytest.mark.filterwarnings("ignore")
def test_shap(demo):
    shap = pytest.importorskip("shap")

    def predict(texts):
        return demo.predict(
            [str(text) if str(text).strip() else "." for text in texts]
        ).probabilities

    explainer = shap.Explainer(
        predict, shap.maskers.Text(r"\W"), output_names=["n", "p"], silent=True
    )
    made = explainer([TEXT])
    reports = [assay.verify(demo, TEXT, explanation=one, target=1, **FAST)
               for one in (made, made[0], made[0, :, 1])]  # fmt: skip
    assert len({str(report.explanation.scores.tolist()) for report in reports}) == 1
    handed = demo_explanation(demo).to_shap()
    assert isinstance(handed, shap.Explanation)
    assert assay.verify(demo, TEXT, explanation=handed, **FAST).granularity == "token"


@pytest.mark.filterwarnings("ignore")
def test_lime(demo):
    text = pytest.importorskip("lime.lime_text")
    explainer = text.LimeTextExplainer(random_state=0)
    made = explainer.explain_instance(
        TEXT, lambda texts: demo.predict(list(texts)).probabilities, num_features=4, num_samples=100
    )
    report = assay.verify(demo, TEXT, explanation=made, target=1, **FAST)
    weights = dict(made.as_list())
    pieces = [report.tokens.pieces[one] for one in report.explanation.positions]
    expected = [weights.get(piece, 0.0) for piece in pieces]
    assert report.explanation.scores.tolist() == pytest.approx(expected, abs=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_transformers():
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    torch.manual_seed(0)
    small = {"n_embd": 32, "n_layer": 2, "n_head": 2, "vocab_size": 100, "bos_token_id": 0,
             "eos_token_id": 0}  # fmt: skip
    eager = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(**small, attn_implementation="eager")
    ).eval()
    prompt = torch.tensor([[1, 2, 3, 4]])
    made = eager.generate(
        prompt, max_new_tokens=4, min_new_tokens=4, do_sample=False, pad_token_id=0,
        output_attentions=True, return_dict_in_generate=True,
    )  # fmt: skip
    whole = eager(made.sequences[:, :-1], output_attentions=True)
    for handed in (made, made.attentions):
        assert np.allclose(assay.rollout(handed), assay.rollout(whole.attentions), atol=1e-6)
    sdpa = transformers.GPT2LMHeadModel(
        transformers.GPT2Config(**small, attn_implementation="sdpa")
    ).eval()
    for handed in (sdpa(prompt, output_attentions=True), sdpa(prompt)):
        with pytest.raises(assay.InputTypeError, match='attn_implementation="eager"'):
            assay.rollout(handed)
