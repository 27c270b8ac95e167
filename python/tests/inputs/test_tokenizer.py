"""Tokenizers whose parts contradict each other."""

import json

import pytest
from tokenizers import Tokenizer

import assay


@pytest.mark.parametrize(
    ("field", "value"),
    [("tokens", ["[CLS]", "x"]), ("tokens", []), ("ids", [2, 3]), ("ids", [])],
)
def test_a_template_with_other_pieces_than_ids_is_refused(field, value):
    demo = assay.load("demo")
    parts = json.loads(demo.tokenizer.to_json())
    parts["post_processor"]["special_tokens"]["[CLS]"][field] = value
    with pytest.raises(assay.AssayError) as refused:
        repr(demo.with_tokenizer(Tokenizer.from_str(json.dumps(parts))).tokenize("a fine film"))
    assert isinstance(refused.value, assay.CheckpointError | assay.InputTypeError)
