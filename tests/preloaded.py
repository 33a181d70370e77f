"""Loaded once: what a run of pytester's in this process would otherwise import anew each time."""

from __future__ import annotations

import contextlib
from importlib import import_module

for name in (
    "rich.console",
    "codesteer.methods.only_question",
    "codesteer.models.openai_compatible",
    "codesteer.models.transport",
    "codesteer.steerers.policy",
    "pytest_symbench.controller",
    "pytest_symbench.gate.options",
    "pytest_symbench.gate.power",
    "pytest_symbench.plan",
    "symbench_reports.junit",
    "symbench_reports.plugin",
    "symbench_reports.progress",
    "symbench_reports.terminal",
    "symbench_reports.writing",
):
    import_module(name)

for name in ("openai", "aiohttp", "httpcore2"):
    with contextlib.suppress(ImportError):
        import_module(name)
