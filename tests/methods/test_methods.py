"""Every method: by name, on any model, with defined outcomes; and what each one sends."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import codesteer
import pytest_symbench
from codesteer.episode import Answer, Guidance, ModelCall
from codesteer.methods import (
    METHODS,
    UnknownMethod,
    get_method,
    method_names,
    register_method,
)
from codesteer.methods.self_consistency import SAMPLES
from codesteer.methods.self_estimate import scores
from codesteer.models.chat import Completion
from codesteer.models.errors import Refused
from codesteer.prompts import prompt
from codesteer.sandbox.execution import Execution
from codesteer.steerers.legacy import Legacy
from codesteer.steerers.policy import Policy
from codesteer.steerers.prompted import Prompted
from codesteer.steerers.published import ROLES
from codesteer.steerers.tuned import Tuned
from codesteer.workbench import Budget, Workbench
from pytest_symbench.tasks import get, judge, make, names
from tests.methods.doubles import (
    QUESTION,
    FakeSandbox,
    Script,
    ScriptedModel,
    block,
    computing,
    cut,
    failed,
    play,
    workbench,
)

ALL = [
    "only_question",
    "all_text",
    "all_code",
    "autogen",
    "code_text_sum",
    "choice",
    "code_interpreter",
    "symbolic_agent",
    "codesteer",
    "few_shot",
    "code_first_rule",
    "code_first_agent",
    "self_estimate",
    "self_consistency",
]


def test_the_names() -> None:
    assert list(METHODS) == ALL
    assert method_names() == tuple(ALL)


@pytest.mark.parametrize(("name", "near"), [("codester", "codesteer"), ("alltext", "all_text")])
def test_an_unknown_name_proposes_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UnknownMethod, match=f"There is no method '{name}'; did you mean '{near}'"):
        get_method(name)


def test_an_unknown_name_far_from_all_lists_them() -> None:
    with pytest.raises(UnknownMethod, match=r"known are only_question, all_text"):
        get_method("zzz")


def test_a_method_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from codesteer import methods

    async def mine(question: str, bench: Workbench) -> Answer:
        return Answer(text="<<<1>>>")

    monkeypatch.setattr(methods, "_registered", {})
    register_method("mine", mine)
    assert "mine" in method_names()
    assert play("mine", workbench([])).answer == "<<<1>>>"


def test_importing_the_names_imports_no_method() -> None:
    code = (
        "import sys, codesteer.methods, codesteer.steerers\n"
        "loaded = [m for m in sys.modules if m.startswith('codesteer.') and m.count('.') > 1]\n"
        "assert not loaded, loaded\n"
        "assert 'asyncio' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# The answers of models were evaluated in the judge's own process.
def test_no_text_of_a_model_is_ever_evaluated() -> None:
    inside = Path(codesteer.__file__).parent / "sandbox" / "inside"  # where programs are run
    files = [
        file
        for package in (codesteer, pytest_symbench)
        for file in Path(str(package.__file__)).parent.rglob("*.py")
        if not file.is_relative_to(inside)
    ]
    assert len(files) > 150
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = ast.unparse(node.func).removeprefix("builtins.")
                assert name not in {"eval", "exec", "__import__"}, file
                assert name != "compile" or "PyCF_ONLY_AST" in ast.unparse(node), file


REPLIES: dict[str, object] = {
    "marked text": "I multiply: <<<408>>>.",
    "code": computing("<<<408>>>"),
    "nonsense": "banana",
    "empty": "",
    "blank": " \n\t",
    "huge": "words " * 20_000,
    "huge code": block("x = 1\n" * 20_000),
    "cut": cut("Let me think about this"),
    "cut in code": cut("```python\nprint("),
    "refusal": Completion(text="", finish="refusal"),
    "refusal in words": "I'm sorry, but I can't help with that.",
    "refused by a filter": Refused("filtered"),
    "crashing code": block("boom"),
    "hanging code": block("hang"),
    "control characters": "\x00\x1b[31m\ud800<<<\x00>>>",
    "fences": "```" * 9_000,
    "markers": "<<<" * 9_000 + ">>>" * 9_000,
    "every marker": "<<<code>>>\n<<<text>>>\n<<<finish>>>\n<<<408>>>",
    "finish": "<<<finish>>>",
}
SANDBOX = FakeSandbox({"boom": failed(), "hang": Execution(outcome="timeout")})


# A path of the published scripts could only be taken by one kind of model, or raised.
@pytest.mark.parametrize("method", ALL)
@pytest.mark.parametrize("reply", REPLIES)
def test_every_method_has_an_outcome_whatever_the_model_says(method: str, reply: str) -> None:
    model = ScriptedModel(lambda messages: REPLIES[reply])  # type: ignore[arg-type, return-value]
    episode = play(method, workbench(model, sandbox=SANDBOX))
    assert episode.failure in (None, "truncated", "refused", "code_error", "code_timeout")
    assert bool(episode.failure) == bool(episode.failure_detail)
    assert not (episode.failure and episode.answer)
    assert len(model.asked) <= 24
    assert all(message.content.strip() for asked in model.asked for message in asked)
    assert QUESTION in model.asked[0][0].content
    if reply == "refused by a filter":
        assert episode.failure == "refused"
    if reply == "marked text":
        assert "<<<408>>>" in episode.answer


STEERING = ScriptedModel(
    lambda messages: "<<<Text>>>" if len(messages) == 1 else "<<<Return Answer>>>"
)
STEERERS = [
    None,
    Policy(),
    Prompted(STEERING),
    Tuned(STEERING),
    Legacy(STEERING, dict.fromkeys(ROLES, "A published text. ")),
]


@pytest.mark.parametrize("steerer", STEERERS, ids=lambda steerer: getattr(steerer, "name", "none"))
@pytest.mark.parametrize("method", ALL)
def test_every_method_takes_any_steerer(method: str, steerer: object) -> None:
    bench = workbench(lambda messages: "Well: <<<408>>>.")
    episode = play(method, bench, steerer=steerer)
    assert (episode.answer, episode.failure) == ("Well: <<<408>>>.", None)


# Steering was there for some of the tasks only, each with a script of its own.
@pytest.mark.parametrize("method", ALL)
def test_every_method_answers_every_task(method: str) -> None:
    assert len(names()) == 37
    for task in map(get, names()):
        instance = make(task, 1, 0)
        gold = f"<<<{task.solve(instance.data)}>>>"
        episode = play(method, workbench(lambda messages, gold=gold: gold), instance.question)  # type: ignore[misc]
        assert judge(task, instance.data, episode.answer).correct, (task.name, episode.answer)


@pytest.mark.parametrize("method", ALL)
def test_braces_and_dollars_of_a_question_are_sent_as_they_are(method: str) -> None:
    question = "Evaluate {x} and ${y} and $question, {0}, %s, \\1 & {{z}}."
    model = ScriptedModel(lambda messages: "<<<1>>>")
    play(method, workbench(model), question)
    assert question in model.asked[0][0].content


def requests(method: str, script: Script, **options: object) -> list[str]:
    bench = workbench(script, **options)  # type: ignore[arg-type]
    return [call.prompt for call in play(method, bench).calls()]


def test_what_one_shot_methods_send() -> None:
    answer = ["<<<408>>>"]
    assert requests("only_question", answer) == [QUESTION]
    assert requests("all_text", answer) == [f"{QUESTION}\n\n{prompt('text')}"]
    assert requests("all_code", answer) == [f"{QUESTION}\n\n{prompt('code')}"]
    assert requests("autogen", answer) == [f"{prompt('autogen')}\n\n{QUESTION}"]
    assert requests("few_shot", answer)[0].endswith(QUESTION)


# The summarizer got stored answers of other questions, since files were matched by index.
def test_the_summarizer_sees_two_answers_to_this_question() -> None:
    summarizer = ScriptedModel(["Both say <<<408>>>."])
    bench = workbench(["In words <<<407>>>.", block('print("<<<408>>>")')], summarizer=summarizer)
    episode = play("code_text_sum", bench)
    assert episode.answer == "Both say <<<408>>>."
    request = summarizer.asked[0][0].content
    assert request.index(QUESTION) < request.index("In words <<<407>>>.")
    assert "Its output: <<<408>>>" in request
    assert [call.part for call in episode.calls()] == ["task", "task", "summarizer"]
    bench = workbench(["In words <<<9>>>.", block('print("<<<8>>>")'), "It is <<<8>>>."])
    request = play("code_text_sum", bench, "What is 2 * 4?").calls("summarizer")[0].prompt
    assert "In words <<<9>>>." in request
    assert "Its output: <<<8>>>" in request
    assert "<<<407>>>" not in request
    assert "<<<408>>>" not in request


def test_the_summarizer_is_told_what_failed() -> None:
    bench = workbench([cut("Step 1"), block("boom"), "<<<408>>>"], sandbox=SANDBOX)
    episode = play("code_text_sum", bench)
    assert "This failed: The reply was cut" in episode.calls()[-1].prompt
    assert "This failed: NameError" in episode.calls()[-1].prompt


def test_choice_asks_then_answers_that_way() -> None:
    episode = play("choice", workbench(["<<<text>>>\nBe careful.", "It is <<<408>>>."]))
    assert episode.calls()[0].part == "steerer"
    assert episode.calls()[1].prompt == f"{QUESTION}\n\n{prompt('text')}"


def test_choice_is_made_by_a_model_even_under_the_policy() -> None:
    bench = workbench(["<<<text>>>", "It is <<<408>>>."])
    assert len(play("choice", bench, steerer=Policy()).calls("steerer")) == 1


def test_choice_without_a_readable_reply_falls_back_on_the_rules() -> None:
    episode = play("choice", workbench(["hm", "hm", computing("<<<408>>>")]))
    assert episode.answer == "<<<408>>>\n"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("code: 8\ntext: 3", {"code": 8, "text": 3}),
        ("**Code**: 7/10\n- Text = 2.5", {"code": 7, "text": 2.5}),
        ("code: 11\ntext: 1", None),
        ("code: 8", None),
        ("I am 8 of code and 3 of text", None),
        ("", None),
        ("code: 8\n" * 100_000, None),
    ],
)
def test_confidence_is_read(reply: str, expected: dict[str, float] | None) -> None:
    assert scores(reply) == expected


@pytest.mark.parametrize(
    ("replies", "mode"),
    [
        (["code: 8\ntext: 3"], "code"),
        (["code: 3\ntext: 8"], "text"),
        (["code: 5\ntext: 5"], "code"),
        (["?", "code: 1\ntext: 2"], "text"),
        (["?", "?"], "code"),
    ],
)
def test_the_higher_confidence_is_used(replies: list[str], mode: str) -> None:
    episode = play("self_estimate", workbench([*replies, "<<<408>>>"]))
    assert episode.calls()[-1].prompt == f"{QUESTION}\n\n{prompt(mode)}"


# Nothing was seeded, so that no run could be repeated.
def test_samples_differ_by_seed_and_the_most_frequent_answer_counts() -> None:
    model = ScriptedModel(["<<<1>>>", "<<< 2 >>>", block("boom"), "I say <<<2>>>", "<<<3>>>"])
    episode = play("self_consistency", workbench(model, sandbox=SANDBOX))
    assert episode.answer == "<<< 2 >>>"
    assert [s.seed for s in model.settings] == list(range(SAMPLES))
    assert {s.temperature for s in model.settings} == {0.7}


def test_equally_frequent_answers_leave_it_to_the_first() -> None:
    replies = ["<<<1>>>", "<<<2>>>", "<<<3>>>", "<<<2>>>", "<<<1>>>"]
    assert play("self_consistency", workbench(replies)).answer == "<<<1>>>"


def test_samples_that_all_fail_are_a_failure() -> None:
    episode = play("self_consistency", workbench(lambda messages: cut("Hm")))
    assert episode.failure == "truncated"


def test_sampling_stays_within_the_token_budget() -> None:
    reply = "<<<408>>>" + " so" * 100
    bench = workbench(lambda messages: reply, budget=Budget(tokens=1000))
    episode = play("self_consistency", bench)
    assert 1 < episode.turns < 20
    assert episode.usage().total <= 1000
    one = play("self_consistency", workbench([reply], budget=Budget(tokens=1)))
    assert one.turns == 1


def test_code_first_goes_through_its_rounds() -> None:
    stated = block('print("<<<1>>>")')
    replies = [stated, stated + " ", block("boom"), "In words <<<2>>>."]
    bench = workbench(replies, sandbox=SANDBOX, budget=Budget(self_checks="never"))
    episode = play("code_first_rule", bench)
    prompts = [call.prompt for call in episode.calls()]
    assert "thorough" in prompts[1]


def test_code_first_ends_with_a_computed_answer() -> None:
    episode = play("code_first_rule", workbench([computing("<<<408>>>")]))
    assert episode.turns == 1


def test_code_first_falls_back_on_text() -> None:
    replies = [block("boom = 1"), block("boom = 2"), block("boom = 3"), "So <<<408>>>."]
    bench = workbench(replies, sandbox=SANDBOX, budget=Budget(self_checks="never"))
    episode = play("code_first_rule", bench)
    assert episode.answer == "So <<<408>>>."
    prompts = [call.prompt for call in episode.calls()]
    assert ["thorough" in prompts[1], "full solver" in prompts[2]] == [True, True]
    said = [e.action for e in episode.events if isinstance(e, Guidance)]
    assert said == ["code", "code", "code", "text", "finish"]


@pytest.mark.parametrize("method", ["symbolic_agent", "code_first_agent"])
def test_agents_guide_themselves(method: str) -> None:
    replies = ["<<<code>>>\nMultiply.", computing("<<<408>>>"), "<<<finish>>>"]
    episode = play(method, workbench(replies))
    assert [call.part for call in episode.calls()] == ["steerer", "task", "steerer"]
    assert episode.answer == "<<<408>>>\n"


def test_agents_have_different_briefs() -> None:
    briefs = set()
    for method in ("symbolic_agent", "code_first_agent", "codesteer"):
        steering = ScriptedModel(["<<<code>>>", "<<<finish>>>"])
        bench = workbench([computing("<<<408>>>")], steerer=steering)
        play(method, bench, steerer=Prompted(steering) if method == "codesteer" else None)
        briefs.add(steering.asked[1][0].content)
    assert len(briefs) == 3


def test_every_prompt_can_be_filled_and_is_short() -> None:
    fields = dict.fromkeys(
        [
            *("question", "answer", "problem", "brief", "attempts", "last", "left", "output"),
            *("text_answer", "code_answer"),
        ],
        "",
    )
    folder = Path(codesteer.__file__).parent / "prompts"
    names = [file.stem for file in folder.glob("*.md")]
    assert len(names) > 15
    for name in names:
        text = prompt(name, **fields)
        assert "$" not in text
        longest = 1_500 if name == "few_shot" else 700
        assert len(text) < longest, name


def test_a_missing_field_is_an_error_not_a_gap() -> None:
    with pytest.raises(KeyError):
        prompt("check", question="q")


def test_calls_are_recorded_with_their_part() -> None:
    episode = play("symbolic_agent", workbench(["<<<text>>>", "It is <<<1>>>.", "<<<finish>>>"]))
    calls = [event for event in episode.events if isinstance(event, ModelCall)]
    assert [call.part for call in calls] == ["steerer", "task", "steerer"]
