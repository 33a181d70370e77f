"""``symbench steerer``: what it reads, prints and keeps, and that mistakes are sentences."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from codesteer.episode import Check, CodeRun, Episode, Event
from codesteer.sandbox.execution import Execution
from pytest_symbench.calibration import evidence
from pytest_symbench.cli import main
from pytest_symbench.ledger import Row, open_ledger
from pytest_symbench.tasks import get, make
from tests.methods.test_legacy import LOOP_PY, PROMPT_PY

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SYMBENCH_STEERER_PROMPTS", str(tmp_path / "kept" / "prompts.json"))
    folder = tmp_path / "checkout"
    folder.mkdir()
    (folder / "prompt.py").write_text(PROMPT_PY)
    (folder / "loop.py").write_text(LOOP_PY)
    return folder


def test_prompts_are_imported(checkout: Path, tmp_path: Path, capsys: Capture) -> None:
    assert main(["steerer", "import-prompts", str(checkout)]) == 0
    kept = tmp_path / "kept" / "prompts.json"
    assert str(kept) in capsys.readouterr().out
    assert json.loads(kept.read_text())["choose"].startswith("PICK")


def test_a_text_is_named(checkout: Path, capsys: Capture) -> None:
    (checkout / "prompt.py").write_text(PROMPT_PY.replace("coding_prompt", "c_o_d_e"))
    assert main(["steerer", "import-prompts", str(checkout)]) == 4
    said = capsys.readouterr().err
    assert f"symbench steerer import-prompts {checkout} --name code=VARIABLE" in said
    assert main(["steerer", "import-prompts", str(checkout), "--name", "code=c_o_d_e"]) == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--name", "code"], "--name takes ROLE=VARIABLE"),
        (["--name", "cod=x"], "There is no text 'cod'"),
        (["--name", "code=nothing"], "no text for: code"),
    ],
)
def test_mistakes_in_names(
    checkout: Path, arguments: list[str], said: str, capsys: Capture
) -> None:
    assert main(["steerer", "import-prompts", str(checkout), *arguments]) == 4
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_mistakes_in_paths(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    assert main(["steerer", "import-prompts", str(tmp_path / "none")]) == 4
    assert "no folder with the published code" in capsys.readouterr().err
    monkeypatch.setenv("SYMBENCH_STEERER_PROMPTS", str(checkout / "prompt.py" / "x.json"))
    assert main(["steerer", "import-prompts", str(checkout)]) == 4
    assert "cannot be kept" in capsys.readouterr().err
    assert main(["steerer", "calibrate", str(tmp_path / "none.sqlite")]) == 4
    assert "there is no ledger" in capsys.readouterr().err


def test_a_run_with_the_published_weights_says_what_to_import(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYMBENCH_STEERER_PROMPTS", str(pytester.path / "none.json"))
    found = pytester.runpytest_inprocess(
        "--symbench", "--model=gold", "--steer", "--steerer=legacy:http://127.0.0.1:9/v1"
    )
    assert found.ret == pytest.ExitCode.USAGE_ERROR
    found.stderr.fnmatch_lines(["*--steerer: *symbench steerer import-prompts*"])


GUESS = 'print("<<<{}>>>")'
COMPUTE = (
    "from itertools import product\n"
    "for a, b in product(range(1), range(1)):\n    print(f'<<<{}>>>')"
)


def ledger(path: Path, cases: list[tuple[int, str, list[Event]]]) -> Path:
    """Episodes of number_multiply at level 1: (seed, method, events)."""
    task = get("number_multiply")
    with closing(open_ledger(path, {"model": "x"})) as stored:
        for seed, method, events in cases:
            row = Row(
                id=f"{method}-{seed}", task=task.name, version=task.version, level="1",
                seed=seed, method=method, attempt=0, digest=make(task, 1, seed).digest,
                outcome="wrong", reason="", answer="", calls=1, input_tokens=1, output_tokens=1,
                seconds=1.0, started=0.0, sandbox="full",
            )  # fmt: skip
            episode = Episode(
                method=method, answer="", failure=None, failure_detail="",
                events=tuple(events), seconds=1.0,
            )  # fmt: skip
            stored.store_episode(row, episode)
    return path


def solution(seed: int) -> str:
    task = get("number_multiply")
    return task.solve(make(task, 1, seed).data)


def ran(code: str, output: str) -> CodeRun:
    execution = Execution(outcome="ok", stdout=f"<<<{output}>>>\n")
    return CodeRun(purpose="answer", code=code.replace("{}", output), execution=execution)


def said(verdict: str, answer: str) -> Check:
    return Check(checker="self", verdict=verdict, score=None, summary="", answer=answer)  # type: ignore[arg-type]


def test_checkers_are_measured_against_the_verifier(tmp_path: Path, capsys: Capture) -> None:
    right, other = solution(1), solution(2)
    path = ledger(
        tmp_path / "run.sqlite",
        [
            (1, "all_code", [ran(COMPUTE, right)]),
            (1, "codesteer", [ran(COMPUTE, right), said("correct", right)]),  # as above: once
            (2, "codesteer", [ran(GUESS, "5000"), said("correct", "5000"), said("correct", other)]),
            (3, "codesteer", [said("incorrect", "5000"), said("unknown", solution(3))]),
        ],
    )
    task, total = evidence([path])
    assert (task.task, total.task) == ("number_multiply", "all")
    found = task.reliability()
    assert (found.answers, found.unknown) == (5, 1)
    assert found.precision == pytest.approx(2 / 3)
    assert found.recall == pytest.approx(2 / 3)
    assert found.precision_wrong == 1.0
    assert found.recall_wrong == pytest.approx(1 / 2)
    assert (len(task.programs), task.solved()) == (2, 1)
    assert task.aucs()[0] == 1.0
    assert main(["steerer", "calibrate", str(path)]) == 0
    output = capsys.readouterr().out
    assert "number_multiply" in output
    assert "0.67" in output
    assert "left out" not in output


def test_instances_that_cannot_be_made_again_are_told(tmp_path: Path, capsys: Capture) -> None:
    path = ledger(tmp_path / "run.sqlite", [(1, "codesteer", [said("correct", "1")])])
    import sqlite3

    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE episodes SET digest = 'of another text'")
    assert main(["steerer", "calibrate", str(path)]) == 0
    output = capsys.readouterr().out
    assert "1 episodes were left out" in output
