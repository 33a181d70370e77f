"""The published loop, with texts read from a made-up checkout of the same shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from codesteer.episode import Check, Guidance
from codesteer.models.chat import ChatModel
from codesteer.steerers import get_steerer
from codesteer.steerers.legacy import Legacy
from codesteer.steerers.published import (
    ROLES,
    PromptsNotFound,
    import_prompts,
    load_prompts,
    save_prompts,
)
from codesteer.workbench import Budget
from tests.methods.doubles import (
    QUESTION,
    FakeSandbox,
    ScriptedModel,
    block,
    failed,
    play,
    workbench,
)

PROMPT_PY = '''
import os
raise SystemExit("never run me")

pick_prompt = """PICK between them. End with <<<Code>>> or <<<Text>>>. Question: """
coding_prompt = "CODING: open with ```python and print. " + "One block. " + """Go:
"""
text_only_prompt = """WORDS: analyse the question in small steps, then answer without any code.
"""
OtherAgent_prompt = "You are another agent. Use ```python blocks."
long_prompt = "LONG brief with <<<Return Answer>>> and <<<Terminate>>> and <<<Code>>> <<<Text>>>."
'''
LOOP_PY = '''
from prompt import *

def loop(question, response_text, out, err):
    code_complexity_summary, code_complexity_score = look(response_text)
    if code_complexity_score <= 2:
        code_complexity_summary += "\\nSIMPLE: perhaps too plain."
    answer_with_output = response_text + f"\\nRAN output: {result.stdout}, errors: {result.stderr}"
    steer_input = f"""ANSWER {response_text}
FEEDBACK {check_result}
COMPLEXITY {code_complexity_summary}
""" + "WRAP <<<guidance>>>."
    if not code:
        steer_input = f"ANSWER {response_text}\\nFEEDBACK {check_result}\\nWRAP <<<guidance>>>."
    return steer_input


def check(question, response):
    request = f"CHECK it, print Correct. Question: {question} Response: {response} Code:"
    return request
'''


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "published"
    (folder / "deep").mkdir(parents=True)
    (folder / "prompt.py").write_text(PROMPT_PY)
    (folder / "deep" / "loop.py").write_text(LOOP_PY)
    (folder / "broken.py").write_text("def (")
    (folder / "huge.py").write_text("x = 1\n" * 400_000)
    (folder / "deeper.py").write_text("x = " + "(" * 5_000)
    (folder / "binary.py").write_bytes(b"\xff\xfe\x00")
    return folder


def test_texts_are_read_and_nothing_is_run(checkout: Path) -> None:
    prompts = import_prompts(checkout)
    assert prompts.keys() == ROLES.keys()
    assert prompts["choose"].startswith("PICK")
    assert prompts["code"] == "CODING: open with ```python and print. One block. Go:\n"
    assert prompts["text"].startswith("WORDS")
    assert prompts["simple"] == "\nSIMPLE: perhaps too plain."
    assert prompts["execution"] == "\nRAN output: {output}, errors: {errors}"
    assert prompts["review_code"] == (
        "ANSWER {response}\nFEEDBACK {feedback}\nCOMPLEXITY {complexity}\nWRAP <<<guidance>>>."
    )
    assert prompts["review"] == "ANSWER {response}\nFEEDBACK {feedback}\nWRAP <<<guidance>>>."
    assert prompts["check"].startswith("CHECK it, print Correct. Question: {question} Response: {")


def test_a_name_helps_where_a_text_is_not_found(checkout: Path) -> None:
    (checkout / "prompt.py").write_text(PROMPT_PY.replace("coding_prompt", "c_o_d_e"))
    with pytest.raises(PromptsNotFound, match=r"no text for: code\..*--name code=VARIABLE"):
        import_prompts(checkout)
    assert import_prompts(checkout, names={"code": "c_o_d_e"})["code"].startswith("CODING")


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(PromptsNotFound, match="no folder"):
        import_prompts(tmp_path / "nothing")
    with pytest.raises(PromptsNotFound, match="no text for: choose, code"):
        import_prompts(tmp_path)


def test_texts_are_kept_for_later_runs(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept" / "prompts.json"
    monkeypatch.setenv("SYMBENCH_STEERER_PROMPTS", str(file))
    with pytest.raises(PromptsNotFound, match="symbench steerer import-prompts"):
        load_prompts()
    prompts = import_prompts(checkout)
    assert save_prompts(prompts) == file
    assert load_prompts() == prompts

    def resolve(name: str, *, url: str | None = None) -> ChatModel:
        return ScriptedModel([], f"{name}@{url}")

    steerer = get_steerer("legacy:http://h/v1#CodeSteer-v1", resolve)
    assert isinstance(steerer, Legacy)
    assert steerer.name == "legacy:vllm:CodeSteer-v1@http://h/v1"
    file.write_text("[]")
    with pytest.raises(PromptsNotFound):
        load_prompts()


def run(
    checkout: Path, task: list[object], said: list[str], check: str = block("print('Correct')")
):  # type: ignore[no-untyped-def]
    steering, model = ScriptedModel(said), ScriptedModel(task)  # type: ignore[arg-type]
    sandbox = FakeSandbox({"boom": failed(stdout="half")})
    bench = workbench(model, steerer=steering, checker=lambda messages: check, sandbox=sandbox)
    steerer = Legacy(steering, import_prompts(checkout))
    return play("codesteer", bench, steerer=steerer), model, steering


def test_the_published_order_of_messages(checkout: Path) -> None:
    episode, model, steering = run(
        checkout,
        [block("boom"), block("for a in b:\n  if a and 'for'in c:\n    print('<<<408>>>')")],
        ["Please code. <<<", "Mind the sign.", "<<<Return Answer>>>"],
    )
    assert episode.answer == "<<<408>>>\n"
    choose, review, last = (asked[-1].content for asked in steering.asked)
    assert choose == import_prompts(checkout)["choose"] + QUESTION
    assert review.startswith("ANSWER Here is a program.")
    assert "RAN output: half, errors: NameError" in review
    assert "FEEDBACK output: Correct\n" in review
    assert "SIMPLE: perhaps too plain." in review
    assert "SIMPLE" not in last
    assert [m.role for m in steering.asked[2]] == ["user", "assistant"] * 2 + ["user"]
    assert model.asked[0][0].content == "Please code. <<<" + QUESTION  # without a separator
    assert model.asked[1][-1].content == "Mind the sign."
    assert [m.role for m in model.asked[1]] == ["user", "assistant", "user"]
    assert (steering.settings[0].temperature, steering.settings[0].top_p) == (0.95, 0.7)


@pytest.mark.parametrize(
    ("said", "sent"),
    [("Use <<<Code>>> now", "CODING"), ("<<<Text>>>", "WORDS"), ("Check it again", "Check it")],
)
def test_markers_as_published(checkout: Path, said: str, sent: str) -> None:
    _, model, _ = run(checkout, ["<<<1>>>", "<<<2>>>"], ["Go. ", said, "Terminate"])
    assert model.asked[1][-1].content.startswith(sent)


@pytest.mark.parametrize(
    "nonsense", ["", " \n", "banana", "x" * 100_000, "\x00" * 50, "<<<" * 9_000]
)
def test_nonsense_is_sent_on_within_bounds_until_the_turns_end(
    checkout: Path, nonsense: str
) -> None:
    answers = [f"It is <<<{n}>>>." for n in range(6)]
    episode, model, steering = run(checkout, answers, [nonsense] * 7)
    assert (episode.answer, episode.failure) == ("It is <<<5>>>.", None)
    for asked in (*model.asked, *steering.asked):
        assert all(m.content.strip() for m in asked)
        assert max(len(m.content) for m in asked) < 8_000


def test_the_last_answer_is_returned_after_six(checkout: Path) -> None:
    answers = [f"It is <<<{n}>>>." for n in range(6)]
    episode, _, _ = run(checkout, answers, ["Go. "] + ["Again."] * 6)
    assert episode.answer == "It is <<<5>>>."
    assert episode.turns == Budget().guidance_turns + 1 == 6


def test_text_has_no_complexity_and_a_failed_check_says_so(checkout: Path) -> None:
    episode, _, steering = run(
        checkout, ["It is <<<1>>>."], ["Go. ", "<<<Terminate>>>"], check=block("boom")
    )
    review = steering.asked[1][-1].content
    assert "COMPLEXITY" not in review
    assert "output: half, errors: NameError" in review
    assert len(episode.calls("checker")) == 3
    actions = [e.action for e in episode.events if isinstance(e, Guidance)]
    assert actions == ["revise", "give_up"]


def test_the_published_score_is_in_the_record(checkout: Path) -> None:
    episode, _, _ = run(checkout, [block("x = 1 + 1")], ["Go. ", "Return Answer"])
    checks = [e for e in episode.events if isinstance(e, Check) and e.checker == "symbolic"]
    assert [(c.score, c.verdict) for c in checks] == [(0.25, "simple")]
