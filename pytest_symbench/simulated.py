"""``simulated:gpt-4o``: no model, but coins that fall as the paper's table says. For planning and tests.

Nothing that is measured with it says anything of a real model. It knows the instance and its
solution, and is right as often as the paper reports of GPT-4o: with text by the column All Text,
with code by All Code, otherwise by Only Question. Level 3 has the table's figure; below and above
it rises and falls. All that happens after that is real: the text is parsed, the program runs in
the sandbox, and the verifier judges. Every reply says that it is simulated.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from statistics import NormalDist

from codesteer.models.chat import ChatModel, Completion, Message, Settings, Usage
from codesteer.models.errors import UnknownModel
from codesteer.prompts import prompt
from pytest_symbench.avenorm import paper_table
from pytest_symbench.reference_models import Bind
from pytest_symbench.tasks import Instance, judge
from pytest_symbench.tasks.instance import seeded

COLUMNS = {"text": "All Text + CoT", "code": "All Code + CoT", "any": "Only Question"}
"""How a question is asked -> the paper's column that says how often the answer is right."""
UNLISTED = 50.0
"""Success in percent at tasks that the paper does not have."""
MIDDLE = 3
"""The level that has the table's success."""
FALL = {"text": 0.5, "code": 0.2, "any": 0.5}
"""Log-odds lost with each level: text falls faster than code, as in the paper's figure 4."""
SHARED = 0.5
"""Share of the chance that belongs to the instance: a second try at a hard one mostly fails too."""
CHECKS_RIGHT, CHECKS_WRONG, CHECKS_NOTHING = 0.9, 0.7, 0.05
"""A check's chance to confirm a right answer, to disprove a wrong one, and to say nothing."""
STATED = 0.1
"""Share of programs that only print the answer."""
CRASHES = 0.25
"""Share of wrong programs that raise. None is too slow: that would only cost time."""

_NORMAL = NormalDist()
_LABEL = "(simulated reply)"


def simulated(profile: str) -> Bind:
    """What makes the simulated model of each instance.

    Raises:
        UnknownModel: there is no such profile.
    """
    if profile != "gpt-4o":
        raise UnknownModel(f"there is no simulated model {profile!r}; there is simulated:gpt-4o")
    return SimulatedModel


def chance(task: str, level: int | str, way: str) -> float:
    """How often an answer is right: the paper's figure, shifted by the level.

    A paper setting has the table's figure: that is what was averaged over them.
    """
    percent = paper_table()[COLUMNS[way]].get(task, UNLISTED)
    share = min(max(percent / 100, 0.01), 0.99)
    if isinstance(level, str):
        return share
    odds = math.log(share / (1 - share)) - FALL[way] * (level - MIDDLE)
    return 1 / (1 + math.exp(-odds))


@dataclass
class SimulatedModel:
    """Answers one instance, and checks proposed answers to it. Equal requests get equal replies
    at temperature 0, as of a greedy model; above it each repetition is another draw.
    """

    instance: Instance
    name: str = "simulated:gpt-4o"
    _asked: Counter[str] = field(default_factory=Counter)

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """An answer or a check; usage is an estimate of four characters a token."""
        conversation = json.dumps([m.content for m in messages])
        rng = seeded("simulated", self.instance.id, conversation)
        if settings.temperature:
            sample = f"{settings.seed}/{self._asked[conversation]}"
            self._asked[conversation] += 1
            rng = seeded("simulated", self.instance.id, conversation, sample)
        proposed = self._proposed(messages[0].content)
        text = self._answer(messages[-1].content, rng)
        if proposed is not None:
            text = self._check(proposed, rng)
        return Completion(
            text=text, usage=Usage(input=len(conversation) // 4 + 1, output=len(text) // 4 + 1)
        )

    async def aclose(self) -> None:
        """Nothing to free."""

    @cached_property
    def right(self) -> str:
        """The solver's answer."""
        return self.instance.task.solve(self.instance.data)

    def wrong(self, rng: Random) -> str:
        """An answer that looks like the right one, and is not."""
        characters = list(self.right) or ["0"]
        for _ in range(20):
            places = [i for i, c in enumerate(characters) if c.isalnum()] or [0]
            place = rng.choice(places)
            pool = "0123456789" if characters[place].isdigit() else "ABCDEFGH"
            changed = [*characters[:place], rng.choice(pool), *characters[place + 1 :]]
            text = "".join(changed)
            if not judge(self.instance.task, self.instance.data, f"<<<{text}>>>").correct:
                return text
        return "unknown"

    def _proposed(self, request: str) -> str | None:
        """The answer that a checker is asked to test; None where this is no such request."""
        before, _, after = prompt("check", question=self.instance.question, answer="\0").partition(
            "\0"
        )
        if request.startswith(before) and request.endswith(after):
            return request[len(before) : len(request) - len(after)]
        return None

    def _answer(self, request: str, rng: Random) -> str:
        way = _way(request)
        instance = self.instance
        shared = seeded("simulated", instance.id, way).gauss(0, 1)
        luck = math.sqrt(SHARED) * shared + math.sqrt(1 - SHARED) * rng.gauss(0, 1)
        correct = _NORMAL.cdf(luck) < chance(instance.task.name, instance.level, way)
        answer = self.right if correct else self.wrong(rng)
        if way != "code":
            return f"{_LABEL} Step by step, this gives <<<{answer}>>>"
        return f"{_LABEL}\n```python\n{_program(answer, correct, rng)}\n```"

    def _check(self, proposed: str, rng: Random) -> str:
        verdict = judge(self.instance.task, self.instance.data, f"<<<{proposed}>>>")
        if rng.random() < CHECKS_NOTHING:
            return f"{_LABEL} I cannot test this."
        honest = rng.random() < (CHECKS_RIGHT if verdict.correct else CHECKS_WRONG)
        value = "True" if verdict.correct == honest else "'a condition of the question fails'"
        return f"{_LABEL}\n```python\ndef check(answer):\n    return {value}\n```"


def _way(request: str) -> str:
    for way in ("code", "text"):
        if any(prompt(name) in request for name in (way, f"{way}_again")):
            return way
    return "any"


def _program(answer: str, correct: bool, rng: Random) -> str:
    """A program that prints the answer: in a loop, as if computed, or as a literal; or raises."""
    if not correct and rng.random() < CRASHES:
        return "values = []\nfor number in range(3):\n    values.append(number)\nprint(values[7])"
    if rng.random() < STATED:
        return f"answer = {answer!r}\nprint(f'<<<{{answer}}>>>')"
    return (
        f"answer = ''\nfor sign in {answer[::-1]!r}:\n    if sign:\n        answer = sign + answer\n"
        "print(f'<<<{answer}>>>')"
    )


_: type[ChatModel] = SimulatedModel
