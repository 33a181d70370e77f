"""What a synthesis asks for, and how it is made: in the process that asks, or on another machine."""

from __future__ import annotations

from dataclasses import dataclass

from codesteer.episode import Episode
from codesteer.workbench import Workbench
from codesteer_training.studio import SelfChecks, Studio
from codesteer_training.variants import Warm, variant
from pytest_symbench.cases import Case
from pytest_symbench.ledger import Row
from pytest_symbench.tasks import Instance
from pytest_symbench.tasks.instance import seeded


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One episode to make, here or on another machine."""

    case: Case
    variant: str
    self_checks: SelfChecks
    temperature: float
    """Of the steerer, where it is a model."""
    task_temperature: float


async def made_of(studio: Studio, asked: Asked, instance: Instance) -> tuple[Row, Episode]:
    """The episode that was asked for, made in this process."""
    rng = seeded("variant", asked.case.id)
    seed = rng.randrange(2**31)

    def bench() -> Workbench:
        return studio.bench(
            instance,
            asked.case.attempt,
            self_checks=asked.self_checks,
            steering=lambda model: Warm(model, asked.temperature, seed),
            temperature=asked.task_temperature,
        )

    steerer = variant(asked.variant, studio.steerer, rng)
    return await studio.episode(asked.case, instance, bench, steerer)
