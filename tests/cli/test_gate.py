"""``symbench compare``, ``bless`` and ``history``: the verdicts of a run, without running."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_symbench.cli import main
from pytest_symbench.exit_status import NOT_ENOUGH_DATA
from pytest_symbench.gate import baseline
from pytest_symbench.gate.recording import Answer, Key, Recording
from pytest_symbench.outcome import Outcome
from tests.plugin.conftest import Run, symbench

__all__ = ["symbench"]  # the fixture, used by name

TASKS = ("letters", "game24", "navigate")


def recording(success: float, *, recorded: str = "2026-01-01", samples: int = 60) -> Recording:
    """Answers of a model that is right with this chance, the same instances for each."""
    rng = random.Random(3)
    found: dict[Key, Answer] = {}
    for task in TASKS:
        for seed in range(samples):
            outcome: Outcome = "correct" if rng.random() < success else "wrong"
            found[Key(task, 1, "2", seed, "only_question", 0)] = Answer(outcome, "ab12", 9, 3, 0.5)
    return Recording(
        name="x", configuration={"model": "m"}, recorded=recorded, answers=found,
        planned=len(found),
    )  # fmt: skip


@pytest.fixture
def keep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Writes baselines by name below the folder in which the commands run."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, run: Recording) -> None:
        baseline.write(run, baseline.locate(name, tmp_path))

    return write


def test_better_passes_and_worse_fails(
    keep: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    keep("old", recording(0.8))
    keep("better", recording(0.9))
    keep("worse", recording(0.3))
    assert main(["compare", "old", "better"]) == 0
    assert capsys.readouterr().out.startswith("gate: PASS (the default policy, exit status 0)")
    assert main(["compare", "old", "worse"]) == 1
    assert "fail            overall" in capsys.readouterr().out
    assert main(["compare", "old", "worse", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["state"] == "fail"


def test_little_data_is_no_pass(keep: Callable[..., None]) -> None:
    keep("old", recording(0.8, samples=2))
    assert main(["compare", "old", "old"]) == NOT_ENOUGH_DATA


def test_another_policy(
    keep: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keep("old", recording(0.8))
    (tmp_path / "strict.toml").write_text("[overall]\nmin_score = 0.99\n")
    assert main(["compare", "old", "old", "--gate", "strict.toml"]) == 1
    assert "99 points demanded" in capsys.readouterr().out


def test_the_same_words_as_inside_pytest(
    symbench: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    pytester: pytest.Pytester,
) -> None:  # fmt: skip
    asked = ("--levels", "2", "--samples", "6")
    symbench(*asked, "--symbench-record=good", model="gold")
    inside = symbench(
        *asked, "--symbench-baseline=good", "--symbench-gate", "--symbench-ledger=new.sqlite",
        model="noop",
    )  # fmt: skip
    monkeypatch.chdir(pytester.path)
    capsys.readouterr()
    assert main(["compare", "good", "new.sqlite"]) == inside.ret
    said = capsys.readouterr().out.splitlines()
    first = inside.outlines.index(said[0])
    assert inside.outlines[first : first + len(said)] == said
    assert inside.outlines.count(said[0]) == 1


def test_a_run_is_made_the_baseline(
    symbench: Run, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    asked = ("--levels", "2", "--samples", "6")
    for number in (1, 2):
        symbench(*asked, f"--symbench-shard={number}/2", f"--symbench-ledger={number}.sqlite")
    monkeypatch.chdir(pytester.path)
    assert main(["bless", "release-1", "1.sqlite", "2.sqlite"]) == 0
    assert "recorded" in capsys.readouterr().out
    assert main(["bless", "release-1", "1.sqlite", "2.sqlite"]) == 0
    assert "replaced" in capsys.readouterr().out
    kept = baseline.read(pytester.path / "symbench-baselines" / "release-1.json")
    assert len(kept.answers) == 6
    assert main(["compare", "release-1", "1.sqlite", "2.sqlite"]) in (0, NOT_ENOUGH_DATA)


def test_history_is_in_order_of_time(
    keep: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    keep("second", recording(1.0, recorded="2026-02-01"))
    keep("first", recording(0.0, recorded="2026-01-01"))
    assert main(["history", "--tasks", "letters"]) == 0
    output = capsys.readouterr().out
    assert output.index("first") < output.index("second")
    assert "100.0 %" in output
    assert "0.0 %" in output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["compare", "old", "gone"], "there is no"),
        (["compare", "old", "old::codesteer"], "holds the methods only_question, not codesteer"),
        (["compare", "old", "old", "--gate", "gone.toml"], "the policy gone.toml cannot be read"),
        (["bless", "new.sqlite", "old"], "give a baseline's"),
        (["bless", "new", "lost"], "is no baseline: 60 of its 60 episodes were lost"),
        (["history", "gone.json"], "there is no"),
    ],
)
def test_mistakes_are_one_sentence(
    arguments: list[str], said: str, keep: Callable[..., None], tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    keep("old", recording(0.8, samples=20))
    text = (tmp_path / "symbench-baselines" / "old.json").read_text()
    lost = json.loads(text)
    for group in lost["groups"]:
        group["outcomes"] = "I" * len(group["outcomes"])
    (tmp_path / "symbench-baselines" / "lost.json").write_text(json.dumps(lost))
    assert main(arguments) == 4
    error = capsys.readouterr().err
    assert error.startswith("symbench: ")
    assert said in error
    assert "Traceback" not in error


def test_history_without_anything_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["history"]) == 4
    assert "record one with --symbench-record" in capsys.readouterr().err
