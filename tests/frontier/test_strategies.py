"""The strategies in a user's own test, with a model whose every answer is a coin."""

from __future__ import annotations

import pytest
from hypothesis import find, settings

from pytest_symbench import strategies
from pytest_symbench.tasks import UnknownTask

COINS = """
    import random
    from codesteer.models import Completion

    class Coins:
        name = "coins"
        async def complete(self, messages, *, settings):
            with open("asked.txt", "a") as file:
                file.write("x")
            return Completion(text=random.choice(["heads", "tails"]))
        async def aclose(self):
            pass

    def pytest_symbench_models():
        return {"coins": lambda model, url: Coins()}
"""
PROPERTY = """
    from hypothesis import given, settings
    from pytest_symbench import strategies

    @given(question=strategies.questions("letters", levels=(1, 4), seeds=range(8)))
    def test_heads(model_under_test, question):
        assert model_under_test.ask(question).text == "heads"

    @given(instance=strategies.instances("letters", levels=(1, 3), seeds=range(3)))
    def test_steered(codesteer, instance):
        instance.judge(codesteer.solve(instance.question).answer)

    def test_profile():
        assert settings._current_profile == "symbench"
"""


def test_they_shrink_to_the_lowest_level_and_seed() -> None:
    quick = settings(database=None)
    found = find(strategies.instances("letters"), lambda instance: True, settings=quick)
    assert (found.level, found.seed) == (1, 0)
    hard = find(
        strategies.instances("letters", levels=(1, 8)), lambda i: i.level > 2, settings=quick
    )
    assert (hard.level, hard.seed) == (3, 0)
    assert find(strategies.levels("letters", 2, 9), lambda level: True, settings=quick) == 2
    question = find(strategies.questions("letters"), lambda question: True, settings=quick)
    assert question == found.question


def test_an_unknown_task_is_told_where_it_is_named() -> None:
    with pytest.raises(UnknownTask):
        strategies.instances("lettters")


def test_a_model_of_coins_is_never_flaky_and_bounded(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(COINS)
    pytester.makepyfile(PROPERTY)
    options = ["-p", "no:randomly", "--symbench", "--model", "coins", "--symbench-max-examples=12"]
    result = pytester.runpytest_subprocess(
        *options, "test_a_model_of_coins_is_never_flaky_and_bounded.py"
    )
    text = result.stdout.str()
    assert "Flaky" not in text
    assert "model_under_test=<coins>," in text
    assert "engine=" not in text
    result.stdout.fnmatch_lines(["symbench: *::test_heads: * episodes*"])
    result.stdout.fnmatch_lines(["symbench: *::test_steered: 9 episodes"])
    result.assert_outcomes(failed=1, passed=2)
    first = len((pytester.path / "asked.txt").read_text())
    again = pytester.runpytest_subprocess(
        *options, "test_a_model_of_coins_is_never_flaky_and_bounded.py", "-k", "heads"
    )
    again.assert_outcomes(failed=1)
    assert len((pytester.path / "asked.txt").read_text()) - first <= 12


def test_beyond_the_bound_examples_are_refused_and_counted(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(COINS)
    pytester.makepyfile(
        """
        from hypothesis import given
        from pytest_symbench import strategies

        @given(question=strategies.questions("letters", levels=(1, 4), seeds=range(50)))
        def test_anything(model_under_test, question):
            assert model_under_test.ask(question).text
        """
    )
    result = pytester.runpytest_subprocess(
        "-p", "no:randomly", "--symbench", "--model=coins", "--symbench-max-examples=5",
        "test_beyond_the_bound_examples_are_refused_and_counted.py",
    )  # fmt: skip
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["symbench: *: 5 episodes; the bound of 5 refused * more examples"])
    assert (pytester.path / "asked.txt").read_text() == "xxxxx"
