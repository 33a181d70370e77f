"""A small lesson that is always the same: what the training tests train on, without any episode."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from random import Random

from codesteer_training.trajectories import Trajectory, Worth, write

RECIPE = """
[model]
base = "tiny"
vocabulary = 400
hidden = 64
layers = 2
context = 160
[sft]
steps = {steps}
batch = {batch}
per_device = {per_device}
learning_rate = 3e-3
warmup = 0.0
save_steps = {save_steps}
[dpo]
steps = 10
learning_rate = 1e-3
batch = 4
per_device = 4
[grpo]
steps = 2
generations = 4
per_device = 4
completion = 8
questions = 4
learning_rate = 1e-4
"""


def recipe(
    folder: Path, *, steps: int = 30, batch: int = 8, per_device: int = 8, save_steps: int = 200
) -> Path:
    path = folder / f"lesson-{steps}-{batch}-{per_device}.toml"
    path.write_text(
        RECIPE.format(steps=steps, batch=batch, per_device=per_device, save_steps=save_steps)
    )
    return path


def trajectories(count: int = 64) -> list[Trajectory]:
    """Questions with numbers want code, those with names want text; some begin wrongly."""
    rng, made = Random(0), []
    for number in range(count):
        code = rng.random() < 0.5
        thing = str(rng.randrange(10**6)) if code else rng.choice(("Ann", "Bob", "Eve"))
        good, bad = ("code", "text") if code else ("text", "code")
        said, worth = [good, "finish"], ["good", "good"]
        if rng.random() < 0.3:
            said, worth = [bad, *said], ["mistaken", *worth]
        messages = [{"role": "user", "content": f"Guide another model. What of {thing}?"}]
        for turn, action in enumerate(said):
            messages.append({"role": "assistant", "content": f"<<<{action}>>>"})
            if turn + 1 < len(said):
                seen = "wrong" if worth[turn] == "mistaken" else "right"
                messages.append({"role": "user", "content": f"Attempts: {turn + 1}. {seen}"})
        kinds: tuple[Worth, ...] = tuple(worth)  # type: ignore[arg-type]
        made.append(
            Trajectory(
                task="game24",
                level=1,
                seed=number,
                variant="free",
                sample=0,
                messages=tuple(messages),
                worth=kinds,
            )
        )
    return made


def data(folder: Path) -> Path:
    path = folder / "trajectories.jsonl"
    assert asdict(trajectories(1)[0])
    write(path, trajectories())
    return path


def pairs(folder: Path) -> Path:
    """Preferences for text, whatever is asked."""
    path = folder / "pairs.jsonl"
    with path.open("w") as file:
        for one in trajectories(16):
            pair = {"messages": one.messages[:1], "chosen": "<<<text>>>", "rejected": "<<<code>>>"}
            file.write(json.dumps(pair) + "\n")
    return path
