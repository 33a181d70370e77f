"""Collects the suite: ids now, instances when they are asked."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import pytest

from pytest_symbench.cases import Case, Search, case_id, searches
from pytest_symbench.configuration import Configuration

SUITE = Path(__file__).parent / "suite" / "test_symbench.py"
FRONTIERS = SUITE.with_name("test_frontier.py")

NAME = "symbench"
"""How the suite is called among the arguments and in node ids."""


class Collection:
    """Gives the suite's module a short node id and its test the cases of the run."""

    def __init__(self, configuration: Configuration, *, alone: bool) -> None:
        """``alone``: only the suite is collected, whatever the arguments are."""
        self._configuration = configuration
        self._alone = alone
        self._suite = SUITE if configuration.frontier is None else FRONTIERS

    @cached_property
    def cases(self) -> list[Case]:
        """All cases of the run, in order."""
        return self._configuration.cases()

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> None:
        # Not earlier: the user's conftest is found by the arguments as they were.
        session.config.args = (
            [str(self._suite)] if self._alone else [self._argument(a) for a in session.config.args]
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(
        self, module_path: Path, parent: pytest.Collector
    ) -> pytest.Module | None:
        if module_path != self._suite:
            return None
        # A node id that is the same on every machine, wherever the package is installed.
        module: pytest.Module = pytest.Module.from_parent(parent, path=module_path, nodeid=NAME)
        return module

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if Path(metafunc.module.__file__ or "") != self._suite:
            return
        methods, attempts = self._configuration.methods, self._configuration.attempts
        if self._suite == FRONTIERS:
            found = searches(self._configuration.tasks, methods)
            metafunc.parametrize("search", list(found.values()), ids=list(found))
            return
        ids = [
            case_id(case, several_methods=len(methods) > 1, several_attempts=attempts > 1)
            for case in self.cases
        ]
        metafunc.parametrize("case", [self._parameter(case) for case in self.cases], ids=ids)

    def _parameter(self, case: Case) -> object:
        published = self._configuration.published
        if published and (reason := published.excluded(case)):
            return pytest.param(case, marks=pytest.mark.skip(reason=reason))
        return case

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Gives each item its task, split and family as keywords, for ``-k`` and ``-m``."""
        from pytest_symbench.tasks import registry

        words: dict[str, dict[str, bool]] = {}
        for item in items:
            asked = case_of(item) or search_of(item)
            if asked is None:
                continue
            if asked.task not in words:
                groups = (asked.task, registry.split(asked.task), registry.family(asked.task))
                words[asked.task] = dict.fromkeys(groups, True)
            item.extra_keyword_matches.update(words[asked.task])

    def _argument(self, text: str) -> str:
        """An argument with the suite's name replaced by its path."""
        if text.partition("::")[0] == NAME and not Path(NAME).exists():
            return str(self._suite) + text[len(NAME) :]
        return text


def case_of(item: pytest.Item) -> Case | None:
    """The case that an item asks; None for a user's own test."""
    case = _parameter_of(item, "case")
    return case if isinstance(case, Case) else None


def search_of(item: pytest.Item) -> Search | None:
    """The frontier that an item looks for, if it does."""
    search = _parameter_of(item, "search")
    return search if isinstance(search, Search) else None


def _parameter_of(item: pytest.Item, name: str) -> object:
    callspec = getattr(item, "callspec", None)
    return callspec.params.get(name) if callspec else None
