"""Exports, each read by the library that it is for where that is installed."""

from __future__ import annotations

import asyncio
import csv
import importlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from pytest_symbench.cli import main
from pytest_symbench.tasks import get, judge, make

pytestmark = pytest.mark.filterwarnings("ignore")  # of the libraries, not ours


def export(kind: str, out: Path, *more: str) -> int:
    base = ["export", "--as", kind, "--out", str(out), "--tasks", "game24,letters"]
    return main([*base, "--levels", "1-2", "--samples", "2", *more])


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_episodes_as_a_table(ledgers: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "episodes.csv"
    assert main(["export", *map(str, ledgers), "--out", str(out)]) == 0
    with out.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 216
    assert {row["model"] for row in rows} == {"simulated:a", "simulated:b"}
    assert {row["split"] for row in rows} == {"seen", "unseen"}
    assert all((row["correct"] == "True") == (row["outcome"] == "correct") for row in rows)


def test_parquet_is_read_by_pyarrow(ledgers: list[Path], tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    out = tmp_path / "episodes.parquet"
    assert main(["export", str(ledgers[0]), "--out", str(out)]) == 0
    table = parquet.read_table(out)
    assert table.num_rows == 108
    assert str(table.schema.field("seconds").type) == "double"
    assert str(table.schema.field("correct").type) == "bool"


def test_a_missing_library_is_named(
    ledgers: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert main(["export", str(ledgers[0]), "--out", str(tmp_path / "e.parquet")]) == 4
    assert "pip install 'pytest-symbench[export]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--out", "x.xlsx", "LEDGER"], "give a name that ends in .csv, .jsonl, .parquet"),
        (["--out", "x.csv"], "name the ledgers"),
        (["--out", "x.csv", "gone.sqlite"], "there is no ledger gone.sqlite"),
        (["--as", "inspect", "--out", "x", "LEDGER"], "it takes no ledger"),
        (["--as", "inspect", "--out", "x", "--levels", "0"], "levels begin at 1"),
    ],
)
def test_mistakes_are_sentences(
    ledgers: list[Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = [str(ledgers[0]) if a == "LEDGER" else a for a in arguments]
    assert main(["export", *given]) == 4
    assert sentence in capsys.readouterr().err


def test_a_folder_that_holds_something_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    assert export("huggingface", tmp_path) == 4
    assert "exists already" in capsys.readouterr().err


def test_exported_instances_can_be_judged_anew(tmp_path: Path) -> None:
    assert export("huggingface", tmp_path / "hf") == 0
    rows = [row for path in (tmp_path / "hf/data").glob("*.jsonl") for row in rows_of(path)]
    assert len(rows) == 8
    for row in rows:
        task = get(row["task"])
        assert make(task, int(row["level"]), row["seed"]).digest == row["digest"]
        assert judge(task, json.loads(row["data"]), f"<<<{row['answer']}>>>").correct


def test_a_hugging_face_folder_is_loaded_by_datasets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    datasets = pytest.importorskip("datasets")
    assert export("huggingface", tmp_path / "hf") == 0
    found = datasets.load_dataset(str(tmp_path / "hf"), cache_dir=str(tmp_path / "cache"))
    assert {name: part.num_rows for name, part in found.items()} == {"seen": 4, "unseen": 4}


def test_inspect_runs_the_tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inspect_ai = pytest.importorskip("inspect_ai")
    from inspect_ai.model import ModelOutput, ModelUsage, get_model

    assert export("inspect", tmp_path / "inspect") == 0
    monkeypatch.syspath_prepend(tmp_path / "inspect")
    task = importlib.import_module("symbench_tasks").symbench()
    answers = {sample.input: sample.target for sample in task.dataset}

    def reply(messages: Any, *rest: Any) -> Any:
        answer = answers[messages[-1].text] if "24" in messages[-1].text else "?"
        output = ModelOutput.from_content("mockllm/model", f"<<<{answer}>>>")
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    model = get_model("mockllm/model", custom_outputs=reply)
    (log,) = inspect_ai.eval(task, model=model, display="none", log_dir=str(tmp_path / "logs"))
    assert log.status == "success"
    metrics = {name: metric.value for name, metric in log.results.scores[0].metrics.items()}
    assert metrics["seen"] == 1.0  # game24
    assert metrics["unseen"] == 0.0


def test_verifiers_loads_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("verifiers.v1")
    from verifiers.v1.utils.loaders import load_taskset

    assert export("verifiers", tmp_path / "env") == 0
    monkeypatch.syspath_prepend(tmp_path / "env")
    module = importlib.import_module("symbench_env")
    taskset = load_taskset(module.SymbenchConfig(id="symbench_env", split="seen"))
    tasks = list(taskset)
    assert [task.data.task for task in tasks] == ["game24"] * 4
    assert all(asyncio.run(task.validate(None)) for task in tasks)
