"""What a user adds: tests with our fixtures, and tasks, models and methods of their own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.plugin.conftest import Run

ROOT = Path(__file__).parents[2]

BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)


def block(hook: str) -> str:
    """The README's example that defines a hook."""
    (found,) = [text for text in BLOCKS if f"def {hook}" in text]
    assert len(found.splitlines()) <= 20
    return found


def test_a_task_of_ones_own(symbench: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(block("pytest_symbench_tasks"))
    result = symbench("--levels", "1-3", "--samples", "2", tasks="successor")
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(["successor *6/6*"])
    symbench("--samples", "2", "-n", "2", tasks="successor").assert_outcomes(passed=2)
    assert symbench("--co", "-q", tasks="numbers,!number_multiply").ret == 0


STEERING = """
from codesteer.models import Completion
from codesteer.models.registry import register_provider

class Steering:
    name = "vllm:steerer"
    def __init__(self, model, url):
        print("MADE")
    async def complete(self, messages, *, settings):
        return Completion(text="<<<text>>>" if len(messages) == 1 else "<<<finish>>>")
    async def aclose(self): pass

register_provider("vllm", Steering)
"""


# Each call of the steerer made its model anew.
def test_a_steerer_is_made_once_a_run(symbench: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(STEERING)
    result = symbench("--steer", "--steerer", "tuned:http://127.0.0.1:9/v1", "--samples", "3", "-s")
    result.assert_outcomes(passed=3)
    assert result.stdout.str().count("MADE") == 2, "to check the option, and for the run"


def test_a_task_may_not_take_a_known_name(symbench: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(block("pytest_symbench_tasks").replace('"successor"', '"letters"'))
    result = symbench()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: a task named 'letters' exists already*"])


def test_a_model_of_ones_own(symbench: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(block("pytest_symbench_models"))
    pytester.makepyfile(
        test_own="""
        def test_raw(model_under_test):
            reply = model_under_test.ask("12 times 12")
            assert reply.text == "<<<144>>>" and not reply.cached
            assert model_under_test.ask("12 times 12").text == "<<<144>>>"

        def test_chosen(symbench_model):
            episode = symbench_model.solve("What is 6 * 7?")
            assert episode.answer.strip("<>") == "42" and episode.method == "only_question"

        def test_steered(codesteer):
            episode = codesteer.solve("What is 6 * 7? Answer as <<<integer>>>.")
            assert "42" in episode.answer and episode.method == "codesteer"
        """
    )
    result = symbench("test_own.py", model="calculator")
    result.assert_outcomes(passed=3)
    again = symbench("test_own.py", "-k", "chosen", model="calculator")
    again.assert_outcomes(passed=1, deselected=2)


def test_a_method_of_ones_own(symbench: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(block("pytest_symbench_methods"))
    result = symbench("--method", "shout,only_question", "--levels", "2")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["gold, method shout*", "gold, method only_question*"])


def test_a_fixture_may_be_overridden(symbench: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import pytest\n@pytest.fixture\ndef model_under_test(): return 'mine'")
    pytester.makepyfile(
        test_own="def test_own(model_under_test): assert model_under_test == 'mine'"
    )
    symbench("test_own.py").assert_outcomes(passed=1)


@pytest.mark.parametrize("where", ["conftest", "plugin"])
def test_another_plugins_short_name_wins(
    symbench: Run, pytester: pytest.Pytester, where: str
) -> None:
    source = """
        def pytest_addoption(parser):
            parser.addoption("--model", default="theirs")
    """
    early = ["-p", "theirs"] if where == "plugin" else []
    if where == "plugin":
        pytester.makepyfile(theirs=source)
    else:
        pytester.makeconftest(source)
    arguments = ["--symbench-model", "gold", "--tasks", "number_multiply", *early]
    result = pytester.runpytest_subprocess("--symbench", *arguments, "--model", "x")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["symbench: --model belongs to another plugin here; use --symbench-*"]
    )
    pytester.makepyfile(
        test_theirs="def test_x(request): assert request.config.option.model == 'x'"
    )
    pytester.runpytest_subprocess("test_theirs.py", *early, "--model", "x").assert_outcomes(
        passed=1
    )
