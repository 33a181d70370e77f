"""How well the checkers tell what they are to tell, on planted programs and verdicts."""

from __future__ import annotations

import asyncio
import json

import pytest

from codesteer.checkers import symbolic, symbolic_legacy
from codesteer.checkers.calibration import (
    answer_programs,
    auc,
    checked_answers,
    reliability,
)
from codesteer.episode import Episode
from codesteer.sandbox import open_sandbox
from codesteer.sandbox.execution import Execution
from codesteer.workbench import Budget
from tests.methods.doubles import FakeSandbox, block, computing, play, workbench
from tests.methods.programs import SOLVERS, emptied

EMPTIED = [
    variant
    for code in SOLVERS.values()
    for name, variant in emptied(code).items()
    if name in ("commented", "quoted", "dead") or code == SOLVERS["product"]
]
"""The variants that depend on the program once for each, the others once."""


def scores(analyze: object) -> tuple[list[float], list[float]]:
    solved = [analyze(code).score for code in SOLVERS.values()]  # type: ignore[operator]
    stated = [analyze(code).score for code in EMPTIED]  # type: ignore[operator]
    return solved, stated


def test_computing_is_told_from_stating_better_than_by_the_published_score() -> None:
    ours, published = auc(*scores(symbolic.analyze)), auc(*scores(symbolic_legacy.analyze))
    assert ours is not None
    assert published is not None
    assert ours > 0.97
    assert ours > published + 0.2


def test_every_emptied_program_is_called_hard_coded_and_no_solver_is() -> None:
    assert all(symbolic.analyze(code).hard_coded for code in EMPTIED)
    assert not any(symbolic.analyze(code).hard_coded for code in SOLVERS.values())


def test_the_planted_programs_run() -> None:
    async def outcomes() -> list[str]:
        sandbox = open_sandbox()
        runs = [await sandbox.run(code) for code in [*SOLVERS.values(), *EMPTIED[:3]]]
        await sandbox.aclose()
        return [run.outcome if "<<<" in run.stdout else run.stderr for run in runs]

    assert set(asyncio.run(outcomes())) == {"ok"}


@pytest.mark.parametrize(
    ("positives", "negatives", "expected"),
    [
        ([2, 3], [0, 1], 1.0),
        ([0], [1], 0.0),
        ([1], [1], 0.5),
        ([1, 3], [2, 2], 0.5),
        ([], [1], None),
        ([1], [], None),
    ],
)
def test_auc(positives: list[float], negatives: list[float], expected: float | None) -> None:
    assert auc(positives, negatives) == expected


def test_reliability() -> None:
    found = reliability(
        [
            ("correct", True),
            ("correct", True),
            ("correct", False),
            ("incorrect", False),
            ("incorrect", True),
            ("unknown", True),
            ("unknown", False),
        ]
    )
    assert found.answers == 7
    assert found.unknown == 2
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 4)
    assert found.precision_wrong == pytest.approx(1 / 2)
    assert found.recall_wrong == pytest.approx(1 / 3)
    assert reliability([]).precision is None


def test_pairs_are_read_from_an_episode() -> None:
    check = block("def check(answer):\n    return True")
    sandbox = FakeSandbox({"def check": Execution(outcome="ok", stdout="correct\n")})
    bench = workbench(
        [computing("<<<408>>>")],
        checker=[check],
        sandbox=sandbox,
        budget=Budget(self_checks="always"),
    )
    made = Episode.from_json(json.loads(json.dumps(play("codesteer", bench).to_json())))
    assert checked_answers(made) == [("408", "correct")]
    assert [output for _, output in answer_programs(made)] == ["<<<408>>>\n"]
