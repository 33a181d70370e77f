"""The simulated task model: as often right as the table says, and never without its label."""

from __future__ import annotations

import asyncio

import pytest

from codesteer.methods.code_blocks import extract
from codesteer.models.chat import Message, Settings
from codesteer.models.errors import UnknownModel
from codesteer.prompts import prompt
from pytest_symbench.avenorm import paper_table
from pytest_symbench.simulated import SimulatedModel, chance, simulated
from pytest_symbench.tasks import get, judge, make


def reply(model: SimulatedModel, request: str, **settings: object) -> str:
    asked = model.complete([Message("user", request)], settings=Settings().but(**settings))
    return asyncio.run(asked).text


def test_it_is_right_as_often_as_the_table_says() -> None:
    task, right = get("web_of_lies"), 0
    for seed in range(400):
        model = SimulatedModel(make(task, 3, seed))
        text = reply(model, f"{model.instance.question}\n\n{prompt('text')}")
        right += judge(task, model.instance.data, text).correct
    assert abs(right / 400 - paper_table()["All Text + CoT"]["web_of_lies"] / 100) < 0.06


@pytest.mark.parametrize("way", ["code", "text", "any"])
def test_it_falls_with_the_level(way: str) -> None:
    falling = [chance("boxlift", level, way) for level in range(1, 8)]
    assert falling == sorted(falling, reverse=True)
    assert len(set(falling)) == 7
    assert abs(chance("boxlift", 3, "text") - 0.56) < 1e-9


def test_its_code_prints_the_answer() -> None:
    instance = make(get("string_insertion"), 3, 1)  # the paper: always right with code
    text = reply(SimulatedModel(instance), f"{instance.question}\n\n{prompt('code')}")
    code = extract(text).code
    assert code
    printed: list[str] = []
    exec(code, {"print": lambda line: printed.append(str(line))})
    assert judge(instance.task, instance.data, printed[-1]).correct


def test_checks_are_noisy_but_tell_something() -> None:
    said = {"right": 0, "wrong": 0}
    for seed in range(200):
        model = SimulatedModel(make(get("number_multiply"), 1, seed))
        for kind, answer in (("right", model.right), ("wrong", "1")):
            request = prompt("check", question=model.instance.question, answer=answer)
            said[kind] += "return True" in reply(model, request)
    assert 160 < said["right"] < 190
    assert 40 < said["wrong"] < 80


def test_every_reply_is_labelled_and_repeatable() -> None:
    instance = make(get("game24"), 2, 7)
    requests = [f"{instance.question}\n\n{prompt(name)}" for name in ("code", "text")]
    requests += [instance.question, prompt("check", question=instance.question, answer="1")]
    for request in requests:
        texts = {reply(SimulatedModel(instance), request) for _ in range(3)}
        assert len(texts) == 1
        assert "(simulated reply)" in texts.pop()
    model = SimulatedModel(instance)
    assert len({reply(model, requests[1], temperature=1.0, seed=s) for s in range(12)}) > 1
    assert model.name.startswith("simulated:")


def test_an_unknown_profile_is_a_sentence() -> None:
    with pytest.raises(UnknownModel, match="there is simulated:gpt-4o"):
        simulated("gpt-5")
