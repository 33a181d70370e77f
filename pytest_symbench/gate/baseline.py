"""Baselines: a recording as a small JSON file that a repository can keep and a person can diff.

One line per task, method, level and attempt: seeds, outcomes as letters, short digests, and sums
of tokens and seconds. 37 tasks with 20 instances each take about 13 kB.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pytest_symbench.gate.mistakes import GateError
from pytest_symbench.gate.recording import DIGITS, Answer, Key, Recording
from pytest_symbench.outcome import LETTERS, Outcome

FORMAT = "symbench-baseline/1"
FOLDER = "symbench-baselines"
"""Where baselines of a name are, below the root of the project."""

OUTCOME_OF: dict[str, Outcome] = {letter: outcome for outcome, letter in LETTERS.items()}

_Group = tuple[str, int, str, str, int]


def locate(name: str, root: Path) -> Path:
    """The file of a baseline: a path if it looks like one, else by name below the root."""
    if "/" in name or name.endswith((".json", ".sqlite")):
        return root / Path(name).expanduser()
    return root / FOLDER / f"{name}.json"


def write(recording: Recording, path: Path) -> None:
    """Writes a baseline; the old file stays whole until the new one is.

    Raises:
        GateError: there is nothing worth keeping, or the file cannot be written.
    """
    counted = sum(answer.counts for answer in recording.answers.values())
    if not counted:
        raise GateError(
            f"nothing was recorded as {path}: the run has no answer of the model "
            f"({len(recording.answers)} episodes, all infrastructure)"
        )
    head = {
        "format": FORMAT,
        "recorded": recording.recorded,
        "versions": {"pytest-symbench": version("pytest-symbench"), **recording.versions},
        "configuration": dict(recording.configuration),
    }
    lines = [f" {json.dumps(name)}: {json.dumps(value)}," for name, value in head.items()]
    groups = ",\n".join(f"  {json.dumps(group)}" for group in _groups(recording))
    text = "{\n" + "\n".join(lines) + f'\n "groups": [\n{groups}\n ]\n}}\n'
    draft = path.with_name(path.name + ".tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise GateError(
            f"the baseline {path} cannot be written ({error.strerror}); give a writable path"
        ) from None


def read(path: Path) -> Recording:
    """The recording of a baseline file.

    Raises:
        GateError: there is none, it is damaged, empty, or of a newer format.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_constant)
    except FileNotFoundError:
        raise GateError(f"there is no baseline {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise GateError(f"the baseline {path} cannot be read ({error})") from None
    except ValueError as error:
        raise GateError(f"the baseline {path} is damaged: {error}") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else None
        raise GateError(
            f"{path} is not a baseline of this version ({FORMAT}), but {found!r}: record it anew "
            "with --symbench-record or `symbench bless`"
        )
    answers: dict[Key, Answer] = {}
    try:
        for group in data["groups"]:
            answers.update(_answers(group))
        recording = Recording(
            name=path.stem,
            configuration=dict(data["configuration"]),
            recorded=str(data["recorded"]),
            answers=answers,
            versions=dict(data["versions"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise GateError(f"the baseline {path} is damaged: {error!r}") from None
    if not answers:
        raise GateError(
            f"the baseline {path} is empty: no answer is recorded in it; record it anew with "
            "--symbench-record or `symbench bless`"
        )
    return recording


def _groups(recording: Recording) -> list[dict[str, Any]]:
    members: dict[_Group, list[tuple[Key, Answer]]] = defaultdict(list)
    for key, answer in sorted(recording.answers.items()):
        members[key.task, key.version, key.method, key.level, key.attempt].append((key, answer))
    return [
        {
            "task": task,
            "version": number,
            "method": method,
            "level": level,
            "attempt": attempt,
            "seeds": _ranges([key.seed for key, _ in entries]),
            "outcomes": "".join(LETTERS[answer.outcome] for _, answer in entries),
            "digests": "".join(answer.digest for _, answer in entries),
            "input_tokens": sum(answer.input_tokens for _, answer in entries),
            "output_tokens": sum(answer.output_tokens for _, answer in entries),
            "seconds": round(sum(answer.seconds for _, answer in entries), 3),
        }
        for (task, number, method, level, attempt), entries in members.items()
    ]


def _answers(group: Mapping[str, Any]) -> dict[Key, Answer]:
    seeds, letters = _seeds(group["seeds"]), group["outcomes"]
    count = len(seeds)
    digests = [group["digests"][i : i + DIGITS] for i in range(0, DIGITS * count, DIGITS)]
    # Tokens and seconds are kept as sums: each answer gets an equal part, so that sums agree.
    part = [group[name] / count for name in ("input_tokens", "output_tokens", "seconds")]
    if any(not 0 <= value < float("inf") for value in part):
        raise ValueError(f"{group['task']}: tokens and seconds are numbers from 0")
    if type(group["version"]) is not int or type(group["attempt"]) is not int:
        raise ValueError(f"{group['task']}: versions and attempts are whole numbers")
    where = (str(group["task"]), group["version"], str(group["level"]))
    how = (str(group["method"]), group["attempt"])
    answers = {}
    for seed, letter, digest in zip(seeds, letters, digests, strict=True):
        if letter not in OUTCOME_OF:
            raise ValueError(f"{group['task']}: there is no outcome {letter!r}")
        answers[Key(*where, seed, *how)] = Answer(OUTCOME_OF[letter], digest, *part)
    return answers


def _ranges(seeds: list[int]) -> str:
    """Ascending seeds, written as ``0-19,25``."""
    runs: list[list[int]] = []
    for seed in seeds:
        if runs and runs[-1][1] == seed - 1:
            runs[-1][1] = seed
        else:
            runs.append([seed, seed])
    return ",".join(f"{first}-{last}" if last > first else f"{first}" for first, last in runs)


def _seeds(text: str) -> list[int]:
    seeds: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        low, high = int(first), int(last or first)
        if not 0 <= low <= high < low + 1_000_000:
            raise ValueError(f"{part!r} is not a range of seeds")
        seeds.extend(range(low, high + 1))
    return seeds


def _no_constant(name: str) -> float:
    raise ValueError(f"it holds {name}, which is not a number")
