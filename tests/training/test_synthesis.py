"""Data made by the real loop, the real sandbox and the simulated model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codesteer.steerers.reply import parse
from codesteer_training import recipes, splits
from codesteer_training.evaluate import Outcome, compare
from codesteer_training.synthesize import plan
from codesteer_training.trajectories import read
from pytest_symbench.cli import main
from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.ledger import read_ledger
from pytest_symbench.tasks import get, make

RECIPE = "[synthesis]\neach = 6\nlevels = [1, 2]\n[pairs]\neach = 3\nbranching = 2\ndepth = 2\n"


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(RECIPE)
    return path


def test_trajectories_are_right_distinct_even_and_told_again(recipe: Path, tmp_path: Path) -> None:
    out = tmp_path / "data"
    command = ["synthesize", "--recipe", str(recipe), "--tasks", "game24,web_of_lies"]
    assert main([*command, "--out", str(out)]) == 0
    made = list(read(out / "trajectories.jsonl"))
    assert len(made) == 12
    assert len({one.key for one in made}) == 12
    for task in ("game24", "web_of_lies"):
        for level in (1, 2):
            mine = [one for one in made if (one.task, one.level) == (task, level)]
            assert len(mine) == 3
            for one in mine:
                instance = make(get(task), level, one.seed)
                assert splits.side_of(instance.question) == "train"
                assert one.seed >= splits.FIRST["train"]
                assert instance.question in one.messages[0]["content"]
                assert "good" in one.worth
                said = [m["content"] for m in one.messages if m["role"] == "assistant"]
                assert len(said) == len(one.worth)
                assert all(parse(text, begun=i > 0) for i, text in enumerate(said))
    report = json.loads((out / "synthesis.json").read_text())
    assert report["kept"] == 12
    assert report["model"] == "simulated:gpt-4o"

    before = (out / "trajectories.jsonl").read_bytes()
    (out / "trajectories.jsonl").unlink()
    assert main([*command, "--out", str(out)]) == 0  # all from the ledger
    assert (out / "trajectories.jsonl").read_bytes() == before
    assert json.loads((out / "synthesis.json").read_text())["new_episodes"] == 0


def test_an_interrupted_making_ends_as_an_uninterrupted_one(recipe: Path, tmp_path: Path) -> None:
    command = ["synthesize", "--recipe", str(recipe), "--tasks", "web_of_lies"]
    assert main([*command, "--out", str(tmp_path / "a")]) == 0
    assert main([*command, "--out", str(tmp_path / "b"), "--budget", "6 calls"]) in (1, 4)
    assert main([*command, "--out", str(tmp_path / "b")]) == 0
    a, b = (tmp_path / name / "trajectories.jsonl" for name in "ab")
    assert a.read_bytes() == b.read_bytes()
    ledger = read_ledger(tmp_path / "b" / "synthesis.sqlite")
    ids = [row.id for row in ledger.rows()]
    ledger.close()
    assert len(ids) == len(set(ids))


def test_pairs_share_their_prompt_and_differ_enough(recipe: Path, tmp_path: Path) -> None:
    out = tmp_path / "data"
    command = ["pairs", "--recipe", str(recipe), "--tasks", "game24", "--out", str(out)]
    assert main(command) == 0
    lines = [json.loads(line) for line in (out / "pairs.jsonl").read_text().splitlines()]
    assert len(lines) == 3
    for pair in lines:
        assert pair["score_chosen"] - pair["score_rejected"] > 2
        assert pair["score_chosen"] > 0
        assert pair["chosen"] != pair["rejected"]
        assert pair["messages"][-1]["role"] == "user"
        assert len(pair["messages"]) == 2 * pair["turn"] - 1
        assert (
            make(get("game24"), pair["level"], pair["seed"]).question
            in (pair["messages"][0]["content"])
        )


def test_unseen_tasks_are_refused(recipe: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("synthesize", "pairs"):
        status = main([name, "--recipe", str(recipe), "--tasks", "letters", "--out", "x"])
        assert status == 4
        assert "unseen" in capsys.readouterr().err


def test_a_dry_run_says_what_it_takes_and_makes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "data"
    command = ["synthesize", "--recipe", "llama3-8b-4xh100", "--model", "gpt-4o", "--dry-run"]
    assert main([*command, "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "12,043 trajectories wanted" in said
    assert "calls" in said
    assert not out.exists()


def test_levels_share_what_a_task_is_to_give() -> None:
    cells = plan(recipes.load("llama3-8b-4xh100").synthesis, ["game24", "boxnet"])
    assert [cell.wanted for cell in cells] == [159, 159, 158, 158, 158, 66, 66, 66, 66, 66]


def test_damaged_data_are_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "trajectories.jsonl"
    with pytest.raises(Mistake, match="cannot be read"):
        list(read(path))
    for text, said in [("", "is empty"), ("{}\n", "is no trajectory"), ("{", "is not JSON")]:
        path.write_text(text)
        with pytest.raises(Mistake, match=said):
            list(read(path))


def test_choices_count_only_where_one_way_is_right() -> None:
    def outcome(code: bool, text: bool, first: str, good: bool) -> Outcome:
        right = {"only_question": False, "all_text": text, "all_code": code}
        right |= {"policy": code, "mine": good}
        return Outcome(task="game24", right=right, first={"policy": "code", "mine": first})

    outcomes = [
        outcome(True, False, "code", True),
        outcome(False, True, "text", True),
        outcome(True, True, "text", True),
        outcome(False, False, "text", False),
    ]
    found = compare(outcomes, ["policy", "mine"])
    assert found["one way right"] == 2
    assert found["better way of each task"] == 0.5
    assert found["steerers"]["policy"]["choice"] == 0.5
    assert found["steerers"]["mine"]["choice"] == 1
    assert found["steerers"]["mine"]["choice over reference"]["mean"] == 0.5
    assert found["steerers"]["mine"]["over reference"]["mean"] == 0.25
    assert found["steerers"]["mine"]["over none"]["mean"] == 0.75


@pytest.mark.parametrize("budget", ["9 calls", "31 calls", "64 calls"])
def test_a_spent_budget_stops_all_tasks_and_keeps_what_there_is(
    recipe: Path, tmp_path: Path, budget: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["synthesize", "--recipe", str(recipe), "--out", str(tmp_path / "data")]
    tasks = ["--tasks", "game24,web_of_lies,navigate,path_plan,boxlift,reversi"]
    assert main([*command, *tasks, "--budget", budget, "--connections", "16"]) in (1, 4)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"the budget of {budget} is spent" in said
    ledger = read_ledger(tmp_path / "data" / "synthesis.sqlite")
    (calls,) = ledger._db.execute("SELECT count(*) FROM calls").fetchone()
    ledger.close()
    assert calls <= int(budget.split()[0]) + 16


def test_replies_of_no_tokens_are_refused(
    recipe: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["synthesize", "--recipe", str(recipe), "--out", str(tmp_path / "data")]
    assert main([*command, "--max-tokens", "0"]) == 4
    assert capsys.readouterr().err == "symbench: --max-tokens is 0; a reply needs 1 or more\n"
    assert not (tmp_path / "data").exists()


def test_a_server_that_is_away_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("openai")
    monkeypatch.setattr("codesteer_training.studio.PATIENCE", 0.1)
    asked = ["--model", "openai:any", "--model-url", "http://127.0.0.1:9/v1"]
    command = ["evaluate-steerer", "--steerer", "policy", *asked, "--out", str(tmp_path / "out")]
    assert main([*command, "--tasks", "letters", "--levels", "1", "--samples", "2"]) == 4
    said = capsys.readouterr().err
    assert said.startswith("symbench: openai:any: no connection to the server")
    assert said.count("\n") == 1
