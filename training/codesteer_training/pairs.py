r"""``symbench pairs``: preference pairs for DPO, from trees of decisions on the same instance.

    symbench pairs --recipe tiny --model simulated:gpt-4o --steerer policy \
        --steerer tuned:models/tiny/e1.gguf --out data/tiny

At each turn several decisions are drawn from several steerers (the paper takes three checkpoints
of the SFT model), each is followed, and siblings whose scores differ enough become a pair. The
history is walked anew for every branch, but each call is answered from the ledger.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from codesteer.methods.loop import attempts, best
from codesteer.models.chat import ChatModel
from codesteer.models.registry import resolve
from codesteer.steerers import get_steerer
from codesteer.steerers.policy import Policy
from codesteer.steerers.protocol import Attempt, Decision, State, Steerer, at_bench
from codesteer.steerers.reply import render
from codesteer.steerers.tuned import conversation
from codesteer.workbench import Workbench
from codesteer_training import recipes, splits
from codesteer_training.projection import projection
from codesteer_training.studio import Studio, open_studio, together
from codesteer_training.trajectories import correct, write
from codesteer_training.tree import Node, preferences, walk
from codesteer_training.variants import Laid, Warm, wandered
from pytest_symbench.budget import BudgetSpent
from pytest_symbench.calls import Outage
from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.tasks import Instance, registry
from pytest_symbench.tasks.instance import seeded

LONGEST = 7000 * 4
"""Characters of a history, the paper's 7,000 tokens; longer ones make no pair."""
DRAWS = 3
"""Decisions drawn for each wanted branch, until that many differ."""
EPISODES = 12
"""Episodes that one pair takes, about, for the projection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One record: the same prompt, a better and a worse decision."""

    task: str
    level: int
    seed: int
    turn: int
    messages: tuple[dict[str, str], ...]
    chosen: str
    rejected: str
    score_chosen: float
    score_rejected: float


@dataclass(kw_only=True)
class Grower:
    """Grows the tree of one instance."""

    studio: Studio
    recipe: recipes.Pairs
    instance: Instance
    proposers: Sequence[Steerer]
    rng: Random

    async def tree(self) -> tuple[list[Node], list[Pair]]:
        """The first turn's decisions with all that follows, and the pairs among siblings."""
        roots = await self._branch(())
        pairs = []
        for history, siblings in walk(roots):
            drawn = preferences(
                siblings,
                difference=self.recipe.difference,
                significance=self.recipe.significance,
            )
            for pair in drawn:
                messages = self._prompts[tuple(node.text for node in history)]
                if sum(len(m["content"]) for m in messages) > LONGEST:
                    continue
                pairs.append(
                    Pair(
                        task=self.instance.task.name,
                        level=int(self.instance.level),
                        seed=self.instance.seed,
                        turn=pair.chosen.turn,
                        messages=tuple(messages),
                        chosen=pair.chosen.text,
                        rejected=pair.rejected.text,
                        score_chosen=round(pair.chosen.score, 3),
                        score_rejected=round(pair.rejected.score, 3),
                    )
                )
        return roots, pairs

    def __post_init__(self) -> None:
        self._prompts: dict[tuple[str, ...], list[dict[str, str]]] = {}

    async def _branch(self, path: tuple[Decision, ...]) -> list[Node]:
        """The decisions after a history; none if the loop itself ends there."""
        made, state, bench = await self._walked(path)
        if state is None:
            return []
        key = tuple(render(decision) for decision in path)
        shown = conversation(state, bench)
        self._prompts[key] = [{"role": m.role, "content": m.content} for m in shown]
        nodes = []
        for decision in await self._drawn(state, bench):
            node = Node(turn=len(path) + 1, text=render(decision))
            if decision.ends:
                node.correct = self._right(made)
            else:
                below = (*path, decision)
                if len(below) < self.recipe.depth:
                    node.children = await self._branch(below)
                if not node.children:
                    node.rollouts.append(await self._followed(below, 0))
                node.rollouts += [
                    await self._followed(below, sample)
                    for sample in range(1, self.recipe.rollouts + 1)
                ]
            nodes.append(node)
        return nodes

    async def _drawn(self, state: State, bench: Workbench) -> list[Decision]:
        """Decisions that differ, from all proposers in turn. Rules are varied by chance."""
        found: dict[str, Decision] = {}
        for draw in range(self.recipe.branching * DRAWS):
            if len(found) == self.recipe.branching:
                break
            proposer = self.proposers[draw % len(self.proposers)]
            again = draw >= len(self.proposers)
            if again and isinstance(proposer, Policy):
                decision = wandered(self.rng)
                if state.last is None:
                    other = "text" if any("code" in text for text in found) else "code"
                    decision = Decision(action=other)  # type: ignore[arg-type]
            else:
                seed = self.rng.randrange(2**31)
                decision = await proposer.decide(state, self._heard(proposer, bench, seed))
            found.setdefault(render(decision), replace(decision, reason="drawn"))
        return list(found.values())

    def _heard(self, proposer: Steerer, bench: Workbench, seed: int) -> Workbench:
        if proposer.model is None:
            return bench
        warm: ChatModel = Warm(proposer.model, self.recipe.temperature, seed)
        return replace(bench, models={**bench.models, "steerer": warm})

    async def _walked(
        self, path: tuple[Decision, ...]
    ) -> tuple[list[Attempt], State | None, Workbench]:
        """The attempts after a history, and the state there; None where the loop has ended."""
        bench = self._bench(0)
        seen: list[State] = []

        class Watch(Laid):
            async def decide(self, state: State, bench: Workbench) -> Decision:
                if len(state.attempts) == len(path):
                    seen.append(state)
                    if not path:
                        raise _Begun
                return await super().decide(state, bench)

        watch = Watch(decisions=path, base=Policy(), until=True)
        try:
            made = await attempts(self.instance.question, bench, watch)
        except _Begun:
            made = []
        return made, seen[0] if seen else None, bench

    async def _followed(self, path: tuple[Decision, ...], sample: int) -> float:
        """The score of an episode that goes on from a history as the first proposer decides."""
        bench = self._bench(sample)
        proposer = self.proposers[0]
        steerer = Laid(decisions=path, base=proposer)
        made = await attempts(self.instance.question, at_bench(steerer, bench), steerer)
        turn = len(made) + (len(made) <= bench.budget.guidance_turns)
        return 15.0 - turn if self._right(made) else -float(turn)

    def _bench(self, sample: int) -> Workbench:
        return self.studio.bench(
            self.instance, sample, self_checks="always", temperature=self.recipe.task_temperature
        )

    def _right(self, made: Sequence[Attempt]) -> bool:
        return bool(made) and correct(self.instance, best(made))


class _Begun(Exception):
    """The first decision is due; nothing was asked yet."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("pairs", help="make preference pairs for a steerer")
    parser.add_argument("--recipe", required=True, metavar="NAME", help="or a path of a .toml")
    parser.add_argument("--model", default="simulated:gpt-4o", help="the task model")
    parser.add_argument("--model-url", metavar="URL")
    parser.add_argument(
        "--steerer", action="append", help="who decides; several times for several checkpoints"
    )
    parser.add_argument("--tasks", default="seen")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--max-tokens", type=int, metavar="N", help="of a reply; 2048 if not given")
    parser.add_argument("--budget", default="")
    parser.add_argument("--dry-run", action="store_true", help="only say what it would take")
    parser.set_defaults(run=_command)


def _command(options: argparse.Namespace) -> int:
    recipe = recipes.load(options.recipe).pairs
    wanted = plan(recipe, registry.select(options.tasks.split(",")))
    episodes = sum(wanted.values()) * EPISODES
    sys.stdout.write(f"{sum(wanted.values()):,} pairs wanted. ")
    sys.stdout.write(projection(options.model, round(episodes * 0.7), options.connections) + "\n")
    if options.dry_run:
        return 0
    steerers = options.steerer or ["policy"]
    studio = open_studio(
        options.model,
        options.out / "pairs.sqlite",
        steerer=steerers[0],
        url=options.model_url,
        connections=options.connections,
        max_tokens=options.max_tokens,
        budget=options.budget,
        identity={"pairs": steerers},
    )
    proposers = [studio.steerer, *(get_steerer(spec, resolve) for spec in steerers[1:])]
    started = time.monotonic()
    found, stopped = asyncio.run(_made(studio, recipe, wanted, proposers, options.connections))
    if not found:
        raise Mistake(stopped or "no two decisions differ enough: there is nothing to prefer")
    write(options.out / "pairs.jsonl", found)
    counts = {task: sum(pair.task == task for pair in found) for task in wanted}
    report = {"pairs": len(found), "wanted": wanted, "tasks": counts, "stopped": stopped}
    report["seconds"] = round(time.monotonic() - started, 1)
    report["new_calls"] = studio.governor.spending.calls
    (options.out / "pairs.json").write_text(json.dumps(report, indent=1), encoding="utf-8")
    for task, number in counts.items():
        sys.stdout.write(f"{task:34} {number:5} of {wanted[task]}\n")
    sys.stdout.write(f"{len(found)} pairs in {report['seconds']} s\n")
    if stopped:
        sys.stderr.write(f"symbench: {stopped}\n")
    return 1 if stopped else 0


def plan(recipe: recipes.Pairs, tasks: Sequence[str]) -> dict[str, int]:
    """Pairs wanted of each task."""
    paper = recipes.counts("pairs")
    for task in tasks:
        if registry.split(task) != "seen":
            raise Mistake(f"{task} is one of the unseen tasks: no steerer is trained on it")
    return {
        task: paper.get(task, recipe.each) if recipe.counts == "paper" else recipe.each
        for task in tasks
    }


async def _made(
    studio: Studio,
    recipe: recipes.Pairs,
    wanted: dict[str, int],
    proposers: Sequence[Steerer],
    connections: int,
) -> tuple[list[Pair], str]:
    room = asyncio.Semaphore(max(1, connections // 4))
    found: list[Pair] = []
    stopped = ""
    try:
        grown = (_grown(studio, recipe, task, n, proposers, room) for task, n in wanted.items())
        for pairs in await together(grown):
            found += pairs
    except (BudgetSpent, Outage) as stop:
        stopped = str(stop)
    finally:
        for proposer in proposers[1:]:
            if proposer.model is not None:
                await proposer.model.aclose()
        await studio.aclose()
    return found, stopped or studio.ledger.failure or ""


async def _grown(
    studio: Studio,
    recipe: recipes.Pairs,
    task: str,
    wanted: int,
    proposers: Sequence[Steerer],
    room: asyncio.Semaphore,
) -> list[Pair]:
    """Pairs of one task, from trees at levels 1 to 5 in turn; a tree gives at most four."""
    found: dict[str, Pair] = {}
    sources = [splits.instances(task, level, "train") for level in range(1, 6)]
    for number in range(wanted * 4):
        if len(found) >= wanted:
            break
        instance = next(sources[number % len(sources)], None)
        if instance is None:
            continue
        rng = seeded("tree", instance.id)
        grower = Grower(
            studio=studio, recipe=recipe, instance=instance, proposers=proposers, rng=rng
        )
        async with room:
            _, pairs = await grower.tree()
        for pair in pairs[:4]:
            found.setdefault(json.dumps([pair.messages, pair.chosen, pair.rejected]), pair)
    return list(found.values())[:wanted]
