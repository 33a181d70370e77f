r"""``symbench evaluate-steerer``: how well a steerer chooses, and what its guidance is worth.

    symbench evaluate-steerer --steerer policy --steerer tuned:models/tiny/model.gguf \
        --model simulated:gpt-4o --tasks all --levels 1-5 --samples 8 --out results/tiny

The oracle runs code and text on the same instance. Where exactly one of them is right, the first
choice of a steerer is right or wrong; elsewhere it does not matter and is not counted. Lift is the
success of the whole loop against the first steerer named, and against no steering, on the same
instances. All instances are held out from training; intervals resample tasks and instances.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Literal, TypeAlias

from codesteer.episode import Episode, Guidance
from codesteer.methods import get_method
from codesteer.methods.codesteer import codesteer
from codesteer.models.registry import resolve
from codesteer.steerers import get_steerer
from codesteer.workbench import Method
from codesteer_training import splits
from codesteer_training.studio import Studio, open_studio, together
from pytest_symbench.cases import Case, parse_levels
from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.stats import paired_bootstrap
from pytest_symbench.tasks import Instance, registry

Group: TypeAlias = Literal["seen", "unseen"]
PLAIN = ("only_question", "all_text", "all_code")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One instance, by all methods."""

    task: str
    right: Mapping[str, bool]
    """Method or steerer -> was the answer right?"""
    first: Mapping[str, str]
    """Steerer -> its first choice."""

    @property
    def oracle(self) -> str | None:
        """The only way that is right; None where both or none is."""
        code, text = self.right["all_code"], self.right["all_text"]
        return None if code is text else "code" if code else "text"


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("evaluate-steerer", help="measure steerers on held-out instances")
    parser.add_argument(
        "--steerer", action="append", required=True, help="the first is compared to"
    )
    parser.add_argument("--model", default="simulated:gpt-4o", help="the task model")
    parser.add_argument("--model-url", metavar="URL")
    parser.add_argument("--tasks", default="all")
    parser.add_argument("--levels", default="1-5")
    parser.add_argument("--samples", type=int, default=5, help="instances of each task and level")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--max-tokens", type=int, metavar="N", help="of a reply; 2048 if not given")
    parser.add_argument("--out", type=Path, required=True, metavar="FOLDER")
    parser.set_defaults(run=_command)


def _command(options: argparse.Namespace) -> int:
    try:
        levels = parse_levels(options.levels)
    except ValueError as error:
        raise Mistake(str(error)) from None
    studio = open_studio(
        options.model,
        options.out / "evaluation.sqlite",
        url=options.model_url,
        connections=options.connections,
        max_tokens=options.max_tokens,
        identity={"purpose": "evaluation of steerers"},
    )
    tasks = registry.select(options.tasks.split(","))
    instances = [
        instance
        for task in tasks
        for level in levels
        for instance in islice(splits.instances(task, level, "eval"), options.samples)
    ]
    outcomes = asyncio.run(_measured(studio, instances, options.steerer, options.connections))
    result = {
        "model": options.model,
        "levels": options.levels,
        "instances": len(outcomes),
        "groups": {
            group: compare(
                [o for o in outcomes if registry.split(o.task) == group], options.steerer
            )
            for group in ("seen", "unseen")
            if any(registry.split(o.task) == group for o in outcomes)
        },
    }
    (options.out / "evaluation.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
    sys.stdout.write(table(result) + "\n")
    return 0


def compare(outcomes: Sequence[Outcome], steerers: Sequence[str]) -> dict[str, Any]:
    """Choices and success of a group; differences are to the first steerer, with intervals."""
    reference = steerers[0]
    asked = [o for o in outcomes if o.oracle]
    found: dict[str, Any] = {
        "instances": len(outcomes),
        "one way right": len(asked),
        "always code": _share([o.oracle == "code" for o in asked]),
        "better way of each task": _better(asked),
        "success": {name: _share([o.right[name] for o in outcomes]) for name in PLAIN},
        "steerers": {},
    }
    for name in steerers:
        row: dict[str, Any] = {
            "choice": _share([o.first[name] == o.oracle for o in asked]),
            "code share": _share([o.first[name] == "code" for o in outcomes]),
            "success": _share([o.right[name] for o in outcomes]),
            "over none": _difference(
                outcomes,
                lambda o, n=name: o.right[n] - o.right["only_question"],
            ),
        }
        if name != reference:
            row["choice over reference"] = _difference(
                asked,
                lambda o, n=name: (o.first[n] == o.oracle) - (o.first[reference] == o.oracle),
            )
            row["over reference"] = _difference(
                outcomes,
                lambda o, n=name: o.right[n] - o.right[reference],
            )
        found["steerers"][name] = row
    return found


def table(result: Mapping[str, Any]) -> str:
    """The comparison for people, in percent and percent points."""
    lines = [f"task model {result['model']}, levels {result['levels']}"]
    for group, found in result["groups"].items():
        plain = ", ".join(f"{name} {100 * v:.1f}" for name, v in found["success"].items())
        lines.append(
            f"\n{group}: {found['instances']} instances; one way right in "
            f"{found['one way right']} (code in {100 * found['always code']:.1f} %, the better way "
            f"of each task in {100 * found['better way of each task']:.1f} %). {plain}"
        )
        for name, row in found["steerers"].items():
            text = (
                f"  {name}: first choice right {100 * row['choice']:.1f} %, success "
                f"{100 * row['success']:.1f} %, over no steering {_points(row['over none'])}"
            )
            if "over reference" in row:
                text += (
                    f"; over the reference: choice {_points(row['choice over reference'])}, "
                    f"success {_points(row['over reference'])}"
                )
            lines.append(text)
    return "\n".join(lines)


async def _measured(
    studio: Studio, instances: Sequence[Instance], steerers: Sequence[str], connections: int
) -> list[Outcome]:
    opened = {name: get_steerer(name, resolve) for name in steerers}
    methods: dict[str, Method] = {name: get_method(name) for name in PLAIN}
    methods |= {name: partial(codesteer, steerer=steerer) for name, steerer in opened.items()}
    room = asyncio.Semaphore(connections)
    try:
        return await together(_one(studio, i, methods, steerers, room) for i in instances)
    finally:
        for steerer in opened.values():
            if steerer.model is not None:
                await steerer.model.aclose()
        await studio.aclose()


async def _one(
    studio: Studio,
    instance: Instance,
    methods: Mapping[str, Method],
    steerers: Sequence[str],
    room: asyncio.Semaphore,
) -> Outcome:
    right, first = {}, {}
    for name, method in methods.items():
        case = Case(instance.task.name, instance.level, instance.seed, name + fingerprint(name))
        async with room:
            row, episode = await studio.episode(
                case, instance, lambda: studio.bench(instance, 0), method
            )
        right[name] = row.outcome == "correct"
        if name in steerers:
            first[name] = _first(episode)
    return Outcome(task=instance.task.name, right=right, first=first)


def fingerprint(steerer: str) -> str:
    """What tells two files of the same name apart, so that results are not taken for another's."""
    path = Path(steerer.partition(":")[2])
    if not path.is_file():
        return ""
    return "#" + hashlib.sha256(path.read_bytes()).hexdigest()[:8]


def _first(episode: Episode) -> str:
    return next((e.action for e in episode.events if isinstance(e, Guidance)), "")


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")


def _better(outcomes: Sequence[Outcome]) -> float:
    """How often the way is right that is right more often at its task, known only afterwards: what
    a steerer can reach that tells tasks apart, but not a task's questions.
    """
    ways = Counter((o.task, o.oracle) for o in outcomes)
    most = Counter({task: max(ways[task, "code"], ways[task, "text"]) for task, _ in ways})
    return most.total() / len(outcomes) if outcomes else float("nan")


def _difference(outcomes: Sequence[Outcome], of: Any) -> dict[str, float]:
    by_task: dict[str, list[float]] = {}
    for outcome in outcomes:
        by_task.setdefault(outcome.task, []).append(float(of(outcome)))
    mean = [sum(values) / len(values) for values in by_task.values()]
    interval = paired_bootstrap(by_task)
    return {"mean": sum(mean) / max(1, len(mean)), "low": interval.low, "high": interval.high}


def _points(difference: Mapping[str, float]) -> str:
    mean, low, high = (100 * difference[name] for name in ("mean", "low", "high"))
    return f"{mean:+.1f} [{low:+.1f}, {high:+.1f}]"
