"""Every attack at every level, and without a sandbox."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

import pytest

from tests.sandbox.attacks import Attack, all_attacks

if TYPE_CHECKING:
    from tests.sandbox.conftest import Stages

ATTACKS = all_attacks()
LEVELS = ("full", "landlock")
IN_THE_TABLE = 106  # of the design; the others are our own
SPOOFS = 2


def _on_this_machine(attack: Attack) -> None:
    if attack.machine not in ("", platform.machine()):
        pytest.skip(f"only on {attack.machine}")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
@pytest.mark.parametrize("level", LEVELS)
def test_attack_is_stopped(level: str, attack: Attack, stages: Stages) -> None:
    _on_this_machine(attack)
    seen = stages.report(level)["results"][attack.name]
    if attack.judge == "spoof":
        assert seen["succeeded"], "has it become possible to stop this? Then say so"
    elif level == "landlock" and attack.seen_at_landlock:
        assert seen["succeeded"], "the level has become better than its description"
    else:
        assert not seen["succeeded"], seen
    assert not seen["error"]


@pytest.mark.parametrize(
    "attack", [attack for attack in ATTACKS if attack.control], ids=lambda attack: attack.name
)
def test_attack_succeeds_unprotected(attack: Attack, stages: Stages) -> None:
    _on_this_machine(attack)
    seen = stages.report("plain")["results"][attack.name]
    if attack.control.startswith("if ") and not seen["succeeded"]:
        pytest.skip(f"this machine stops it by itself; works {attack.control}")
    assert seen["succeeded"], seen


@pytest.mark.parametrize("mode", [*LEVELS, "plain"])
def test_nothing_is_left_behind(mode: str, stages: Stages) -> None:
    report = stages.report(mode)
    assert report["left_files"] == []
    assert report["left_processes"] == []
    assert report["left_ipc"] == []


@pytest.mark.parametrize("mode", [*LEVELS, "plain"])
def test_attackers_are_ordinary_users(mode: str, stages: Stages) -> None:
    assert stages.report(mode)["user"] != 0


def test_the_suite_is_complete() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    table = ATTACKS[:IN_THE_TABLE]
    assert sum(attack.judge == "spoof" for attack in table) == SPOOFS
    assert len(ATTACKS) - IN_THE_TABLE >= 30
    assert sum(attack.seen_at_landlock for attack in ATTACKS) == 2
    assert all(attack.control or attack.why for attack in ATTACKS)
