"""The self-answer checker: a model writes a function that tests an answer, and it is run.

The verdict is a line that our own code prints after the model's, so a returned value counts and
prose does not. What crashes, hangs or says nothing is "unknown", after one repair.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Literal, TypeAlias

from codesteer.episode import Check
from codesteer.methods.code_blocks import extract
from codesteer.methods.context import clip, spoken
from codesteer.methods.marker import marked
from codesteer.methods.turn import usable, why
from codesteer.models.chat import Message, Settings
from codesteer.models.errors import ContextLength, Refused
from codesteer.prompts import prompt
from codesteer.sandbox.execution import Execution
from codesteer.workbench import Workbench

Verdict: TypeAlias = Literal["correct", "incorrect", "unknown"]

REPAIRS = 1
"""Further requests after a function that gave no verdict."""
VARIED = 0.7
"""Temperature of the second and later of several checkers."""


@dataclass(kw_only=True)
class SelfChecker:
    """Checks the answers of one episode; the same answer is checked once.

    ``blind`` asks for the function before any answer is known, so that it cannot be written to
    fit; one function then serves all answers. ``votes`` is the number of independent functions of
    which the majority decides; no more are asked for than that takes.
    """

    question: str
    blind: bool = False
    votes: int = 1
    _verdicts: dict[str, Check] = field(default_factory=dict)
    _functions: dict[int, str] = field(default_factory=dict)

    async def check(self, answer: str, bench: Workbench) -> Check:
        """What the checker says of an answer; recorded with all calls and runs.

        Raises:
            ModelError: infrastructure failed. A refusal or an overlong prompt is "unknown".
        """
        content = marked(answer)
        text = clip(answer.strip() if content is None else content, bench.budget.field_tokens)
        if text not in self._verdicts:
            self._verdicts[text] = await self._vote(text, bench)
            bench.record(self._verdicts[text])
        return self._verdicts[text]

    async def _vote(self, answer: str, bench: Workbench) -> Check:
        said: list[tuple[Verdict, str]] = []
        for voter in range(self.votes):
            try:
                said.append(await self._ask(answer, bench, voter))
            except (Refused, ContextLength) as error:
                said.append(("unknown", str(error)))
            counts = [sum(v == verdict for v, _ in said) for verdict in ("correct", "incorrect")]
            if max(counts) * 2 > self.votes:
                break
        right, wrong = (sum(v == verdict for v, _ in said) for verdict in ("correct", "incorrect"))
        verdict: Verdict = "unknown"
        if right != wrong:
            verdict = "correct" if right > wrong else "incorrect"
        reasons = [reason for v, reason in said if v == verdict and reason]
        return Check(
            checker="self",
            verdict=verdict,
            score=round(right / len(said), 3) if right + wrong else None,
            summary=reasons[0] if reasons else "",
            answer=answer,
        )

    async def _ask(self, answer: str, bench: Workbench, voter: int) -> tuple[Verdict, str]:
        if self.blind and voter in self._functions:
            return _verdict(await self._run(self._functions[voter], answer, bench), answer)
        if self.blind:
            request = prompt("check_blind", question=self.question)
        else:
            request = prompt("check", question=self.question, answer=answer)
        messages = [Message("user", request)]
        settings = _settings(bench.settings, voter)
        verdict: tuple[Verdict, str] = ("unknown", "")
        for _ in range(1 + REPAIRS):
            completion = await bench.ask(messages, part="checker", settings=settings)
            code = extract(completion.text, cut=completion.finish == "length").code
            if code is None:
                problem = "There is no complete ```python block in the reply."
            else:
                execution = await self._run(code, answer, bench)
                verdict = _verdict(execution, answer)
                if verdict[0] != "unknown":
                    self._functions[voter] = code
                    break
                problem = _problem(execution)
            verdict = ("unknown", problem)
            messages = [
                messages[0],
                Message("assistant", spoken(clip(completion.text, bench.budget.field_tokens))),
                Message("user", prompt("check_repair", problem=clip(problem, 200))),
            ]
        return verdict

    async def _run(self, code: str, answer: str, bench: Workbench) -> Execution:
        harness = _harness().substitute(answer=repr(answer), mark=repr(_mark(answer)))
        return usable(await bench.execute(code + harness, purpose="check"))


def _settings(settings: Settings, voter: int) -> Settings | None:
    """The first checker is asked as the task is; others vary, or they would say the same."""
    return settings.but(temperature=VARIED, seed=voter) if voter else None


def _harness() -> Template:
    text = files("codesteer.prompts").joinpath("check_harness.py.txt").read_text(encoding="utf-8")
    return Template(text)


def _mark(answer: str) -> str:
    """What the verdict's line begins with; code that does not know it cannot print it by chance."""
    return f"@verdict-{sha256(answer.encode('utf-8', 'replace')).hexdigest()[:12]} "


def _verdict(execution: Execution, answer: str) -> tuple[Verdict, str]:
    """The last verdict that a run printed: on our line, or as a line of its own."""
    if execution.outcome != "ok":
        return "unknown", why(execution)
    lines = [line.strip() for line in execution.stdout.splitlines()[-200:] if line.strip()]
    ours = [line for line in lines if line.startswith(_mark(answer))]
    if ours:
        try:
            said = json.loads(ours[-1].removeprefix(_mark(answer)))
        except ValueError:
            said = {}
        if isinstance(said, dict) and said.get("verdict") in ("correct", "incorrect"):
            return said["verdict"], " ".join(str(said.get("reason", "")).split())
    theirs = [line for line in lines if not line.startswith(_mark(answer))]
    last = theirs[-1] if theirs else ""
    if last in (line.strip() for line in answer.splitlines()):
        return "unknown", ""  # the answer's own words, printed
    word = last.split(":")[0].strip("\"'.!* ").lower()
    if word == "correct":
        return "correct", ""
    return ("incorrect", last[:500]) if word in ("incorrect", "wrong") else ("unknown", "")


def _problem(execution: Execution) -> str:
    if execution.outcome == "ok":
        return "It returned neither True nor a reason."
    return execution.stderr.strip()[-600:] or why(execution)
