r"""``symbench synthesize``: trajectories that a steerer learns from.

    symbench synthesize --recipe tiny --model simulated:gpt-4o --out data/tiny
    symbench synthesize --recipe llama3-8b-4xh100 --model gpt-4o --steerer prompt:gpt-4o \
        --out data/paper --budget "300 USD" --dry-run

Many episodes of each task and level, under several variants of the steerer; those that end right
are kept, without duplicates, the same number at each level. The ledger in the folder keeps every
call: the same command goes on where a killed one was.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from codesteer.methods.replay import ReplayMismatch
from codesteer.sandbox.execution import Limits
from codesteer.workbench import Budget
from codesteer_training import recipes, splits
from codesteer_training.asked import Asked, made_of
from codesteer_training.projection import projection
from codesteer_training.studio import CODE_SECONDS, SelfChecks, Studio, open_studio, together
from codesteer_training.trajectories import Trajectory, trajectory, write
from pytest_symbench.budget import BudgetSpent
from pytest_symbench.calls import Outage
from pytest_symbench.cases import Case
from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.ledger import Row
from pytest_symbench.tasks import Instance, registry


@dataclass(kw_only=True)
class Cell:
    """One task at one level: how much is wanted, and what was found."""

    task: str
    level: int
    wanted: int
    kept: dict[str, Trajectory] = field(default_factory=dict)
    episodes: int = 0
    correct: int = 0
    duplicates: int = 0
    broken: int = 0
    """Episodes that infrastructure ended."""
    exhausted: bool = False
    """All questions are used up, or too many episodes were tried."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("synthesize", help="make training data for a steerer")
    parser.add_argument("--recipe", required=True, metavar="NAME", help="or a path of a .toml")
    parser.add_argument("--model", default="simulated:gpt-4o", help="the task model")
    parser.add_argument("--model-url", metavar="URL")
    parser.add_argument("--steerer", default="policy", help="base of all variants")
    parser.add_argument("--tasks", default="seen", help="as --tasks of the suite; seen ones only")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--max-tokens", type=int, metavar="N", help="of a reply; 2048 if not given")
    parser.add_argument("--budget", default="", help="e.g. '20 USD' or '2M tokens'")
    parser.add_argument("--ray", default="", metavar="ADDRESS", help="auto, HOST:PORT, or local")
    parser.add_argument("--dry-run", action="store_true", help="only say what it would take")
    parser.set_defaults(run=_command)


def _command(options: argparse.Namespace) -> int:
    recipe = recipes.load(options.recipe)
    cells = plan(recipe.synthesis, registry.select(options.tasks.split(",")))
    wanted = sum(cell.wanted for cell in cells)
    sys.stdout.write(projection(options.model, wanted, options.connections) + "\n")
    if options.dry_run:
        return 0
    studio = open_studio(
        options.model,
        options.out / "synthesis.sqlite",
        steerer=options.steerer,
        url=options.model_url,
        connections=options.connections,
        max_tokens=options.max_tokens,
        budget=options.budget,
        identity={"recipe": recipe.name, "seeds": splits.FIRST["train"]},
    )
    if options.ray:
        from codesteer_training import nodes

        studio.cluster = nodes.open_nodes(
            options.ray,
            nodes.Opening(
                model=options.model,
                url=options.model_url,
                steerer=options.steerer,
                connections=options.connections,
                max_tokens=options.max_tokens,
            ),
        )
    started = time.monotonic()
    stopped = asyncio.run(_made(studio, recipe.synthesis, cells, options.connections))
    found = [cell.kept[key] for cell in cells for key in cell.kept]
    if not found:
        raise Mistake(stopped or "no episode ended right: there is nothing to learn from")
    write(options.out / "trajectories.jsonl", found)
    report = summary(cells, time.monotonic() - started, studio)
    report["model"], report["steerer"], report["stopped"] = options.model, options.steerer, stopped
    text = json.dumps(report, indent=1)
    (options.out / "synthesis.json").write_text(text, encoding="utf-8")
    sys.stdout.write(table(report) + "\n")
    if stopped:
        sys.stderr.write(f"symbench: {stopped}\n")
    return 1 if stopped else 0


def plan(synthesis: recipes.Synthesis, tasks: Sequence[str]) -> list[Cell]:
    """What is wanted of each task and level: a task's number, spread evenly over its levels.

    Raises:
        NotForTraining: a task is among the unseen ones.
    """
    paper = recipes.counts("trajectories")
    cells = []
    for task in tasks:
        if registry.split(task) != "seen":
            raise Mistake(f"{task} is one of the unseen tasks: no steerer is trained on it")
        number = paper.get(task, synthesis.each)
        number = number if synthesis.counts == "paper" else synthesis.each
        share, rest = divmod(number, len(synthesis.levels))
        cells += [
            Cell(task=task, level=level, wanted=share + (index < rest))
            for index, level in enumerate(synthesis.levels)
        ]
    return cells


async def fill(
    studio: Studio, synthesis: recipes.Synthesis, cells: Sequence[Cell], connections: int
) -> None:
    """Makes episodes until each cell has what is wanted, or can give no more.

    What a level cannot give (its questions are used up) is asked of the other levels of its task.
    """
    room = asyncio.Semaphore(max(1, connections))
    await _all(studio, synthesis, cells, room, connections)
    larger = []
    for task in dict.fromkeys(cell.task for cell in cells):
        mine = [cell for cell in cells if cell.task == task]
        missing = sum(cell.wanted - len(cell.kept) for cell in mine)
        able = [cell for cell in mine if not cell.exhausted and missing]
        for index, cell in enumerate(able):
            cell.wanted += missing // len(able) + (index < missing % len(able))
        larger += able
    await _all(studio, synthesis, larger, room, connections)


async def _all(
    studio: Studio,
    synthesis: recipes.Synthesis,
    cells: Sequence[Cell],
    room: asyncio.Semaphore,
    connections: int,
) -> None:
    """Fills the cells, a few at a time: each holds the instances of its wave."""
    open_cells = asyncio.Semaphore(max(2, connections // 4))

    async def one(cell: Cell) -> None:
        async with open_cells:
            await _fill(studio, synthesis, cell, room)

    await together(one(cell) for cell in cells)


async def _made(
    studio: Studio, synthesis: recipes.Synthesis, cells: Sequence[Cell], connections: int
) -> str:
    """Fills the cells and closes the studio; why it stopped early, or an empty text."""
    try:
        await fill(studio, synthesis, cells, connections)
    except (BudgetSpent, Outage) as stop:
        return str(stop)
    except ReplayMismatch:
        raise Mistake(
            "the ledger was made by another version of the steering loop; give another --out"
        ) from None
    finally:
        await studio.aclose()
    return studio.ledger.failure or ""


async def _fill(
    studio: Studio, synthesis: recipes.Synthesis, cell: Cell, room: asyncio.Semaphore
) -> None:
    """Waves of episodes in a fixed order; the first that fit are kept, whatever ended first."""
    cell.kept.clear()
    cell.episodes = cell.correct = cell.duplicates = cell.broken = 0
    cell.exhausted = False
    source = _order(cell, synthesis)
    while len(cell.kept) < cell.wanted and not cell.exhausted:
        owed = cell.wanted - len(cell.kept)
        wave = [item for _, item in zip(range(owed), source, strict=False)]
        if not wave or cell.episodes >= synthesis.tries * cell.wanted:
            cell.exhausted = True
            break
        done = await together(_one(studio, synthesis, cell, room, *item) for item in wave)
        for row, made in done:
            cell.episodes += 1
            cell.broken += row.outcome == "infrastructure"
            cell.correct += row.outcome == "correct"
            if made is None or len(cell.kept) >= cell.wanted:
                continue
            cell.duplicates += made.key in cell.kept
            cell.kept.setdefault(made.key, made)


def _order(cell: Cell, synthesis: recipes.Synthesis) -> Iterator[tuple[Instance, str, int]]:
    """(instance, variant, sample): a question's samples go round the variants."""
    for number, instance in enumerate(splits.instances(cell.task, cell.level, "train")):
        for sample in range(synthesis.per_question):
            name = synthesis.variants[(number + sample) % len(synthesis.variants)]
            yield instance, name, sample


async def _one(
    studio: Studio,
    synthesis: recipes.Synthesis,
    cell: Cell,
    room: asyncio.Semaphore,
    instance: Instance,
    name: str,
    sample: int,
) -> tuple[Row, Trajectory | None]:
    checks = _checks(synthesis, sample, instance.seed)
    asked = Asked(
        case=Case(cell.task, cell.level, instance.seed, f"synthesis-{name}", sample),
        variant=name,
        self_checks=checks,
        temperature=synthesis.temperature,
        task_temperature=synthesis.task_temperature,
    )
    async with room:
        if stored := studio.stored(asked.case):
            row, episode = stored
        elif studio.cluster:
            row, episode = await studio.elsewhere(asked)
        else:
            row, episode = await made_of(studio, asked, instance)
        if row.outcome != "correct":
            return row, None
        made = await trajectory(
            episode,
            instance,
            variant=name,
            sample=sample,
            budget=Budget(self_checks=checks),
            settings=studio.settings,
            limits=Limits(wall_s=CODE_SECONDS),
        )
    return row, made


def _checks(synthesis: recipes.Synthesis, sample: int, seed: int) -> SelfChecks:
    if synthesis.self_checks == "both":
        return "always" if (sample + seed) % 2 else "auto"
    return synthesis.self_checks


def summary(cells: Sequence[Cell], seconds: float, studio: Studio) -> dict[str, object]:
    """What was made, by task and level."""
    tasks: dict[str, dict[str, object]] = {}
    for task in dict.fromkeys(cell.task for cell in cells):
        mine = [cell for cell in cells if cell.task == task]
        tasks[task] = {
            "kept": sum(len(cell.kept) for cell in mine),
            "episodes": sum(cell.episodes for cell in mine),
            "correct": sum(cell.correct for cell in mine),
            "duplicates": sum(cell.duplicates for cell in mine),
            "levels": {str(cell.level): len(cell.kept) for cell in mine},
            "broken": sum(cell.broken for cell in mine),
        }
    spending = studio.governor.spending
    return {
        "tasks": tasks,
        "kept": sum(len(cell.kept) for cell in cells),
        "new_episodes": studio.made,
        "seconds": round(seconds, 1),
        "calls": spending.calls,
        "tokens": spending.usage.total,
        "dollars": round(spending.dollars, 4),
        "turns": dict(Counter(len(t.worth) for cell in cells for t in cell.kept.values())),
    }


def table(report: dict[str, object]) -> str:
    """The summary for people."""
    tasks = report["tasks"]
    assert isinstance(tasks, dict)
    lines = [f"{'task':34} {'kept':>6} {'episodes':>9} {'correct':>8}  by level"]
    for name, row in tasks.items():
        levels = " ".join(f"{level}:{count}" for level, count in row["levels"].items())
        lines.append(f"{name:34} {row['kept']:6} {row['episodes']:9} {row['correct']:8}  {levels}")
    lines.append(
        f"{report['kept']} trajectories; {report['new_episodes']} new episodes, "
        f"{report['calls']} new calls in {report['seconds']} s"
    )
    return "\n".join(lines)
