"""What a user adds: tests with our fixtures, and tasks, models and methods of their own."""

from __future__ import annotations

import pytest

from tests.plugin.conftest import Run

OWN_TASK = """
from pytest_symbench.tasks import Task, right, wrong
from pytest_symbench.tasks.answers import final_answer
from pytest_symbench.tasks.answers.numbers import integer

def verify(data, text):
    return right("it is") if integer(text) == data["n"] + 1 else wrong("not one more")

SUCCESSOR = Task(
    name="successor", title="Successor", version=1, split="seen", family="numbers",
    idea="Add one to a number.", knobs="Digits.", acceptance="An integer.",
    published_defects="-", size_name="digits", size=lambda params: params["digits"],
    params=lambda level: {"digits": level},
    generate=lambda params, rng: {"n": rng.randrange(10 ** params["digits"])},
    render=lambda data: f"What is {data['n']} + 1? " + final_answer("the sum", "integer"),
    verify=verify, solve=lambda data: str(data["n"] + 1),
)

def pytest_symbench_tasks():
    return [SUCCESSOR]
"""

OWN_MODEL = """
import re
from codesteer.models import Completion, Usage

class Calculator:
    name = "calculator"
    async def complete(self, messages, *, settings):
        a, b = re.findall(r"[0-9]+", messages[-1].content)[:2]
        return Completion(text=f"<<<{int(a) * int(b)}>>>", usage=Usage(input=9, output=3))
    async def aclose(self): pass

def pytest_symbench_models():
    return {"calculator": lambda model, url: Calculator()}
"""

OWN_METHOD = """
from codesteer.episode import Answer
from codesteer.models import Message

async def shout(question, bench):
    reply = await bench.ask([Message("user", question.upper())])
    return Answer(text=reply.text)

def pytest_symbench_methods():
    return {"shout": shout}
"""


def test_a_task_of_ones_own(symbench: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(OWN_TASK)
    result = symbench("--levels", "1-3", "--samples", "2", tasks="successor")
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(["successor *6/6*"])
    symbench("--samples", "2", "-n", "2", tasks="successor").assert_outcomes(passed=2)
    assert symbench("--co", "-q", tasks="numbers,!number_multiply").ret == 0


def test_a_task_may_not_take_a_known_name(symbench: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(OWN_TASK.replace('"successor"', '"letters"'))
    result = symbench()
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: a task named 'letters' exists already*"])


def test_a_model_of_ones_own(symbench: Run, pytester: pytest.Pytester) -> None:
    pytester.makeconftest(OWN_MODEL)
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
    pytester.makeconftest(OWN_METHOD)
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
