"""Opens levels and runs snippets, from synchronous tests."""

from __future__ import annotations

import asyncio
import os
from typing import Any, NoReturn

import pytest

from codesteer.sandbox import Execution, Limits, Sandbox, SandboxUnavailable, open_sandbox

EVERY_LEVEL = "SYMBENCH_TEST_EVERY_LEVEL"
"""Set where no level may be missing, as in continuous integration: else a machine that lost
one would go on testing less and less, and nobody would notice."""


def run(sandbox: Sandbox, code: str, **limits: Any) -> Execution:
    limits.setdefault("wall_s", 20.0)
    return asyncio.run(sandbox.run(code, limits=Limits(**limits)))


def open_level(level: str, **options: Any) -> Sandbox:
    try:
        return open_sandbox(level=level, **options)
    except SandboxUnavailable as missing:
        level_is_missing(str(missing))


def level_is_missing(why: str) -> NoReturn:
    """Skips, or fails where every level has to be there."""
    if os.environ.get(EVERY_LEVEL):
        pytest.fail(f"{EVERY_LEVEL} is set: {why}")
    pytest.skip(why)
