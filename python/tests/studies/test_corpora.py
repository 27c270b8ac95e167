"""Files of texts that are none: an error that names the file, whatever is in them."""

import random

import pytest

import assay
from assay_studies.abnar_zuidema import corpus as agreement
from assay_studies.deception import corpus as sst_wiki
from assay_studies.shared.corpora import sentences, splits, word_vectors

READERS = {
    "agreement.txt": agreement.real_sentences,
    "templates.tsv": agreement.templates,
    "sentences.csv": sentences,
    "sentences.txt": sentences,
    "splits.csv": splits,
    "words.txt": sst_wiki.read,
    "vectors.txt": lambda path: word_vectors(path, ["a", "film"]),
}
HEADERS = ["", "text,label,exp_split\n", "grammatical\tungrammatical\ttemplate\n", "text\n"]
PIECES = [
    "a",
    "film",
    ",",
    "\t",
    "\n",
    "1",
    "inf",
    "1e999",
    "\0",
    "train",
    "dev",
    "test",
    '"',
    "x" * 9,
]


@pytest.mark.parametrize("name", READERS)
def test_a_file_of_anything_is_read_or_refused(name, tmp_path):
    path, refused = tmp_path / name, 0
    for number in range(300):
        draw = random.Random(number)
        text = draw.choice(HEADERS) + "".join(draw.choices(PIECES, k=draw.randint(0, 60)))
        data = text.encode() if draw.random() < 0.8 else b"\xff\xfe" + text.encode()
        path.write_bytes(data)
        (tmp_path / f"{name}.block").write_bytes(data)
        try:
            READERS[name](path)
        except assay.InputError:
            refused += 1
    assert refused > 20


@pytest.mark.parametrize("name", READERS)
def test_a_file_that_is_not_there_is_an_error_of_ours(name, tmp_path):
    with pytest.raises(assay.InputError, match=name.partition(".")[0]):
        READERS[name](tmp_path / name)
