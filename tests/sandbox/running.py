"""Runs snippets from synchronous tests."""

from __future__ import annotations

import asyncio
from typing import Any

from codesteer.sandbox import Execution, Limits, Sandbox


def run(sandbox: Sandbox, code: str, **limits: Any) -> Execution:
    limits.setdefault("wall_s", 20.0)
    return asyncio.run(sandbox.run(code, limits=Limits(**limits)))
