"""What several tests of training begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.training import lessons


@pytest.fixture(scope="package")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny steerer after 30 steps."""
    from codesteer_training import sft

    folder = tmp_path_factory.mktemp("trained")
    command = ["--recipe", str(lessons.recipe(folder)), "--data", str(lessons.data(folder))]
    assert sft.main([*command, "--out", str(folder / "sft")]) == 0
    return folder / "sft"
