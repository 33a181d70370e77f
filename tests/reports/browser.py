"""A headless browser for tests; where none is installed, they are skipped with the reason."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage",
    "--disable-extensions", "--no-first-run", "--disable-component-update", "--disable-sync",
]  # fmt: skip


def executable() -> str | None:
    """The browser: of ``SYMBENCH_CHROMIUM``, else the first that is installed."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("SYMBENCH_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def browser() -> Iterator[Any]:
    """An open browser."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = executable()
    if path is None:
        pytest.skip("no Chromium is installed (apt-get install chromium)")
    with api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()
