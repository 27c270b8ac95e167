"""A browser for the tests of pages."""

import shutil

import pytest

from .browser import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Open a browser of its own for a module's tests; without one they are skipped."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    with Browser(CHROMIUM, tmp_path_factory.mktemp("profile")) as opened:
        yield opened
