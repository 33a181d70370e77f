"""Policies: what a gate demands, in TOML. Read whole, checked whole, before anything is spent."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from pytest_symbench.gate.mistakes import GateError
from pytest_symbench.tasks import registry

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


class Kind(NamedTuple):
    """What a key's value may be."""

    low: float
    high: float
    meaning: str


SHARE = Kind(0, 1, "a share from 0 to 1")
SHARE_OF = Kind(1e-6, float("inf"), "a number above 0")
AMOUNT = Kind(0, float("inf"), "a number from 0")

GLOBAL: dict[str, Kind] = {
    "error_rate": Kind(1e-6, 0.5, "a probability from 0.000001 to 0.5"),
    "miss_rate": Kind(1e-6, 0.5, "a probability from 0.000001 to 0.5"),
    "max_infrastructure": SHARE,
    "min_coverage": SHARE,
}

RULE: dict[str, Kind] = {
    "tolerance": SHARE,
    "detect": Kind(1e-6, 1, "a share above 0, at most 1"),
    "min_score": SHARE,
    "min_frontier": Kind(1, float("inf"), "a level from 1"),
    "max_mean_tokens": AMOUNT,
    "max_mean_seconds": AMOUNT,
    "max_mean_cost": AMOUNT,
    "max_total_tokens": AMOUNT,
    "max_total_seconds": AMOUNT,
    "max_total_cost": AMOUNT,
}
"""What a rule may say."""

SHARED = ("overall", "each_split", "each_family", "each_task")
"""Tables that may also say ``share``: their part of the error rate, relative to the others'."""

DETECT = {"task": 0.4, "group": 0.05}
"""The drop that must not pass where a rule only names its tolerance."""

MAY_DIFFER = ("model", "model-url")
"""What a gate compares unless the policy says otherwise."""

Values: TypeAlias = Mapping[str, float]


class Rule(NamedTuple):
    """The demands on one scope, after all tables that speak of it."""

    scope: str
    """``overall``, ``split unseen``, ``family numbers`` or ``task letters``."""
    tasks: tuple[str, ...]
    values: Values
    group: str
    """Rules of one kind of scope share a part of the error rate."""
    part: float
    """The group's part of it."""

    @property
    def compares(self) -> bool:
        return "tolerance" in self.values or "detect" in self.values

    @property
    def tolerance(self) -> float:
        return self.values.get("tolerance", 0.0)

    @property
    def detect(self) -> float:
        usual = DETECT["task" if self.scope.startswith("task ") else "group"]
        return self.values.get("detect", max(usual, min(1.0, 2 * self.tolerance)))


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A policy's text, checked; `rules` spells it out for the tasks of a run."""

    name: str
    error_rate: float
    miss_rate: float
    max_infrastructure: float
    min_coverage: float
    may_differ: tuple[str, ...]
    tables: Mapping[str, Mapping[str, Any]]

    @property
    def compares(self) -> bool:
        """Does any rule need a baseline?"""
        return any({"tolerance", "detect"} & set(table) for _, table in _leaves(self.tables))

    def rules(self, tasks: Sequence[str]) -> list[Rule]:
        """The rules for the tasks of a run.

        Raises:
            GateError: two tables of equal rank say different things of one task.
        """
        found: list[Rule] = []
        for group, scope, members in _scopes(tasks):
            if group == "each_task":
                values = self._task_values(members[0])
            else:
                values = {**self._each(group), **_plain(self._named(group, scope))}
                _check_drop(values, f"{self.name}: [{scope}] with the tables above it")
            if values:
                label = scope if group == "overall" else f"{group.removeprefix('each_')} {scope}"
                found.append(Rule(label, members, values, group, 0.0))
        groups = dict.fromkeys(rule.group for rule in found)
        shares = {group: self.tables.get(group, {}).get("share", 1.0) for group in groups}
        total = sum(shares.values())
        return [rule._replace(part=shares[rule.group] / total) for rule in found]

    def _each(self, group: str) -> dict[str, float]:
        return _plain(self.tables.get(group, {})) if group != "overall" else {}

    def _named(self, group: str, scope: str) -> Mapping[str, Any]:
        if group == "overall":
            return self.tables.get("overall", {})
        found: Mapping[str, Any] = self.tables.get(group.removeprefix("each_"), {}).get(scope, {})
        return found

    def _task_values(self, task: str) -> dict[str, float]:
        values = self._each("each_task")
        said: dict[str, tuple[str, float]] = {}
        for group, scope in (("split", registry.split(task)), ("family", registry.family(task))):
            where = f"[{group}.{scope}.each_task]"
            for key, value in (
                self.tables.get(group, {}).get(scope, {}).get("each_task", {}).items()
            ):
                other, known = said.setdefault(key, (where, value))
                if known != value and key not in self._named("each_task", task):
                    raise GateError(
                        f"{self.name}: {other} and {where} contradict each other: {key} of "
                        f"{task} would be {known:g} and {value:g}; say it in [task.{task}]"
                    )
        values |= {key: value for key, (_, value) in said.items()}
        values |= _plain(self._named("each_task", task))
        _check_drop(values, f"{self.name}: [task.{task}] with the tables above it")
        return values


def load(name: str | None, root: Path) -> Policy:
    """A policy by file name; without one, that of pyproject.toml, else the default.

    Raises:
        GateError: it cannot be read, or a key or value means nothing; one sentence.
    """
    if name:
        path = root / Path(name).expanduser()
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise GateError(
                f"the policy {name} cannot be read ({reason}); write --symbench-gate=FILE.toml, "
                "or --symbench-gate alone for the default"
            ) from None
        found = _toml(text, name)
        return parse(found.get("tool", {}).get("symbench", {}).get("gate", found), name)
    project = root / "pyproject.toml"
    if project.is_file():
        table = _toml(project.read_text(encoding="utf-8"), "pyproject.toml")
        mine = table.get("tool", {}).get("symbench", {}).get("gate")
        if mine is not None:
            return parse(mine, "pyproject.toml")
    return default()


def default() -> Policy:
    """The policy of a gate that is given none."""
    text = files("pytest_symbench.data").joinpath("default_gate.toml").read_text(encoding="utf-8")
    return parse(_toml(text, "the default policy"), "the default policy")


def parse(table: Mapping[str, Any], name: str) -> Policy:
    """A policy of its parsed TOML. Raises `GateError`."""
    if not isinstance(table, Mapping):
        raise GateError(f"{name}: a policy is a table")
    groups = ("overall", "split", "family", "task", "each_task", "each_split", "each_family")
    _known(table, [*GLOBAL, "may_differ", *groups], name, "")
    tables = {group: table[group] for group in groups if group in table}
    for where, leaf in _leaves(tables):
        if not isinstance(leaf, Mapping):
            raise GateError(f"{name}: [{where}] is a table, not {leaf!r}")
        kinds = {**RULE, "share": SHARE_OF} if where in SHARED else RULE
        _known(leaf, list(kinds), name, f"[{where}] ")
        for key, value in leaf.items():
            _number(value, kinds[key], f"{name}: [{where}] {key}")
        if not set(leaf) - {"share"}:
            raise GateError(f"{name}: [{where}] says nothing; it may say {', '.join(RULE)}")
        _check_drop(leaf, f"{name}: [{where}]")
    _check_names(tables, name)
    if not tables:
        raise GateError(
            f"{name} has no rule; a policy needs at least one table, such as [overall] or "
            "[each_task]"
        )
    numbers = {key: _number(table.get(key, _DEFAULTS[key]), GLOBAL[key], f"{name}: {key}")
               for key in GLOBAL}  # fmt: skip
    may_differ = table.get("may_differ", MAY_DIFFER)
    if isinstance(may_differ, str) or not all(isinstance(part, str) for part in may_differ):
        raise GateError(f"{name}: may_differ is a list of names, such as ['model', 'prompts']")
    return Policy(name=name, may_differ=tuple(may_differ), tables=tables, **numbers)


_DEFAULTS = {
    "error_rate": 0.05, "miss_rate": 0.1, "max_infrastructure": 0.05, "min_coverage": 0.95,
}  # fmt: skip


def _scopes(tasks: Sequence[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    yield "overall", "overall", tuple(tasks)
    for group, of in (("each_split", registry.split), ("each_family", registry.family)):
        for scope in dict.fromkeys(map(of, tasks)):
            yield group, scope, tuple(task for task in tasks if of(task) == scope)
    for task in tasks:
        yield "each_task", task, (task,)


def _leaves(tables: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """All tables of rules, with their names as written."""
    for group, table in tables.items():
        if group not in ("split", "family", "task") or not isinstance(table, Mapping):
            yield group, table
            continue
        for scope, inner in table.items():
            if not isinstance(inner, Mapping) or group == "task":
                yield f"{group}.{scope}", inner
                continue
            own = {key: value for key, value in inner.items() if key != "each_task"}
            if own or "each_task" not in inner:
                yield f"{group}.{scope}", own
            if "each_task" in inner:
                yield f"{group}.{scope}.each_task", inner["each_task"]


def _plain(table: Mapping[str, Any]) -> dict[str, float]:
    return {key: value for key, value in table.items() if key not in ("each_task", "share")}


def _check_names(tables: Mapping[str, Any], name: str) -> None:
    known = {
        "task": registry.names(),
        "split": list(dict.fromkeys(map(registry.split, registry.names()))),
        "family": list(dict.fromkeys(map(registry.family, registry.names()))),
    }
    for group, names in known.items():
        for scope in tables.get(group, {}):
            if scope not in names:
                raise GateError(f"{name}: there is no {group} {scope!r}{_nearest(scope, names)}")


def _check_drop(values: Mapping[str, float], where: str) -> None:
    if "detect" in values and values["detect"] <= values.get("tolerance", 0.0):
        raise GateError(
            f"{where} contradicts itself: a drop of {values['detect']:g} must be detected, and "
            f"one of {values.get('tolerance', 0.0):g} is tolerated; detect must be larger"
        )
    if values.get("tolerance", 0.0) >= 1:
        raise GateError(f"{where} tolerates any drop; tolerance must be below 1")


def _number(value: Any, kind: Kind, where: str) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    if not good or not kind.low <= value <= kind.high or value == float("inf"):  # NaN too
        raise GateError(f"{where} is {kind.meaning}, not {value!r}")
    return float(value)


def _known(table: Mapping[str, Any], keys: Sequence[str], name: str, where: str) -> None:
    for key in table:
        if key not in keys:
            raise GateError(f"{name}: {where}{key!r} means nothing{_nearest(key, keys)}")


def _nearest(word: str, known: Sequence[str]) -> str:
    near = get_close_matches(word.lower(), known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise GateError(f"{name} is not TOML: {error}") from None
