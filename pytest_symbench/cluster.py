"""Episodes on a Ray cluster: items, reports and the ledger stay here, the work goes there.

One worker process on each node has a model, a sandbox and a part of the limits of its own, and
keeps no file: what it was answered travels back with its episodes. If a worker or its node dies,
Ray runs its open episodes again elsewhere, and their calls are asked again; an episode that came
back is never asked twice.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import socket
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from codesteer.episode import Episode
from codesteer.models.chat import Completion
from pytest_symbench.calls import Outage
from pytest_symbench.cases import Case
from pytest_symbench.configuration import Configuration
from pytest_symbench.ledger import Row

if TYPE_CHECKING:
    from pytest_symbench.run import Run

KEPT = 20_000
"""Calls that a worker remembers, so that two episodes with the same question pay once."""


class Done(NamedTuple):
    """What comes back from a node."""

    row: Row
    episode: Episode
    calls: list[tuple[bytes, Completion]]
    """All that the worker was answered since the last episode it sent, of any of its episodes."""


class Scratch:
    """A worker's ledger, in memory: `Run` writes to it as to a file, `take` empties it."""

    def __init__(self) -> None:
        self.failure: str | None = None
        self._known: OrderedDict[bytes, Completion] = OrderedDict()
        self._calls: list[tuple[bytes, Completion]] = []
        self._episodes: dict[str, Episode] = {}

    def call(self, key: bytes) -> Completion | None:
        return self._known.get(key)

    def store_call(self, key: bytes, completion: Completion) -> None:
        self._known[key] = completion
        self._calls.append((key, completion))
        if len(self._known) > KEPT:
            self._known.popitem(last=False)

    async def written(self) -> None:
        """Nothing: it is kept when the episode has ended."""

    def episode(self, identity: str) -> Row | None:
        return None  # the main process asks only for what its ledger lacks

    def store_episode(self, row: Row, episode: Episode) -> None:
        self._episodes[row.id] = episode

    def take(self, row: Row) -> Done:
        """An episode that has ended, with all calls stored since the last one was taken."""
        calls, self._calls = self._calls, []
        return Done(row, self._episodes.pop(row.id), calls)

    def flush(self) -> None:
        """Nothing: it is no file."""

    def close(self) -> None:
        """Nothing, too."""


class Worker:
    """What runs on a node."""

    def __init__(self, configuration: Configuration, index: int, of_workers: int) -> None:
        from pytest_symbench.session import Share, assemble

        self._scratch = Scratch()
        share = Share(index=index, of_workers=of_workers)
        self._run: Run = assemble(configuration, share, self._scratch)

    async def work(self, case: Case) -> Done:
        """The episode of a case. Raises what `Run.work` raises."""
        result = await self._run.work(case)
        return self._scratch.take(result.row)

    async def aclose(self) -> None:
        """Frees connections and the sandbox's processes."""
        await self._run.close()


@dataclass(slots=True)
class Cluster:
    """A worker on each node of a cluster. Used on the engine's loop."""

    _workers: list[Any]
    _open: list[int]
    """Episodes that each of them has."""

    async def work(self, asked: Any) -> Done:
        """What the worker with the fewest open episodes makes of a case, or of what else its kind
        of worker takes.

        Raises:
            Outage: a worker cannot be kept alive.
            What the worker's own `work` raises.
        """
        from ray.exceptions import RayError, RayTaskError

        index = self._open.index(min(self._open))
        self._open[index] += 1
        try:
            done: Done = await self._workers[index].work.remote(asked)
        except RayTaskError as error:
            raise (error.cause if isinstance(error.cause, Exception) else error) from None
        except RayError as error:
            said = " ".join(str(error).split())[:300]
            raise Outage(f"the Ray cluster lost a worker for good: {said}") from None
        finally:
            self._open[index] -= 1
        return done

    async def aclose(self) -> None:
        """Ends the workers; the cluster itself is its owner's."""
        import ray

        for worker in self._workers:
            with contextlib.suppress(Exception):
                await worker.aclose.remote()
        ray.shutdown()


def open_cluster(address: str, configuration: Configuration) -> Cluster:
    """The cluster of a run; see `spread`."""
    theirs = replace(configuration, ray="", log=None)
    return spread(address, Worker, configuration.connections, theirs, option="--symbench-ray")


def spread(address: str, kind: Any, connections: int, given: Any, *, option: str) -> Cluster:
    """Connects to a cluster (``auto``, ``HOST:PORT``, ``ray://...``) or starts one (``local``), and
    puts a worker, ``kind(given, index, of_workers)``, on each of its nodes.

    Raises:
        pytest.UsageError: Ray is not installed, or nobody answers there.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        ray: Any = importlib.import_module("ray")
    except ImportError:
        raise pytest.UsageError(
            f"{option} needs Ray: pip install 'pytest-symbench[ray]', here and on every node"
        ) from None
    where = {} if address == "local" else {"address": address}
    try:
        _reach(address)
        ray.init(**where, logging_level="ERROR", log_to_driver=False, include_dashboard=False)
    except (ConnectionError, ValueError, RuntimeError, OSError) as error:
        said = " ".join(str(error).split())[:200]
        raise pytest.UsageError(
            f"{option}: no cluster answers at {address} ({said}); start one with "
            "`ray start --head`, or give local"
        ) from None
    nodes = [node for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")]
    count = max(1, min(len(nodes), connections))
    worker = ray.remote(kind).options(
        num_cpus=0,  # it mostly waits; after a node's death there must be room on the others
        # Each episode waits for most of its time; the run's own window bounds how many there are.
        max_concurrency=max(2, connections * 2),
        max_restarts=-1,
        max_task_retries=-1,
        scheduling_strategy="SPREAD",
    )
    workers = [worker.remote(given, index, count) for index in range(count)]
    return Cluster(workers, [0] * count)


def _reach(address: str) -> None:
    """Raises an `OSError` where nobody listens: Ray itself would try for two minutes."""
    host, colon, port = address.rpartition("://")[2].rpartition(":")
    if colon and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=10).close()
