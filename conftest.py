from __future__ import annotations

import contextlib

import pytest

with contextlib.suppress(ImportError):
    # It puts itself in the place of importlib.metadata for good. A run of pytester's in this
    # process would forget it again, and with it every installed plugin.
    import importlib_metadata  # noqa: F401


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the slow tests too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    skip = pytest.mark.skip(reason="slow; run with --slow")
    for item in items:
        if "slow" in item.keywords or "local_model" in item.keywords:
            item.add_marker(skip)
