"""Ledgers that tests make: simulated runs, and single episodes whose texts are chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.simulated_ledger import Simulated, write
from codesteer.episode import CodeRun, Episode, Event, ModelCall
from codesteer.models.chat import Usage
from codesteer.sandbox.execution import Execution
from pytest_symbench.ledger import Row, open_ledger
from pytest_symbench.outcome import Outcome

TASKS = ("game24", "eight_queens", "number_multiply", "boxnet", "path_plan", "blocksworld")


def simulated(
    path: Path, *, name: str = "simulated:a", frontier: float = 3.0, seed: int = 0
) -> Path:
    """Six tasks, three levels, three samples, two methods: 108 episodes."""
    model = Simulated(name=name, frontier=frontier, seed=seed)
    assert write(path, tasks=TASKS, levels=(1, 3, 5), samples=3, model=model) == 108
    return path


def told(path: Path, texts: Sequence[str], *, outcome: Outcome = "wrong", **identity: str) -> Path:
    """One episode for each text; the text is everywhere where a model's words can be."""
    ledger = open_ledger(
        path, {"model": "scripted:told", **identity}, facts={"created": "2026-01-01"}
    )
    for seed, text in enumerate(texts):
        ledger.store_episode(row(seed, text, outcome), episode(text))
    ledger.close()
    return path


def row(seed: int, text: str, outcome: Outcome = "wrong", **changes: object) -> Row:
    plain = text[:2000].encode("utf-8", "backslashreplace").decode()
    values: dict[str, object] = {
        "id": f"letters-L01-s{seed:04d}/v1/only_question/a0", "task": "letters", "version": 1,
        "level": "1", "seed": seed, "method": "only_question", "attempt": 0, "digest": "0" * 16,
        "outcome": outcome, "reason": plain, "answer": plain, "calls": 1, "input_tokens": 100,
        "output_tokens": 20, "seconds": 1.5, "started": 1_700_000_000.0 + seed, "sandbox": "full",
        **changes,
    }  # fmt: skip
    return Row(**values)  # type: ignore[arg-type]


def episode(text: str) -> Episode:
    events: tuple[Event, ...] = (
        ModelCall(
            part="task", prompt=text, text=f"{text}\n```python\n{text}\n```", finish="stop",
            usage=Usage(input=100, output=20), seconds=1.5, cached=False,
        ),
        CodeRun(
            purpose="answer", code=text,
            execution=Execution(outcome="error", stdout=text, stderr=text, note=text),
        ),
    )  # fmt: skip
    return Episode(
        method="only_question",
        answer=text,
        failure=None,
        failure_detail="",
        events=events,
        seconds=1.5,
    )
