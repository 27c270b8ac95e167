"""Generated texts. Oracles: `explain` on every prefix, the likeliest token, teacher forcing."""

import numpy as np
import pytest
from golden import FIXTURES

import assay

PROMPT = np.array([5, 9, 13, 7], np.int32)
DECODERS = ["gpt2-causal-20x4", "llama-causal-24x4", "gpt-neox-causal-20x2"]


@pytest.fixture(scope="module", params=DECODERS)
def model(request):
    return assay.load(FIXTURES / request.param)


def test_the_likeliest_token_is_written_each_time(model):
    made = assay.explain_generation(model, PROMPT, max_new_tokens=5, method="attention")
    ids = PROMPT
    for written, share in zip(made.tokens.ids[made.start :], made.probabilities, strict=True):
        said = model.predict(ids, positions=-1)
        assert written == said.logits[0].argmax()
        np.testing.assert_allclose(share, said.probabilities[0].max(), rtol=1e-6)
        ids = np.append(ids, written).astype(np.int32)
    assert (made.start, len(made)) == (4, 5)


@pytest.mark.parametrize("method", ["attention_rollout", "input_x_gradient", "leave_one_out"])
def test_each_row_explains_its_prefix(model, method):
    made = assay.explain_generation(model, PROMPT, np.array([3, 8, 21]), method=method, seed=4)
    whole = np.concatenate([PROMPT, [3, 8, 21]]).astype(np.int32)
    matrix = made.matrix
    assert matrix.shape == (3, 7)
    for at in range(3):
        alone = assay.explain(
            model, whole[: 4 + at], method=method, target=int(whole[4 + at]), position=-1, seed=4
        )
        np.testing.assert_array_equal(made[at].scores, alone.scores)
        np.testing.assert_array_equal(matrix[at, alone.positions], alone.scores)
        assert np.isnan(matrix[at, 4 + at :]).all()


def test_a_text_that_is_given_has_the_numbers_of_one_that_is_written(model):
    written = assay.explain_generation(model, PROMPT, max_new_tokens=4, method="saliency")
    forced = assay.explain_generation(
        model, PROMPT, written.tokens.ids[written.start :], method="saliency"
    )
    np.testing.assert_array_equal(written.matrix, forced.matrix)
    np.testing.assert_array_equal(written.probabilities, forced.probabilities)
    assert written.labels == forced.labels


def test_any_row_can_be_verified(model):
    made = assay.explain_generation(model, PROMPT, max_new_tokens=3, method="attention_rollout")
    row = assay.verify(model, made, at=1)
    prefix = made.tokens.ids[: made.start + 1]
    alone = assay.verify(
        model, prefix, explanation="attention_rollout", target=int(made.tokens.ids[5]), position=-1
    )
    assert (row.verdict, row.reason) == (alone.verdict, alone.reason)
    for name, check in row.checks.items():
        assert check.statistic == alone.checks[name].statistic


def test_it_is_shown_row_by_row(model, tmp_path):
    made = assay.explain_generation(model, PROMPT, max_new_tokens=3, method="attention")
    for label in made.labels:
        assert label in made.to_text()
        assert label in made.to_html()
    made.plot(tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size > 1000
    assert made.to_dict()["start"] == 4


def test_what_cannot_be_explained_is_refused(model):
    with pytest.raises(assay.OptionError, match="max_new_tokens"):
        assay.explain_generation(model, PROMPT, max_new_tokens=0)
    made = assay.explain_generation(model, PROMPT, max_new_tokens=1, method="attention")
    with pytest.raises(assay.OptionError, match="one of the 1 written tokens"):
        assay.verify(model, made, at=1)
    with pytest.raises(assay.OptionError, match="explain_generation"):
        assay.verify(model, PROMPT, at=0)
    limit = model.max_positions
    with pytest.raises(assay.InputError, match="no room"):
        assay.explain_generation(model, np.full(limit, 5, np.int32))
    with pytest.raises(assay.InputError, match=f"at most {limit} tokens"):
        assay.explain_generation(model, PROMPT, np.full(limit, 5, np.int32))
    with pytest.raises(assay.UnsupportedModelError, match="causal language model"):
        assay.explain_generation(assay.load(FIXTURES / "gpt2-20x4"), PROMPT)
