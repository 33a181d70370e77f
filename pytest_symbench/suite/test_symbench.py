"""The suite that ``pytest --symbench`` collects: one test, parametrized by all cases."""

from __future__ import annotations

import pytest

from pytest_symbench.cases import Case


def test_instance(case: Case, request: pytest.FixtureRequest) -> None:
    """Passes if the episode of the case ended with a correct answer."""
    from pytest_symbench.session import check

    check(request, case)
