"""The workflows: valid by GitHub's schema, and the example's commands do what its steps say."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_symbench.cli import main

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "github" / "gate.yml"
WORKFLOWS = [EXAMPLE, *sorted((ROOT / ".github" / "workflows").glob("*.yml"))]

GIVEN = {"inputs.model": "simulated:gpt-4o", "secrets.ANTHROPIC_API_KEY": "not-a-key"}
"""What GitHub would put in the place of expressions."""

FEW = "--tasks navigate,letters --levels 1 --samples 8"


def test_workflows_are_valid() -> None:
    pytest.importorskip("check_jsonschema", reason="the schema of workflows is not installed")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema"]
    command += ["vendor.github-workflows", *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_example_gates_a_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = workflow(EXAMPLE)["jobs"]
    common = {**workflow(EXAMPLE)["env"], "QUESTIONS": FEW}
    environment = runner(tmp_path)
    monkeypatch.chdir(tmp_path)

    for shard in jobs["ask"]["strategy"]["matrix"]["shard"]:
        for step in commands(jobs["ask"]):
            run(step, {**environment, **common}, {**GIVEN, "matrix.shard": str(shard)}, status=0)
    assert len(list(tmp_path.glob("shards/*.sqlite"))) == 4

    merge, report, gate = commands(jobs["judge"])
    run(merge, {**environment, **common}, GIVEN, status=0)
    assert main(["bless", common["BASELINE"], "run.sqlite"]) == 0
    policy = tmp_path / "policy.toml"
    policy.write_text("[each_task]\nmin_score = 0.01\n")
    run(report, {**environment, **common}, GIVEN, status=0)
    assert (tmp_path / "report.html").stat().st_size > 10_000
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert "PASS" in summary
    assert "navigate" in summary
    run(gate, {**environment, **common}, GIVEN, status=0)
    policy.write_text("[each_task]\nmin_score = 0.99\n")
    run(gate, {**environment, **common}, GIVEN, status=1)


def workflow(path: Path) -> dict[str, Any]:
    yaml = pytest.importorskip("ruamel.yaml", reason="comes with check-jsonschema")
    found: dict[str, Any] = json.loads(json.dumps(yaml.YAML(typ="safe").load(path)))
    return found


def commands(job: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The steps that run a command, in order, but for the installation."""
    for step in job["steps"]:
        if "run" in step and not step["run"].startswith("pip install "):
            yield step


def runner(folder: Path) -> dict[str, str]:
    """A machine on which pytest and symbench are installed, as GitHub's would be."""
    (folder / "bin").mkdir()
    python = shlex.quote(sys.executable)
    command = "import sys; from pytest_symbench.cli import main; sys.exit(main())"
    for name, own in {
        "pytest": f'{python} -m pytest -p no:cacheprovider -p no:hypothesispytest "$@"',
        "symbench": f'{python} -c "{command}" "$@"',
    }.items():
        script = folder / "bin" / name
        script.write_text(f"#!/bin/sh\nexec {own}\n")
        script.chmod(0o755)
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST")}
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}


def run(
    step: Mapping[str, Any], environment: dict[str, str], given: Mapping[str, str], *, status: int
) -> None:
    """One step, as GitHub runs it: its expressions filled in, by ``bash -e``."""

    def filled(text: str) -> str:
        return re.sub(r"\$\{\{ (\S+) \}\}", lambda match: given[match[1]], text)

    own = {name: filled(text) for name, text in {**environment, **step.get("env", {})}.items()}
    command = ["bash", "-e", "-o", "pipefail", "-c", filled(step["run"])]
    done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout[-2000:] + done.stderr[-2000:]
