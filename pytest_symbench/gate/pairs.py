"""Pairs: what two recordings answered to the very same instances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pytest_symbench.gate.mistakes import GateError
from pytest_symbench.gate.policy import Policy
from pytest_symbench.gate.recording import Answer, Key, Recording, describe, differences


class Instance(NamedTuple):
    """An instance that both answered, over all attempts that both have."""

    worse: float
    """Share of attempts right before minus right now: 1 is lost, -1 is gained."""
    attempts: int


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Two recordings side by side."""

    instances: Mapping[tuple[str, str], tuple[Instance, ...]]
    """(method here, task) -> instances that both answered."""
    paired: int
    """Answers that have a partner."""
    asked: int
    """Answers of the baseline that the run asked again, whatever became of them."""
    wanted: int
    """Answers of the model that the baseline has."""
    allowed: tuple[str, ...] = ()
    """Differences of configuration that the policy allows, in words."""

    @property
    def coverage(self) -> float:
        """The part of the baseline that was asked again."""
        return self.asked / self.wanted if self.wanted else 0.0

    def of(self, method: str, tasks: Iterable[str]) -> list[tuple[Instance, ...]]:
        """The instances of some tasks, task by task; tasks without any are left out."""
        found = (self.instances.get((method, task)) for task in tasks)
        return [members for members in found if members]

    def tasks(self) -> list[str]:
        """Tasks that have a pair."""
        return list(dict.fromkeys(task for _, task in self.instances))


def check_alike(candidate: Mapping[str, object], baseline: Recording, policy: Policy) -> list[str]:
    """The differences of configuration that the policy allows, in words.

    Raises:
        GateError: another difference: the two were not measured alike.
    """
    ours, theirs = dict(candidate), dict(baseline.configuration)
    allowed = differences(
        {name: ours.get(name) for name in policy.may_differ},
        {name: theirs.get(name) for name in policy.may_differ},
    )
    for name in policy.may_differ:
        ours.pop(name, None)
        theirs.pop(name, None)
    if refused := differences(ours, theirs):
        raise GateError(
            f"the baseline {baseline.name} was measured otherwise: {'; '.join(refused)}. Give the "
            "options that it was recorded with, record it anew, or list in the policy's may_differ "
            "what the comparison is about"
        )
    return allowed


def pair(candidate: Recording, baseline: Recording, policy: Policy) -> Pairs:
    """Two recordings side by side.

    Raises:
        GateError: they were not measured alike, or share no instance.
    """
    allowed = check_alike(candidate.configuration, baseline, policy)
    ours, theirs = candidate.answers, baseline.answers
    if "method" in policy.may_differ and candidate.methods() != baseline.methods():
        ours, theirs = _without_method(candidate), _without_method(baseline)
        here = candidate.methods()[0]
        allowed.append(f"method is {here!r} here and {baseline.methods()[0]!r} there")
    else:
        here = ""
    _check_versions(candidate, baseline)
    common = [key for key in theirs if key in ours]
    if not common:
        raise GateError(_nothing_common(candidate, baseline))
    members: dict[Key, list[int]] = defaultdict(list)
    for key in common:
        old, new = theirs[key], ours[key]
        if old.digest != new.digest:
            raise GateError(
                f"{describe(key)} is another instance than in the baseline {baseline.name}, though "
                "the task's version is the same: the suite was changed; record the baseline anew"
            )
        if old.counts and new.counts:
            worse = (old.outcome == "correct") - (new.outcome == "correct")
            members[key._replace(attempt=0)].append(worse)
    instances: dict[tuple[str, str], list[Instance]] = defaultdict(list)
    for key, attempts in sorted(members.items()):
        mean = sum(attempts) / len(attempts)
        instances[here or key.method, key.task].append(Instance(mean, len(attempts)))
    return Pairs(
        instances={name: tuple(found) for name, found in instances.items()},
        paired=sum(map(len, members.values())),
        asked=sum(theirs[key].counts for key in common),
        wanted=sum(answer.counts for answer in theirs.values()),
        allowed=tuple(allowed),
    )


def _without_method(recording: Recording) -> Mapping[Key, Answer]:
    methods = recording.methods()
    if len(methods) > 1:
        raise GateError(
            f"{recording.name} holds the methods {', '.join(methods)}: to compare methods, each "
            "side must hold one; name it as FILE::METHOD"
        )
    return {key._replace(method=""): answer for key, answer in recording.answers.items()}


def _check_versions(candidate: Recording, baseline: Recording) -> None:
    """Refuses tasks of another version: their instances are others though their names agree."""
    theirs = {key.task: key.version for key in baseline.answers}
    for task, version in {key.task: key.version for key in candidate.answers}.items():
        if theirs.get(task, version) != version:
            raise GateError(
                f"{task} is version {version} here and version {theirs[task]} in the baseline "
                f"{baseline.name}: their instances cannot be compared; record the baseline anew"
            )


def _nothing_common(candidate: Recording, baseline: Recording) -> str:
    ours, theirs = set(candidate.tasks()), set(baseline.tasks())
    start = f"{candidate.name} and the baseline {baseline.name} have no instance in common"
    if not ours & theirs:
        return (
            f"{start}: the baseline is of another suite (its tasks: "
            f"{', '.join(sorted(theirs)[:5])}{', ...' if len(theirs) > 5 else ''})"
        )
    if not set(candidate.methods()) & set(baseline.methods()):
        return (
            f"{start}: the baseline's method is {', '.join(baseline.methods())}, this run's "
            f"{', '.join(candidate.methods())}; list 'method' in the policy's may_differ if the "
            "comparison is about it"
        )
    return f"{start}: other levels or seeds; give --levels, --samples and --symbench-seed as then"
