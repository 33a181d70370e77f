"""A synthesis on a Ray cluster: the ledger stays here, episodes are made on the nodes.

As in a test run on a cluster: a node keeps no file, what it was answered travels back with its
episodes, and the open episodes of a node that dies are made again elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from codesteer_training.asked import Asked, made_of
from codesteer_training.studio import open_studio
from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.cluster import Cluster, Done, Scratch, spread
from pytest_symbench.tasks import make, registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a node opens its studio with."""

    model: str
    url: str | None
    steerer: str
    connections: int
    """Of all nodes together."""
    max_tokens: int | None = None


class Maker:
    """What runs on a node."""

    def __init__(self, opening: Opening, index: int, of_workers: int) -> None:
        part, rest = divmod(opening.connections, of_workers)
        self._scratch = Scratch()
        self._studio = open_studio(
            opening.model,
            self._scratch,
            steerer=opening.steerer,
            url=opening.url,
            connections=max(1, part + (index < rest)),
            max_tokens=opening.max_tokens,
        )

    async def work(self, asked: Asked) -> Done:
        """The episode that is asked for. Raises what `Studio.episode` raises."""
        case = asked.case
        instance = make(registry.get(case.task), case.level, case.seed)
        row, _ = await made_of(self._studio, asked, instance)
        return self._scratch.take(row)

    async def aclose(self) -> None:
        """Frees connections and the sandbox's processes."""
        await self._studio.aclose()


def open_nodes(address: str, opening: Opening) -> Cluster:
    """A maker on each node of a cluster.

    Raises:
        Mistake: Ray is not installed, or no cluster answers.
    """
    try:
        return spread(address, Maker, opening.connections, opening, option="--ray")
    except pytest.UsageError as error:
        raise Mistake(str(error)) from None
