"""Instances for other harnesses. All are judged by this package's verifiers, wherever they run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeAlias

from pytest_symbench.cases import parse_levels
from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.tasks import make, registry, select
from pytest_symbench.tasks.instance import Level

Kind: TypeAlias = Literal["huggingface", "inspect", "verifiers"]


def export(kind: Kind, out: Path, *, tasks: str, levels: str, samples: int, seed: int) -> int:
    """Writes a folder of instances; returns their number.

    Raises:
        Mistake: the folder holds something, or an option means nothing.
        UnknownTask, LevelError: so do the tasks or levels.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise Mistake(f"{out} exists already; give the name of a new folder")
    if samples < 1 or seed < 0:
        raise Mistake("--samples is at least 1, --seed at least 0")
    try:
        chosen = parse_levels(levels)
    except ValueError as error:
        raise Mistake(f"--levels: {error}") from None
    found = list(instances(select(tasks.split(",")), chosen, samples, seed))
    out.mkdir(parents=True, exist_ok=True)
    {"huggingface": _huggingface, "inspect": _inspect, "verifiers": _verifiers}[kind](out, found)
    return len(found)


def instances(
    tasks: list[str], levels: list[Level], samples: int, seed: int
) -> Iterator[dict[str, Any]]:
    """The instances as rows. ``metadata`` is what a verifier needs to judge an answer anew."""
    for name in tasks:
        task = registry.get(name)
        for wanted in levels:
            for level in task.paper_settings if wanted == "paper" else [wanted]:
                for number in range(seed, seed + samples):
                    made = make(task, level, number)
                    yield {
                        "id": made.id,
                        "task": name,
                        "version": task.version,
                        "split": task.split,
                        "family": task.family,
                        "level": str(level),
                        "seed": number,
                        "digest": made.digest,
                        "question": made.question,
                        "answer": task.solve(made.data),
                        "data": json.dumps(made.data),
                    }


def _huggingface(out: Path, rows: list[dict[str, Any]]) -> None:
    """A folder that ``datasets.load_dataset`` reads; its splits are the benchmark's."""
    splits = sorted({row["split"] for row in rows})
    for split in splits:
        _write_lines(
            out / "data" / f"{split}.jsonl", [row for row in rows if row["split"] == split]
        )
    paths = "\n".join(f"  - split: {split}\n    path: data/{split}.jsonl" for split in splits)
    (out / "README.md").write_text(
        f"---\nlicense: apache-2.0\ntask_categories:\n- question-answering\nlanguage:\n- en\n"
        f"configs:\n- config_name: default\n  data_files:\n{paths}\n---\n\n"
        f"# SymBench instances\n\n{len(rows)} instances made by pytest-symbench "
        f"{version('pytest-symbench')}. `answer` is one right answer of possibly many: judge with "
        "`symbench verify TASK --level LEVEL --seed SEED ANSWER`, or in Python with "
        "`pytest_symbench.tasks.judge(get(task), json.loads(data), reply)`.\n\n"
        "For measuring only: do not train on instances with which you measure.\n",
        encoding="utf-8",
    )


def _inspect(out: Path, rows: list[dict[str, Any]]) -> None:
    _write_lines(out / "instances.jsonl", rows)
    _copy("inspect_tasks.py.txt", out / "symbench_tasks.py")


def _verifiers(out: Path, rows: list[dict[str, Any]]) -> None:
    package = out / "symbench_env"
    _write_lines(package / "instances.jsonl", rows)
    _copy("verifiers_environment.py.txt", package / "__init__.py")
    (out / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n'
        '[project]\nname = "symbench-env"\nversion = "0.1.0"\n'
        'description = "SymBench: 37 symbolic-reasoning tasks with exact verifiers"\n'
        'requires-python = ">=3.10"\ndependencies = ["verifiers", "pytest-symbench"]\n\n'
        '[tool.hatch.build.targets.wheel]\npackages = ["symbench_env"]\n',
        encoding="utf-8",
    )


def _write_lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def _copy(name: str, path: Path) -> None:
    text = files("symbench_reports.exports").joinpath(name).read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
