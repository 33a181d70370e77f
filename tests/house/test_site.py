"""The documentation's site is built without a warning, so every link leads somewhere; search finds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pytest_symbench.plugin import OPTIONS

ROOT = Path(__file__).parents[2]

pytest.importorskip("mkdocs", reason="pip install -e '.[docs]'")
pytest.importorskip("mkdocstrings", reason="pip install -e '.[docs]'")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_page_is_in_it(site: Path) -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").with_suffix("")
        built = name.parent if name.name == "index" else name
        assert (site / built / "index.html").exists(), page


def test_search_finds_options_names_and_words(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    texts = [f"{entry['title']} {entry['text']}" for entry in index["docs"]]
    wanted = ["open_sandbox", "synthesize", "McNemar", *(f"--symbench-{o.name}" for o in OPTIONS)]
    assert [word for word in wanted if not any(word in text for text in texts)] == []
    assert '"lang"' in json.dumps(index["config"])


def test_no_page_asks_another_host(site: Path) -> None:
    for page in (site / "index.html", site / "tutorial" / "index.html"):
        text = page.read_text(encoding="utf-8")
        assert "https://fonts" not in text
        assert 'src="http' not in text
