"""What the options say of the gate, checked before anything is asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_symbench import configuration
from pytest_symbench.gate import baseline
from pytest_symbench.gate import policy as policies
from pytest_symbench.gate.mistakes import GateError
from pytest_symbench.gate.pairs import check_alike
from pytest_symbench.gate.policy import Policy
from pytest_symbench.gate.recording import Recording, read


@dataclass(frozen=True, kw_only=True)
class Gating:
    """The options of recording and judging."""

    record: Path | None
    """Where this run is kept as a baseline."""
    policy: Policy | None
    baseline: Recording | None
    awaited: Path | None
    """The baseline that was named and does not exist yet."""


def read_options(config: pytest.Config, chosen: configuration.Configuration) -> Gating:
    """The options of the gate.

    Raises:
        pytest.UsageError: one that means nothing, or cannot be met; one sentence.
    """
    text = configuration._text
    record, named = text(config, "record", ""), text(config, "baseline", "")
    if named and not chosen.judged:
        raise pytest.UsageError("--symbench-baseline is read by a gate; add --symbench-gate")
    root = config.rootpath
    try:
        policy = _policy(text(config, "gate", ""), root) if chosen.judged else None
        path = baseline.locate(named, root) if named else None
        found = read(path) if path and path.exists() else None
        if policy:
            policy.rules(chosen.tasks)
        if found and policy:
            check_alike(chosen.identity(), found, policy)
    except GateError as error:
        raise pytest.UsageError(str(error)) from None
    if policy and policy.compares and not named:
        raise pytest.UsageError(
            f"{policy.name} compares with a baseline; name one with --symbench-baseline (one that "
            "does not exist yet is recorded)"
        )
    return Gating(
        record=baseline.locate(record, root) if record else None,
        policy=policy,
        baseline=found,
        awaited=path if path and not found else None,
    )


def _policy(name: str, root: Path) -> Policy:
    return policies.load(None if name == "default" else name, root)
