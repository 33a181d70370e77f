"""The ``symbench`` command: what it prints, and that mistakes are sentences."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pytest_symbench.cli import main
from pytest_symbench.cli.pages import pages

Capture = pytest.CaptureFixture[str]


def published() -> Path:
    folder = os.environ.get("SYMBENCH_PUBLISHED")
    if not folder or not Path(folder).is_dir():
        pytest.skip("SYMBENCH_PUBLISHED names no folder with the published instances")
    return Path(folder)


def test_tasks_lists_all(capsys: Capture) -> None:
    assert main(["tasks"]) == 0
    output = capsys.readouterr().out
    assert "game24" in output
    assert "permutations_and_combinations" in output
    assert main(["tasks", "unseen"]) == 0
    assert "game24" not in capsys.readouterr().out


def test_show_and_verify_agree(capsys: Capture) -> None:
    assert main(["show", "number_multiply", "--level", "3", "--seed", "5", "--answer"]) == 0
    output = capsys.readouterr().out
    assert "correct: the exact product" in output
    answer = output[output.rindex("<<<") : output.rindex(">>>") + 3]
    where = ["number_multiply", "--level", "3", "--seed", "5"]
    assert main(["verify", *where, answer]) == 0
    assert capsys.readouterr().out == "correct: the exact product\n"
    assert main(["verify", *where, "<<<1>>>"]) == 1
    assert capsys.readouterr().out.startswith("wrong: ")
    assert main(["verify", *where, "no idea"]) == 1
    assert capsys.readouterr().out.startswith("no answer: ")


def test_a_paper_setting_by_name(capsys: Capture) -> None:
    assert main(["show", "number_multiply", "--level", "digits-4-4"]) == 0
    assert " * " in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "numbr_multiply"], "did you mean 'number_multiply'?"),
        (["show", "letters", "--level", "0"], "levels begin at 1"),
        (["show", "letters", "--level", "easy"], "has no paper setting 'easy'"),
        (["tasks", "colours"], "there is no task or group 'colours'"),
        (["audit", "/nowhere"], "there is no folder /nowhere"),
        (["audit", "."], "holds no published instances"),
        (["nonsense"], "invalid choice"),
        ([], "required"),
    ],
)
def test_mistakes_are_one_sentence(
    arguments: list[str], sentence: str, capsys: Capture, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 4
    output = capsys.readouterr()
    assert sentence in output.err
    assert "Traceback" not in output.err
    assert not output.out


def test_audit_counts_every_record(capsys: Capture) -> None:
    folder = published()
    assert main(["audit", str(folder), "--tasks", "mahjong_pattern,number_multiply", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["number_multiply"]["counts"] == {"key_right": 275}
    mahjong = found["mahjong_pattern"]
    assert mahjong["records"] == 100
    assert mahjong["counts"]["key_wrong"] == 9
    assert all(entry["reason"] for entry in mahjong["entries"] if "key_wrong" in entry["findings"])
    assert main(["audit", str(folder), "--tasks", "mahjong_pattern"]) == 0
    assert "mahjong_pattern" in capsys.readouterr().out


def test_audit_names_what_it_cannot_read(capsys: Capture, tmp_path: Path) -> None:
    sample = tmp_path / "number_multiply" / "digit_1_2_4"
    for name in ("sample_0", "sample_7"):
        (sample / name).mkdir(parents=True)
    (sample / "sample_0" / "input_value_list.txt").write_text("[1, 2")
    (sample / "sample_7" / "input_value_list.txt").write_text("[3, 4]")
    (sample / "sample_7" / "input_prompt_1.txt").write_text("3*4?")
    (sample / "sample_7" / "target_answer.txt").write_text("12")
    assert main(["audit", str(tmp_path), "--tasks", "number_multiply", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["number_multiply"]
    assert found["counts"] == {"key_right": 1, "unreadable": 1}
    assert "not valid JSON" in found["entries"][0]["reason"]


def test_the_committed_pages_are_those_of_the_code() -> None:
    folder = Path(__file__).parents[2] / "docs" / "tasks"
    stale = [
        name
        for name, text in pages().items()
        if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, "run `symbench pages docs/tasks`"
    assert len(list(folder.glob("*.md"))) == 38
