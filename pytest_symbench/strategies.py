"""Hypothesis strategies over the benchmark's instances, for tests of one's own.

    from hypothesis import given
    from pytest_symbench import strategies

    @given(instance=strategies.instances("game24", levels=(1, 4)))
    def test_game24(codesteer, instance):
        episode = codesteer.solve(instance.question)
        assert instance.judge(episode.answer).correct

They shrink to the lowest level, then to the lowest seed. A model is noisy and slow. What it once
answered to a question is in the ledger and is its answer from then on, so examples are functions
and shrinking is sound; and the profile ``symbench``, which is loaded with this module in a run
with ``--symbench`` unless another was chosen, sets no deadline. Episodes of one test are bounded
by ``--symbench-max-examples``: beyond it only what was already asked is tried.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st

from pytest_symbench.tasks import Instance, make, registry

PROFILE = "symbench"
"""Name of the profile for tests that call models."""

settings.register_profile(
    PROFILE,
    deadline=None,
    # Not explain: it would try dozens of variants of a failure to tell which parts matter.
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.target, Phase.shrink],
    # The fixtures have no state that examples could share; the rest is about slow examples.
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,
    ],
    print_blob=False,
)


def levels(task: str, low: int = 1, high: int = 5) -> st.SearchStrategy[int]:
    """Levels of a task; shrinks to the lowest.

    Raises:
        LevelError: the task has no such level; from the test that draws it.
        UnknownTask: there is no such task.
    """
    registry.get(task)
    return st.integers(low, high)


def instances(
    task: str, *, levels: tuple[int, int] = (1, 5), seeds: Sequence[int] = range(1000)
) -> st.SearchStrategy[Instance]:
    """Instances of a task; shrinks to the lowest level, then to the first seed.

    Args:
        task: its name.
        levels: the lowest and the highest.
        seeds: which instances of a level.

    Raises:
        UnknownTask: there is no such task.
    """
    registry.get(task)
    return st.builds(instance, st.just(task), st.integers(*levels), st.sampled_from(seeds))


def instance(task: str, level: int, seed: int) -> Instance:
    """One instance; under its name Hypothesis shows how to make a failing one again."""
    return make(registry.get(task), level, seed)


def questions(
    task: str, *, levels: tuple[int, int] = (1, 5), seeds: Sequence[int] = range(1000)
) -> st.SearchStrategy[str]:
    """The questions of `instances`."""
    return instances(task, levels=levels, seeds=seeds).map(lambda instance: instance.question)


def _load_profile() -> None:
    """Loads the profile where models are asked and nobody chose another."""
    chosen = getattr(settings, "_current_profile", "default") not in ("default", "ci")
    if "pytest_symbench.session" in sys.modules and not chosen:
        settings.load_profile(PROFILE)


_load_profile()
