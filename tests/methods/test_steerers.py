"""Steerers: how replies are read, what rules decide, what a model is shown."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from codesteer.checkers.symbolic import analyze
from codesteer.episode import Check, Guidance
from codesteer.methods.turn import Turn
from codesteer.models.chat import ChatModel
from codesteer.models.errors import ContextLength, Refused
from codesteer.prompts import prompt
from codesteer.sandbox.execution import Execution
from codesteer.steerers import UnknownSteerer, get_steerer, policy, register_steerer
from codesteer.steerers.features import suited
from codesteer.steerers.fidelity import missing
from codesteer.steerers.prompted import Prompted
from codesteer.steerers.protocol import Attempt, Decision, State
from codesteer.steerers.reply import LONGEST, parse, render
from codesteer.steerers.tuned import Tuned, conversation
from codesteer.steerers.view import table
from codesteer.workbench import Budget
from tests.methods.doubles import QUESTION, ScriptedModel, block, computing, cut, play, workbench


@pytest.mark.parametrize(
    ("reply", "action", "guidance"),
    [
        ("<<<code>>>\nUse a search.", "code", "Use a search."),
        ("<<<Code>>>", "code", ""),  # the brackets were stripped before the test for them
        ("<<< text >>>\nThink.", "text", "Think."),
        ("Use a search.\n<<<revise>>>", "revise", "Use a search."),
        ("**<<<finish>>>**", "finish", ""),
        ("- <<<finish>>>.", "finish", ""),
        ("<<<Return Answer>>>", "finish", ""),
        ("<<<Terminate>>>", "give_up", ""),
        ("<<<give up>>>", "give_up", ""),
        ("<<<GIVE_UP>>>", "give_up", ""),
        ('{"action": "code", "guidance": "Use a search."}', "code", "Use a search."),
        ('```json\n{"action": "finish"}\n```', "finish", ""),
        ('Sure:\n{"action": "revise", "guidance": "a\\nb"}', "revise", "a\nb"),
        ("<<<code>>>\n<<<code>>>\nTwice.", "code", "Twice."),
        ("<<<code>>>\nPrint <<<answer>>> at the end.", "code", "Print <<<answer>>> at the end."),
    ],
)
def test_a_decision_is_read(reply: str, action: str, guidance: str) -> None:
    decision = parse(reply, begun=True)
    assert decision is not None
    assert (decision.action, decision.guidance) == (action, guidance)


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "   \n",
        "I think code is best.",
        "Code",
        "Do not Return Answer yet.",  # this ended the loop
        "do not <<<Return Answer>>> yet",
        "You should not Terminate.",
        "Reply <<<code>>> or <<<text>>>.",
        "<<<code>>>\n<<<text>>>",
        "<<<destroy>>>",
        "<<<>>>",
        "<<<code",
        '{"action": "fly"}',
        '{"action": ["code"]}',
        '{"action": "code", "guidance": 5}',
        '{"guidance": "x"}',
        '{"action": "code"',
        "[1]",
        "null",
        "x" * (LONGEST + 1),
        "<<<code>>>\n" + "x" * 100_000,
        "{" * 15_000 + "}",
        '{"action":' * 1_500 + "}",
        "\x00\ud800",
    ],
)
def test_nonsense_is_no_decision(reply: str) -> None:
    start = time.process_time()
    assert parse(reply, begun=True) is None
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("action", ["revise", "finish", "give_up"])
def test_before_the_first_answer_there_is_only_code_or_text(action: str) -> None:
    assert parse(f"<<<{action}>>>", begun=False) is None
    assert parse(f"<<<{action}>>>", begun=True) is not None


def test_what_is_rendered_is_read_back() -> None:
    for decision in (
        Decision(action="code", guidance="Use a\nsearch.", reason="steered"),
        Decision(action="give_up", reason="steered"),
    ):
        assert parse(render(decision), begun=True) == decision


def attempt(
    reply: str = "It is <<<408>>>.", *, verdict: str = "", mode: str = "text", **turn: object
) -> Attempt:
    made = Turn(**{"mode": mode, "reply": reply, "answer": reply, **turn})  # type: ignore
    check = Check(checker="self", verdict=verdict, score=None, summary="") if verdict else None  # type: ignore
    return Attempt(turn=made, check=check, symbolic=analyze(made.code) if made.code else None)


def state(*attempts: Attempt, question: str = QUESTION) -> State:
    return State(question=question, attempts=attempts, left=3)


CODE = (
    "import itertools\nfor p in itertools.permutations('ab'):\n    if p > ('a',):\n        print(p)"
)


@pytest.mark.parametrize(
    ("made", "action"),
    [
        ([], "code"),
        ([attempt(mode="code", code=CODE)], "finish"),
        ([attempt(mode="code", code="print('<<<1>>>')")], "code"),
        ([attempt(verdict="correct")], "finish"),
        ([attempt(verdict="incorrect")], "revise"),
        ([attempt(verdict="incorrect"), attempt("<<<2>>>", verdict="incorrect")], "code"),
        ([attempt()], "code"),
        ([attempt("I cannot tell.")], "revise"),
        ([attempt("", failure="truncated")], "revise"),
        ([attempt("", failure="truncated"), attempt("", failure="truncated")], "code"),
        ([attempt("", mode="code", code="x", failure="code_timeout")], "code"),
        ([attempt("", mode="code", code="x", failure="code_timeout")] * 2, "text"),
        ([attempt("", failure="refused")], "code"),
        ([attempt("", failure="refused")] * 2, "give_up"),
    ],
)
def test_rules(made: list[Attempt], action: str) -> None:
    assert policy.decide(state(*made)).action == action


def test_failing_code_is_fixed_then_rewritten_then_left() -> None:
    broken = attempt(
        "",
        mode="code",
        code="x",
        failure="code_error",
        execution=Execution(outcome="error", stderr="NameError"),
    )
    said = [policy.decide(state(*[broken] * n)) for n in (1, 2, 3)]
    assert [decision.action for decision in said] == ["code", "code", "text"]
    assert "fix" in said[0].guidance
    assert [decision.fresh for decision in said] == [False, True, False]


@pytest.mark.parametrize(
    ("question", "code", "lost"),
    [
        ("Multiply 4814 * (-7756).", "print(4814 * -7756)", []),
        ("Multiply 4814 * (-7756).", "print(4814 * (- 7756))", []),
        ("Multiply 4814 * (-7756).", "print(4814 * 7756)", ["-7756"]),
        ("Multiply 4814 * 7756.", "answer = 4814\nprint(answer)", ["7756"]),
        ("Multiply 12345678 by 3.", "print(12_345_678 * 3)", []),
        ('Letters of "xbemzicbkv"?', "s = 'xbemzicbkv'", []),
        ('Letters of "xbemzicbkv"?', "s = 'xbemzickbv'", ["xbemzicbkv"]),
        ("Split AABBCCDDAABBCCDDAABB now.", "s = 'AABBCCDDAABBCCDDAABB'", []),
        ("Split AABBCCDDAABBCCDDAABB now.", "s = 'AABB'", ["AABBCCDDAABBCCDDAABB"]),
        ("From 1990-2005, ranges 10-20, at 3.14159, v1.2345.6", "x", []),
        ('Use "a b c d e f" and <<<Count: 3>>>', "x", []),
    ],
)
def test_data_that_a_program_lost(question: str, code: str, lost: list[str]) -> None:
    assert missing(question, code) == lost


def test_lost_data_are_said_once() -> None:
    question = "Compute the product 4814 * (-7756)."
    wrong = attempt("<<<37337384>>>", mode="code", code="print(f'<<<{4814 * 7756}>>>')")
    first = policy.decide(state(wrong, question=question))
    assert first.action == "code"
    assert "-7756" in first.guidance
    again = replace(wrong, decision=first)
    assert policy.decide(state(wrong, again, question=question)).action == "finish"


def test_rules_are_pure_and_always_decide() -> None:
    kinds = [
        attempt(),
        attempt("words"),
        attempt("", failure="refused"),
        attempt("", failure="truncated"),
        attempt(verdict="incorrect"),
        attempt(mode="code", code="print(1)"),
        attempt("", mode="code", code="x", failure="code_timeout"),
        attempt("", mode="code", failure="code_error"),
    ]
    for one in kinds:
        for other in kinds:
            shown = state(one, other)
            assert policy.decide(shown) == policy.decide(shown)


@pytest.mark.parametrize(
    ("question", "way"),
    [
        (QUESTION, "code"),
        ("Use 2, 3, 7 and 9 with + - * / to get 24. Write the equation.", "code"),
        ("Count the letter 'e' in the string \"excellence\" and list each position.", "code"),
        ("Fill the grid:\n0 1 2\n3 0 1\n2 1 0\nso that each row holds each digit once.", "code"),
        (
            "Fidel tells the truth. Sima says Fidel lies. Kandi says Sima tells the truth. "
            "Does Kandi tell the truth?",
            "text",
        ),
        ("Ann is older than Bo. Who is younger?\n(A) Ann\n(B) Bo", "text"),
        ("Why is the sky blue?", "text"),
        ("", "text"),
    ],
)
def test_what_a_question_is_suited_to(question: str, way: str) -> None:
    assert suited(question) == way


def test_hostile_questions_take_bounded_time() -> None:
    for text in ("[" * 200_000, "'" * 200_000, "1 " * 100_000, "\n" * 200_000, "a" * 200_000):
        start = time.process_time()
        suited(text)
        missing(text, text)
        assert time.process_time() - start < 1


def test_a_steering_model_is_shown_a_line_for_each_attempt() -> None:
    shown = table(
        state(
            attempt("<<<" + "9" * 500 + ">>>", mode="code", code=CODE),
            attempt(verdict="incorrect"),
            attempt("", failure="truncated"),
        )
    )
    first, second, third = shown.splitlines()
    assert first.startswith("1. code, answer 999")
    assert "computed (score" in first
    assert len(first) < 200
    assert second == "2. text, answer 408, check: incorrect"
    assert third == "3. text, truncated"
    _, steering = steer_with(
        ["<<<text>>>", "<<<code>>>", "<<<finish>>>"],
        ["It is <<<407>>>.", computing("<<<408>>>")],
    )
    assert "1. text, answer 407\n2. code, answer 408, computed" in steering.asked[2][0].content


def steer_with(script: object, task: object = None, **budget: object) -> tuple:  # type: ignore
    steering = ScriptedModel(script)  # type: ignore[arg-type]
    bench = workbench(
        task or [computing("<<<408>>>")],  # type: ignore[arg-type]
        steerer=steering,
        budget=Budget(self_checks="never", **budget),  # type: ignore[arg-type]
    )
    episode = play("codesteer", bench, steerer=Prompted(steering))
    return episode, steering


NONSENSE = [
    "",
    " \n",
    "banana",
    "x" * 100_000,
    "Do not Return Answer yet.",
    "\x00" * 50,
    "<<<" * 9_000,
]


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_nonsense_is_asked_again_once_then_the_rules_decide(nonsense: str) -> None:
    episode, steering = steer_with(lambda messages: nonsense)
    assert episode.answer == "<<<408>>>\n"
    assert len(steering.asked) == 4  # twice for the first choice, twice for the review
    said = [event for event in episode.events if isinstance(event, Guidance)]
    assert all("could not be read" in event.reason for event in said)
    assert len(steering.asked[1]) == 3
    assert all(message.content.strip() for message in steering.asked[1])
    assert sum(len(m.content) for m in steering.asked[1]) < 4_000


def test_a_readable_second_reply_counts() -> None:
    episode, steering = steer_with(["hm", "<<<code>>>\nMultiply.", "<<<finish>>>"])
    assert len(steering.asked) == 3
    assert [e.action for e in episode.events if isinstance(e, Guidance)] == ["code", "finish"]


@pytest.mark.parametrize("text", ["", "<<<fin", "Let me think about", "<<<code>>>\nUse a sea"])
def test_a_steerer_cut_at_its_limit_is_read_as_far_as_it_came(text: str) -> None:
    replies = [computing("<<<408>>>"), computing("<<<408>>>") + " "]
    episode, steering = steer_with(lambda messages: cut(text), replies)
    begun = next(event for event in episode.events if isinstance(event, Guidance))
    assert (begun.action, episode.answer) == ("code", "<<<408>>>\n")
    assert (begun.text == "Use a sea") == text.startswith("<<<code>>>")
    assert len(steering.asked) <= 2 * (1 + episode.turns)


# A malformed first choice raised and ended the whole run.
@pytest.mark.parametrize("error", [Refused("no"), ContextLength("long")])
def test_a_steerer_without_an_answer_leaves_it_to_the_rules(error: Exception) -> None:
    episode, _ = steer_with(lambda messages: error)
    assert episode.answer == "<<<408>>>\n"


@pytest.mark.parametrize(
    "sentence",
    [
        "Do not Return Answer yet.",
        "do not <<<Return Answer>>> yet",
        "Nor Terminate.",
        "You must not <<<Terminate>>> here.",
        "It would be wrong to finish, or to <<<finish>>>.",
    ],
)
def test_a_steerer_in_mid_sentence_does_not_end_the_loop(sentence: str) -> None:
    episode, _ = steer_with(
        ["<<<code>>>", sentence, f"<<<revise>>>\n{sentence}", "<<<finish>>>"],
        [computing("<<<407>>>"), computing("<<<408>>>") + " "],
    )
    assert episode.turns == 2
    assert sentence in episode.calls("task")[1].prompt


def test_only_the_last_choice_of_one_parser_is_used_after_the_first_turn() -> None:
    episode, _ = steer_with(
        ["<<<Text>>>", "<<<Code>>>\nCompute it.", "<<<finish>>>"],
        ["It is <<<1>>>.", computing("<<<408>>>")],
    )
    request = episode.calls("task")[1].prompt
    assert request == f"Compute it.\n\n{prompt('code_again')}"
    assert episode.answer == "<<<408>>>\n", "what was asked for as code is run"


class Named:
    """A resolver of model names that keeps what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []

    def __call__(self, name: str, *, url: str | None = None) -> ChatModel:
        self.asked.append((name, url))
        return ScriptedModel(lambda asked: "<<<finish>>>" if len(asked) > 1 else "<<<code>>>", name)


@pytest.mark.parametrize(
    ("spec", "model"),
    [
        ("prompt:openai:gpt-4o", ("openai:gpt-4o", None)),
        ("tuned:http://127.0.0.1:8000/v1", ("vllm:steerer", "http://127.0.0.1:8000/v1")),
        ("tuned:http://h:8/v1#mine", ("vllm:mine", "http://h:8/v1")),
        ("tuned:/models/steerer.gguf", ("local:/models/steerer.gguf", None)),
        ("tuned:/models/steerer", ("transformers:/models/steerer", None)),
    ],
)
def test_specifications(spec: str, model: tuple[str, str | None]) -> None:
    resolve = Named()
    steerer = get_steerer(spec, resolve)
    assert resolve.asked == [model]
    assert steerer.model is not None
    assert steerer.model.name == model[0]


def test_the_policy_has_no_model() -> None:
    assert get_steerer("policy", Named()).model is None


@pytest.mark.parametrize("spec", ["polcy", "", "policy:x", "prompt:", "tuned", "tuned:"])
def test_unknown_specifications_are_refused_in_a_sentence(spec: str) -> None:
    with pytest.raises(UnknownSteerer, match="known are policy"):
        get_steerer(spec, Named())
    with pytest.raises(UnknownSteerer, match="did you mean 'policy'"):
        get_steerer("polcy", Named())


def test_a_steerer_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    from codesteer import steerers

    monkeypatch.setattr(steerers, "_registered", {})
    register_steerer("mine", lambda target, resolve: Prompted(resolve(target)))
    assert get_steerer("mine:m", Named()).name == "prompt:m"


# A new model was built, and 8B weights loaded, for each call of the steerer.
def test_one_model_serves_all_decisions() -> None:
    resolve = Named()
    steerer = get_steerer("tuned:http://h/v1", resolve)
    for _ in range(3):
        bench = workbench([computing("<<<408>>>")], budget=Budget(self_checks="never"))
        play("codesteer", bench, steerer=steerer)
    assert len(resolve.asked) == 1


def test_the_benchs_steering_model_comes_first() -> None:
    own, given = ScriptedModel([]), ScriptedModel(["<<<code>>>", "<<<finish>>>"])
    bench = workbench([computing("<<<408>>>")], steerer=given, budget=Budget(self_checks="never"))
    play("codesteer", bench, steerer=Tuned(own))
    assert (len(own.asked), len(given.asked)) == (0, 2)


# The path of open weights had never been run in one of the scripts.
def test_a_tuned_steerer_converses_without_instructions() -> None:
    steering = ScriptedModel(["<<<text>>>\nThink.", "<<<code>>>\nMultiply.", "<<<finish>>>"])
    bench = workbench(
        ["It is <<<407>>>.", computing("<<<408>>>")], budget=Budget(self_checks="never")
    )
    play("codesteer", bench, steerer=Tuned(steering))
    last = steering.asked[-1]
    assert [m.role for m in last] == ["user", "assistant", "user", "assistant", "user"]
    assert QUESTION in last[0].content
    assert last[1].content == "<<<text>>>\nThink."
    assert last[3].content == "<<<code>>>\nMultiply."
    assert "2. code, answer 408" in last[4].content
    assert QUESTION not in last[4].content
    assert steering.asked[1] == last[:3]  # earlier messages stay as they were


def test_a_long_conversation_keeps_the_question_and_the_last_exchanges() -> None:
    made = [attempt(f"It is <<<{n}>>>.") for n in range(12)]
    messages = conversation(state(*made), workbench([]))
    assert QUESTION in messages[0].content
    assert messages[1].role == "assistant"
    assert messages[-1].role == "user"
    assert len(messages) == 13


def test_a_question_with_braces_and_dollars_is_sent_as_it_is() -> None:
    question = "Compute ${x} + {y} % $z $$ {{question}} $question: 1, 2, 3, 4, 5, 6, 7"
    steering = ScriptedModel(["<<<code>>>", "<<<finish>>>"])
    bench = workbench(
        [computing("<<<408>>>")], steerer=steering, budget=Budget(self_checks="never")
    )
    play("codesteer", bench, question, steerer=Prompted(steering))
    assert all(question in asked[0].content for asked in steering.asked)


def test_code_fences_in_guidance_survive() -> None:
    decision = parse("<<<code>>>\n" + block("x = 1"), begun=True)
    assert decision is not None
    assert "```python" in decision.guidance
