"""The suite that ``--symbench-frontier`` collects: one test a task, which finds where it breaks."""

from __future__ import annotations

from pytest_symbench.cases import Search


def test_frontier(search: Search) -> None:
    """Passes if the frontier was found: `pytest_symbench.frontier.session` calls it so."""
    raise RuntimeError(f"{search.id} runs only under --symbench")
