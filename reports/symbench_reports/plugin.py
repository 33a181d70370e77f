"""Joins the reports to a run, through the hooks that a third party would use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pytest_symbench.run import Summary


@pytest.hookimpl(tryfirst=True)
def pytest_symbench_report(
    summary: Summary, config: pytest.Config, write: Callable[[Any], None]
) -> None:
    """The final report on the terminal."""
    from symbench_reports.terminal import report

    for part in report(summary):
        write(part)
