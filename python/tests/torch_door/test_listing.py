"""The list in the documentation. Oracle: the list made anew."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="torch is not installed")
pytest.importorskip("transformers", reason="transformers is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")
ROOT = Path(__file__).parents[3]


def test_the_documentation_lists_what_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from tools import list_architectures

    text = list_architectures.PAGE.read_text(encoding="utf-8")
    assert list_architectures.page(text) == text
    assert text.count("| `") >= 45
    sys.modules.pop("tools.list_architectures")
