"""Hooks through which a conftest or a plugin adds to symbench."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from codesteer.models.registry import Factory
    from codesteer.workbench import Method
    from pytest_symbench.run import Summary
    from pytest_symbench.status import Status
    from pytest_symbench.tasks import Task


def pytest_symbench_tasks() -> Iterable[Task]:  # type: ignore[empty-body]
    """Tasks of one's own; ``--tasks`` then takes their names and families.

    Use in conftest plugins: a ``conftest.py`` at the root of the run.
    """


def pytest_symbench_models() -> Mapping[str, Factory]:  # type: ignore[empty-body]
    """Providers of one's own: name -> factory; ``--model NAME:ANYTHING`` calls the factory.

    Use in conftest plugins: a ``conftest.py`` at the root of the run.
    """


def pytest_symbench_methods() -> Mapping[str, Method]:  # type: ignore[empty-body]
    """Methods of one's own: name -> coroutine function; ``--method`` then takes their names.

    Use in conftest plugins: a ``conftest.py`` at the root of the run.
    """


def pytest_symbench_start(config: pytest.Config, status: Callable[[], Status]) -> None:
    """Called once in the main process before the first item, to show how the run goes.

    :param config: The pytest config.
    :param status: How far all processes of the run are, from any thread.

    Use in conftest plugins: any conftest.
    """


def pytest_symbench_report(
    summary: Summary, config: pytest.Config, write: Callable[[Any], None]
) -> None:
    """Called once at the end of a run with all that it measured.

    :param summary: The episodes of this run and where its ledger is.
    :param config: The pytest config.
    :param write: Prints a rich renderable or a text to the terminal.

    Use in conftest plugins: any conftest.
    """
