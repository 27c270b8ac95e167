"""Rows that no model can use, and models of every kind that an audit takes."""

import json

import numpy as np

import assay


class Silent:
    """A value that will not even say what it is."""

    def __repr__(self):
        raise RuntimeError("no")


class Strange:
    """An array of a stranger's, which cannot be read."""

    def __array__(self, *_, **__):
        raise RuntimeError("no")


#: Rows that are no text. What is an array or a list of ids may be one for a model without a
#: tokenizer.
NO_TEXT = {
    "a masked array": np.ma.array([5, 6], mask=[False, True]),
    "one number without end": np.broadcast_to(np.int32(5), 2**40),
    "missing": None,
    "not a number": float("nan"),
    "empty": "",
    "white space": " \n\t ",
    "a number": 5,
    "infinity": float("inf"),
    "a truth value": True,
    "bytes": b"a film",
    "half a character": "\ud800 film",
    "texts": ["a", "b", "c"],
    "half a pair": ("a", None),
    "a pair of a number": ("a", 5),
    "a record without a text": {"words": "x"},
    "a record of a record": {"text": {"a": 1}},
    "an empty record": {},
    "an empty list": [],
    "an empty tuple": (),
    "a value that will not speak": Silent(),
    "an object": object(),
    "an array of texts": np.array(["a"]),
    "an array of fractions": np.array([0.5]),
    "a table of ids": np.array([[1, 2]]),
    "an id beyond all": np.array([2**40]),
    "an id below all": np.array([-1, 2]),
}
#: What stands beside a text as its label, its rationale or its scores.
NO_LABEL = [
    "9" * 5000, "x", 7, -1, 1e400, 0.5, [1], {"a": 1}, np.array([0, 1]), object(), Silent(), b"1",
    "²", float("-inf"),
]  # fmt: skip
NO_RATIONALE = [
    [[float("inf"), 3]], [[0, 10**30]], [[-1, 2]], [[3, 1]], [1, 0], ["absent"], [[1, 2, 3]],
    [[None, 1]], {"a": 1}, 5, [{}], "absent", np.zeros((2, 2, 2)), Silent(),
]  # fmt: skip
NO_SCORES = [
    [10**400], [float("nan")] * 3, [[1], [2, 3]], "x", None, [1.0], [], {"zebra": 1}, Strange(),
    Silent(), [object()] * 3,
]  # fmt: skip
#: Lines of a jsonl file that hold nothing to examine.
NO_LINE = [
    "", "[" * 200_000, "{", "5", "null", '"', "[1]", '{"text": ' + "[" * 900 + "]" * 900 + "}",
    '{"text": 5}', '{"text": "a film", "label": ' + "9" * 5000 + "}", '{"text": null}', "\udcff",
    json.dumps({"annotation_id": "a", "evidences": 5}),
    json.dumps({"annotation_id": "a", "evidences": [["x"]]}),
    json.dumps({"annotation_id": "../../etc/passwd", "evidences": []}),
    json.dumps({"annotation_id": "a" * 5000, "evidences": []}),
    json.dumps({"annotation_id": "a\0b", "evidences": []}),
    json.dumps({"annotation_id": "spoiled", "evidences": []}),
    json.dumps({"annotation_id": "sound", "evidences": [[{"docid": "sound", "start_token": "x"}]]}),
    json.dumps({"annotation_id": "sound", "evidences": [
        [{"docid": "sound", "start_token": 1e300, "end_token": 2}]]}),
]  # fmt: skip


def moody(texts):
    """Predict, unless the text asks for one of the ways in which a function can fail."""
    for text in texts:
        if isinstance(text, str) and "raise" in text:
            raise {"value": ValueError, "key": KeyError}.get(text.split()[-1], RuntimeError)(text)
        if isinstance(text, str) and "nothing" in text:
            return None
    good = np.array([0.9 if "good" in str(text) else 0.2 for text in texts])
    if any("undefined" in str(text) for text in texts):
        good = good * float("nan")
    if any("crooked" in str(text) for text in texts):
        return good.reshape(1, -1, 1)
    return np.stack([1 - good, good], axis=1)


#: Texts that make `moody` fail.
MOODS = [
    "raise value", "raise key", "raise other", "nothing comes", "it is undefined", "a crooked one",
]  # fmt: skip


def box():
    """Return a black box of texts."""
    return assay.black_box(predict=moody, labels=["bad", "good"])


def classifier():
    """Return a small attention classifier."""
    model = assay.AttentionClassifier("average", hidden_size=8, embedding_size=8)
    return model.fit(["a good film", "a bad film"] * 4, [1, 0] * 4, epochs=1)
