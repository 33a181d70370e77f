"""Joins the reports to a run, through the hooks that a third party would use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import argparse

    from pytest_symbench.run import Summary
    from pytest_symbench.status import Status


def pytest_symbench_start(config: pytest.Config, status: Callable[[], Status]) -> None:
    """Shows how the run goes, as the terminal allows."""
    from symbench_reports import progress

    progress.begin(config, status)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Refuses reports that nobody can write, before anything is asked."""
    if session.config.pluginmanager.hasplugin("symbench-controller"):
        from symbench_reports import progress, writing

        writing.check(session.config)
        progress.check(session.config)


@pytest.hookimpl(tryfirst=True)
def pytest_symbench_report(
    summary: Summary, config: pytest.Config, write: Callable[[Any], None]
) -> None:
    """The reports that were asked for, then the one on the terminal."""
    from symbench_reports import terminal, writing

    data = writing.of_summary(summary, config)
    for part in terminal.report(data, config.get_terminal_writer().fullwidth):
        write(part)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Puts the run's scores into the JUnit file, if pytest writes one."""
    from symbench_reports import junit

    junit.add(session.config)


def symbench_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """The commands `report`, `merge` and `export` of ``symbench``."""
    from symbench_reports import commands as own

    own.add(commands)
