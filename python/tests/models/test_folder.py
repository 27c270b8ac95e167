"""Model names to folders."""

import json

import pytest
from conftest import wordpiece

from assay.engine.errors import CheckpointError, InputTypeError, ModelNotFoundError
from assay.models import folder


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    return tmp_path


def test_a_path_is_itself(tmp_path):
    assert folder.find(tmp_path) == tmp_path
    assert folder.find(str(tmp_path)) == tmp_path


def test_a_cached_name_leads_to_the_snapshot_of_its_main_reference(cache):
    root = cache / "models--org--name"
    for snapshot in ("aaa", "bbb"):
        (root / "snapshots" / snapshot).mkdir(parents=True)
    (root / "refs").mkdir()
    (root / "refs" / "main").write_text("aaa")
    assert folder.find("org/name") == root / "snapshots" / "aaa"
    (root / "refs" / "main").write_text("gone")
    assert folder.find("org/name").parent == root / "snapshots"


@pytest.mark.parametrize("name", ["", "nothing", "org/nothing", "a/b/c", "../x", "a\0b", "org/.."])
def test_a_name_that_leads_nowhere_says_where_was_looked(cache, name):
    with pytest.raises(ModelNotFoundError, match="embedded models") as found:
        folder.find(name)
    assert isinstance(found.value, FileNotFoundError)


def test_a_name_is_text_or_a_path():
    with pytest.raises(InputTypeError, match="found int"):
        folder.find(3)


def test_a_folder_without_a_tokenizer_has_none(tmp_path):
    assert folder.tokenizer(tmp_path) is None


def test_special_tokens_are_read_from_either_file_in_either_form(tmp_path):
    wordpiece().save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "special_tokens_map.json").write_text(json.dumps({"pad_token": "[SEP]"}))
    assert folder.tokenizer(tmp_path).vocabulary["pad"] == 3
    config = {"pad_token": {"content": "[CLS]"}, "model_max_length": 512}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    assert folder.tokenizer(tmp_path).vocabulary["pad"] == 2


@pytest.mark.parametrize("file", ["tokenizer.json", "special_tokens_map.json"])
@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_broken_file_is_named(tmp_path, file, text):
    wordpiece().save(str(tmp_path / "tokenizer.json"))
    (tmp_path / file).write_text(text)
    with pytest.raises(CheckpointError, match=file):
        folder.tokenizer(tmp_path)
