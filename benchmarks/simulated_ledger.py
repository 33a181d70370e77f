#!/usr/bin/env python3
"""Ledgers of a simulated model: real instances, verifiers and outcomes, made-up success and texts.

For pictures, tests and measurements of reports; no model is asked.

    python benchmarks/simulated_ledger.py demo.sqlite --samples 6 --levels 1-5
    python benchmarks/simulated_ledger.py big.sqlite --episodes 10000
"""

from __future__ import annotations

import argparse
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from codesteer.episode import Check, CodeRun, Episode, Event, Failure, Guidance, ModelCall
from codesteer.models.chat import Usage
from codesteer.sandbox.execution import Execution
from pytest_symbench.cases import Case, parse_levels
from pytest_symbench.ledger import Row, open_ledger
from pytest_symbench.outcome import outcome
from pytest_symbench.tasks import Instance, judge, make, registry

METHODS = ("only_question", "codesteer")

START = 1_763_800_000.0
"""When the simulated run began, in seconds since 1970."""

CODE = '''import itertools
# Read the puzzle, then search all candidates for one that keeps every rule.
puzzle = """{excerpt}"""
def keeps_all_rules(candidate, *, strict=True):
    return len(candidate) > 0 and strict
best = None
for size in range(1, 10_000):
    if keeps_all_rules([size]):
        best = size
        break
print("<<<" + {answer!r} + ">>>")
'''

TRACEBACK = """Traceback (most recent call last):
  File "<answer>", line 7, in <module>
    for size in range(1, limit):
NameError: name 'limit' is not defined
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A model whose success falls with the level along a logistic curve."""

    name: str = "simulated:model-a"
    frontier: float = 3.0
    """The level at which the mean task crosses one half."""
    lift: float = 1.2
    """Levels that steering adds."""
    words: int = 0
    """Random words in every reply: texts of a length and variety that real models have."""
    seed: int = 0

    def succeeds(self, case: Case, level: float) -> bool:
        """Drawn from the identity of the case: methods share an instance's luck in part."""
        task = random.Random(f"{self.seed} {case.task}").gauss(0, 1.4)
        instance = random.Random(f"{self.seed} {case.task} {case.level} {case.seed}").random()
        own = random.Random(f"{self.seed} {self.name} {case}").random()
        edge = self.frontier + task + (self.lift if case.method == "codesteer" else 0)
        return 0.5 * instance + 0.5 * own < 1 / (1 + math.exp(1.5 * (level - edge)))


def episode(model: Simulated, case: Case, instance: Instance, right: str, wrong: str) -> Episode:
    """A made-up exchange that ends in one of the two answers, or in trouble."""
    rng = random.Random(f"{model.seed} {case} text")
    good = model.succeeds(case, case.level if isinstance(case.level, int) else 3)
    trouble = None if good else rng.choices(
        [None, "truncated", "refused", "code_error", "code_timeout"], [80, 8, 3, 6, 3]
    )[0]  # fmt: skip
    answer = right if good else wrong
    if case.method == "only_question":
        events, failure = _plain(rng, instance, answer, trouble, _babble(rng, model.words))
    else:
        events, failure = _steered(rng, instance, answer, wrong, trouble, _babble(rng, model.words))
    text = "" if failure in ("refused", "truncated", "code_error", "code_timeout") else (
        f"<<<{answer}>>>"
    )  # fmt: skip
    return Episode(
        method=case.method, answer=text, failure=failure,
        failure_detail=f"{failure.replace('_', ' ')}: simulated" if failure else "",
        events=tuple(events), seconds=sum(_time(event) for event in events),
    )  # fmt: skip


def _plain(
    rng: random.Random, instance: Instance, answer: str, trouble: str | None, babble: str
) -> tuple[list[Event], Failure | None]:
    if trouble == "refused":
        return [
            _call(rng, instance.question, "I'm sorry, but I can't help with that.", "refusal")
        ], ("refused")
    thought = " ".join(rng.choices(_SENTENCES, k=rng.randint(2, 9))) + babble
    if trouble == "truncated":
        return [_call(rng, instance.question, thought + " So the next", "length")], "truncated"
    return [_call(rng, instance.question, f"{thought}\n\n<<<{answer}>>>")], None


def _steered(
    rng: random.Random,
    instance: Instance,
    answer: str,
    wrong: str,
    trouble: str | None,
    babble: str,
) -> tuple[list[Event], Failure | None]:
    asked = instance.question
    code = CODE.format(excerpt=asked[:200].replace('"', "'"), answer=answer)
    events: list[Event] = [
        Guidance(action="code", text="", reason="the question asks for computing")
    ]
    if rng.random() < 0.4:
        events += [
            _call(rng, asked, f"Step by step:\n\n<<<{wrong}>>>"),
            Check(checker="self", verdict="incorrect", score=None, summary="Step 2 breaks a rule."),
            Guidance(
                action="revise", text="Search with a program; do not guess.",
                reason="the check says that the answer is incorrect",
            ),
        ]  # fmt: skip
    if trouble in ("code_error", "code_timeout"):
        broken = "error" if trouble == "code_error" else "timeout"
        run = Execution(
            outcome=broken, stderr=TRACEBACK if broken == "error" else "", exit_status=1,  # type: ignore[arg-type]
            wall_s=rng.uniform(0.1, 30), level="landlock",
        )  # fmt: skip
        events += [
            _call(rng, asked, f"```python\n{code}```"),
            CodeRun(purpose="answer", code=code, execution=run),
            Guidance(action="give_up", text="", reason="programs keep failing"),
        ]
        return events, trouble  # type: ignore[return-value]
    run = Execution(
        outcome="ok", stdout=f"<<<{answer}>>>\n", exit_status=0, wall_s=rng.uniform(0.05, 2),
        cpu_s=0.05, peak_mb=42.0, level="landlock",
    )  # fmt: skip
    believed = rng.random() < (0.85 if answer != wrong else 0.4)
    events += [
        _call(rng, asked, f"A program finds it:{babble}\n\n```python\n{code}```"),
        CodeRun(purpose="answer", code=code, execution=run),
        Check(
            checker="symbolic", verdict="symbolic", score=round(rng.betavariate(4, 2), 2),
            summary="loops, comparisons",
        ),
        Check(
            checker="self", verdict="correct" if believed else "incorrect", score=None,
            summary="The printed answer keeps every rule." if believed else "A rule is broken.",
        ),
        Guidance(action="finish", text="", reason="the check says that the answer is correct"),
    ]  # fmt: skip
    return events, None


def _call(rng: random.Random, prompt: str, text: str, finish: str = "stop") -> ModelCall:
    usage = Usage(input=len(prompt) // 4 + 12, output=len(text) // 4 + 8)
    return ModelCall(
        part="task", prompt=prompt, text=text, finish=finish, usage=usage,  # type: ignore[arg-type]
        seconds=rng.lognormvariate(0.6, 0.6), cached=False, retries=int(rng.random() < 0.03),
    )  # fmt: skip


def _babble(rng: random.Random, words: int) -> str:
    """Words of letters as frequent as in English, so that they pack about as well as prose."""
    letters = "eeeeeeetttttaaaaooooiiiinnnnsssshhhrrrddllluccmmwfgypbvk"
    lexicon = ["".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(words // 3)]
    return " " + " ".join(rng.choices(lexicon, k=words)) if words else ""


def _time(event: Event) -> float:
    return event.seconds if isinstance(event, ModelCall) else (
        event.execution.wall_s if isinstance(event, CodeRun) else 0.0
    )  # fmt: skip


_SENTENCES = (
    "First I list what is given.", "The rules leave two candidates.",
    "Trying the first one, the third constraint fails.", "So the other must hold.",
    "Let me check that again.", "Counting once more gives the same.", "That settles the corner.",
)  # fmt: skip


def solved(
    tasks: Sequence[str], levels: Sequence[int], samples: int
) -> Iterator[tuple[Instance, str, str]]:
    """Instances with a right answer and one of another instance, which is mostly wrong."""
    for name in tasks:
        task = registry.get(name)
        for level in levels:
            made = [make(task, level, seed) for seed in range(samples + 1)]
            answers = [task.solve(instance.data) for instance in made]
            for instance, right, other in zip(
                made, answers, [*answers[1:], answers[0]], strict=True
            ):
                if instance.seed < samples:
                    yield instance, right, other if other != right else "?"


def write(
    path: Path,
    *,
    tasks: Sequence[str],
    levels: Sequence[int],
    samples: int,
    methods: Sequence[str] = METHODS,
    model: Simulated = Simulated(),
    most: int | None = None,
) -> int:
    """Writes a ledger; returns its number of episodes."""
    identity = {"model": model.name, "model-url": "", "steerer": "policy", "max-tokens": 2048,
                "temperature": 0.0, "prompts": "simulated"}  # fmt: skip
    ledger = open_ledger(path, identity, facts={"created": "2025-11-22 08:26:40"})
    clock, count = START, 0
    for instance, right, wrong in solved(tasks, levels, samples):
        for method in methods:
            if most is not None and count >= most:
                break
            case = Case(instance.task.name, instance.level, instance.seed, method)
            record = episode(model, case, instance, right, wrong)
            verdict = judge(instance.task, instance.data, record.answer)
            usage = record.usage()
            result = outcome(record, verdict)
            failed = result not in ("correct", "wrong") and record.failure_detail
            row = Row(
                id=case.id, task=case.task, version=instance.task.version, level=str(case.level),
                seed=case.seed, method=method, attempt=0, digest=instance.digest, outcome=result,
                reason=record.failure_detail if failed else verdict.reason,
                answer=record.answer[:2000], calls=len(record.calls()), input_tokens=usage.input,
                output_tokens=usage.output, seconds=record.seconds, started=clock,
                sandbox="landlock" if method == "codesteer" else "",
            )  # fmt: skip
            ledger.store_episode(row, record)
            clock, count = clock + 0.4, count + 1
    ledger.close()
    return count


def ready() -> list[str]:
    """The tasks that can be imported."""
    names = []
    for name in registry.names():
        try:
            registry.get(name)
        except ImportError:
            continue
        names.append(name)
    return names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("path", type=Path)
    parser.add_argument("--levels", default="1-5")
    parser.add_argument("--samples", type=int, default=4)
    parser.add_argument("--tasks", default="all")
    parser.add_argument("--episodes", type=int, help="as many samples as give so many")
    parser.add_argument("--model", default="simulated:model-a")
    parser.add_argument("--frontier", type=float, default=3.0)
    parser.add_argument("--words", type=int, default=0, help="random words in every reply")
    options = parser.parse_args()
    levels = [int(level) for level in parse_levels(options.levels)]
    tasks = ready() if options.tasks == "all" else options.tasks.split(",")
    samples = options.samples
    if options.episodes:
        samples = math.ceil(options.episodes / (len(tasks) * len(levels) * len(METHODS)))
    model = Simulated(name=options.model, frontier=options.frontier, words=options.words)
    write(
        options.path,
        tasks=tasks,
        levels=levels,
        samples=samples,
        model=model,
        most=options.episodes,
    )


if __name__ == "__main__":
    main()
