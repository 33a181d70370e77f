from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from codesteer import methods, steerers
from codesteer.models import registry as registry_of_models

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def unregistered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a run inside this process registers is gone with its test."""
    for registry in (methods, steerers, registry_of_models):
        monkeypatch.setattr(registry, "_registered", dict(registry._registered))


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The head of a Ray cluster, to which nodes can be added, as processes on this machine."""
    # What the nodes' processes inherit: they import this checkout.
    paths = [ROOT, ROOT / "reports", ROOT / "training"]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, paths)))
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("OPENAI_API_KEY", "mock")
    from ray.cluster_utils import Cluster

    found = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False}
    )
    yield found
    found.shutdown()
