"""What a run does, from options and the configuration file: read once, checked at once."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import pytest

from codesteer.methods import UnknownMethod, get_method
from codesteer.models.chat import Settings
from codesteer.models.errors import MissingExtra, Unauthorized, UnknownModel
from codesteer.models.registry import full_name, resolve
from codesteer.steerers import UnknownSteerer, get_steerer
from pytest_symbench import plugin
from pytest_symbench.budget import Budget, parse_budget
from pytest_symbench.cases import Case, expand, parse_levels
from pytest_symbench.published_run import Keys, PublishedRun
from pytest_symbench.shards import WHOLE, Shard, parse_shard, part
from pytest_symbench.tasks import LevelError, UnknownTask, registry, select
from pytest_symbench.tasks.instance import Level, level_params

T = TypeVar("T")

HOSTING = ("openai-responses", "anthropic")
"""Providers with an interpreter of their own."""

MOST_CONNECTIONS = 1000
"""Calls in flight that an adaptive limit may reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """The validated options of a run."""

    model: str
    model_url: str | None
    methods: tuple[str, ...]
    steerer: str
    tasks: tuple[str, ...]
    levels: tuple[Level, ...]
    samples: int
    seed: int
    attempts: int
    shard: Shard
    ledger: Path
    refresh: bool
    connections: int
    adaptive: bool
    """Find by trying how many calls in flight the server bears, up to ``connections``."""
    requests_a_minute: float | None
    tokens_a_minute: float | None
    budget: Budget | None
    grace: float
    """Seconds that calls in flight get to end after an interrupt."""
    log: Path | None
    patience: float
    settings: Settings
    episode_tokens: int | None
    """Tokens of one episode after which no further turn begins; None for no bound."""
    system: str
    """A system message for the model under test; empty for none."""
    interpreter: Literal["sandbox", "hosted"]
    """Where the method code_interpreter runs code."""
    code_seconds: float
    sandbox_require: str
    """A level, or ``docker:IMAGE`` or ``podman:IMAGE``."""
    sandbox_unsafe: bool
    published: PublishedRun | None
    ray: str
    """Address of the Ray cluster that runs the episodes; empty for none."""
    frontier: float | None
    """Look for frontiers, with intervals as narrow as this, in levels; 0 for what suits the range.
    None: ask a fixed suite."""
    max_examples: int
    """Episodes of one search, or of one property-based test, at most."""
    judged: bool
    """A gate judges the run as a whole: a wrong answer is data, not a failed test."""

    def cases(self) -> list[Case]:
        """All cases of this shard of the run, in order."""
        if self.published:
            cases = self.published.cases(self.methods, self.attempts)
        else:
            seeds = range(self.seed, self.seed + self.samples)
            cases = expand(self.tasks, self.levels, seeds, self.methods, self.attempts)
        return part(cases, self.shard)

    def identity(self) -> dict[str, Any]:
        """What a ledger's episodes must have in common to be of one run.

        Neither which instances are asked nor how fast: a ledger may be extended.
        """
        given = {
            "top-p": self.settings.top_p,
            "sampling-seed": self.settings.seed,
            "stop": list(self.settings.stop),
            "reasoning-effort": self.settings.reasoning_effort,
            "extra-body": dict(self.settings.extra),
            "system": self.system,
            "interpreter": "" if self.interpreter == "sandbox" else self.interpreter,
        }
        return {
            **{name: value for name, value in given.items() if value not in (None, "", [], {})},
            "model": self.model,
            "model-url": self.model_url or "",
            "steerer": self.steerer,
            "max-tokens": self.settings.max_tokens,
            "temperature": self.settings.temperature,
            "episode-tokens": self.episode_tokens,
            "code-seconds": self.code_seconds,
            "prompts": prompts_digest(),
            "published-keys": self.published.keys if self.published else "",
        }


def read(config: pytest.Config) -> Configuration:
    """The configuration of a run.

    Raises:
        pytest.UsageError: an option's value means nothing; one sentence with what to type.
    """
    methods = _methods(config)
    model = full_name(_text(config, "model", "local"))
    embedded = model.startswith("local:")
    workers = len(getattr(config.option, "tx", None) or [])
    usual = str(max(workers, 4 if embedded else 16))
    auto = _text(config, "connections", usual) == "auto"
    frontier = _parsed(config, "frontier", "", _frontier)
    levels = tuple(_parsed(config, "levels", "1" if frontier is None else "1-10", parse_levels))
    try:
        tasks = tuple(select(_text(config, "tasks", "tour" if embedded else "all").split(",")))
    except UnknownTask as error:
        raise pytest.UsageError(f"--tasks: {error}") from None
    if not tasks:
        raise pytest.UsageError("--tasks selects no task; `symbench tasks` lists them")
    if frontier is None:
        _check_levels(tasks, levels)
    else:
        _check_searches(config, tasks, levels)
    settings = Settings(
        max_tokens=_parsed(config, "max-tokens", "2048", _whole(1)),
        temperature=_parsed(config, "temperature", "0", _number(0, 2)),
        top_p=_parsed(config, "top-p", "", _optional(_number(0, 1))),
        seed=_parsed(config, "sampling-seed", "", _optional(_whole(0))),
        stop=_parsed(config, "stop", "[]", _texts),
        reasoning_effort=_text(config, "reasoning-effort", "") or None,
        extra=_parsed(config, "extra-body", "{}", _object),
    )
    draft = Configuration(
        model=model,
        model_url=_text(config, "model-url", "") or None,
        methods=methods,
        steerer=_text(config, "steerer", "policy"),
        tasks=tasks,
        levels=levels,
        samples=_parsed(config, "samples", "1", _whole(1)),
        seed=_parsed(config, "seed", "0", _whole(0)),
        attempts=_parsed(config, "attempts", "1", _whole(1)),
        shard=_parsed(config, "shard", "1/1", parse_shard),
        ledger=Path(),
        refresh=_flag(config, "refresh"),
        connections=MOST_CONNECTIONS if auto else _parsed(config, "connections", usual, _whole(1)),
        adaptive=auto,
        requests_a_minute=_rate(config, "rpm"),
        tokens_a_minute=_rate(config, "tpm"),
        budget=_parsed(config, "budget", "", lambda text: parse_budget(text) if text else None),
        grace=_parsed(config, "grace", "10", _number(0, 3600)),
        log=_path(config, "log"),
        patience=_parsed(config, "patience", "120", _number(0, 86_400)),
        settings=settings,
        episode_tokens=_parsed(config, "episode-tokens", "1000" if embedded else "0", _whole(0))
        or None,
        system=_text(config, "system", ""),
        interpreter=_interpreter(config, model, methods),
        code_seconds=_parsed(config, "code-seconds", "30", _number(0.1, 3600)),
        sandbox_require=_sandbox(config),
        sandbox_unsafe=_flag(config, "sandbox-unsafe"),
        published=_published(config, tasks),
        ray=_text(config, "ray", ""),
        frontier=frontier,
        max_examples=_parsed(config, "max-examples", "60", _whole(1)),
        judged=bool(_text(config, "gate", "")),
    )
    if draft.judged and draft.shard != WHOLE:
        raise pytest.UsageError(
            f"--symbench-gate: shard {draft.shard} is not the whole run; merge the shards' ledgers "
            "with `symbench merge` and judge them with `symbench compare`"
        )
    try:
        get_steerer(draft.steerer, resolve)
    except (UnknownSteerer, UnknownModel, MissingExtra, Unauthorized) as error:
        raise pytest.UsageError(f"--steerer: {error}") from None
    given = _text(config, "ledger", "")
    path = Path(given) if given else default_ledger(config.invocation_params.dir, draft)
    return _with_ledger(draft, config.invocation_params.dir / path.expanduser())


def planned(config: pytest.Config) -> bool:
    """Is the run only to be planned?"""
    return _flag(config, "plan")


def gated(config: pytest.Config) -> bool:
    """Is anything to be recorded or judged?"""
    return until_decided(config) or any(
        _text(config, name, "") for name in ("record", "baseline", "gate")
    )


def until_decided(config: pytest.Config) -> bool:
    """Shall no more be asked than the gate needs?"""
    return _flag(config, "until-decided")


def default_ledger(folder: Path, configuration: Configuration) -> Path:
    """Below ``.symbench/``, named by what a ledger must agree on: a run resumes by itself."""
    identity = json.dumps(configuration.identity(), sort_keys=True)
    digest = hashlib.sha256(identity.encode()).hexdigest()[:8]
    model = "".join(c if c.isalnum() or c in "-." else "-" for c in configuration.model)[:60]
    shard = configuration.shard
    suffix = "" if shard == WHOLE else f"-{shard.number}-of-{shard.of}"
    return folder / ".symbench" / f"{model}-{digest}{suffix}.sqlite"


def prompts_digest() -> str:
    """A digest of all prompt texts: other prompts make another method."""
    digest = hashlib.sha256()
    for entry in sorted(files("codesteer.prompts").iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".md"):
            digest.update(entry.name.encode() + entry.read_bytes())
    return digest.hexdigest()[:12]


def _with_ledger(draft: Configuration, path: Path) -> Configuration:
    from dataclasses import replace

    if path.is_dir():
        raise pytest.UsageError(f"--symbench-ledger: {path} is a folder; give the path of a file")
    return replace(draft, ledger=path)


def _published(config: pytest.Config, tasks: tuple[str, ...]) -> PublishedRun | None:
    folder = _text(config, "published", "")
    if not folder:
        return None
    root = config.invocation_params.dir / Path(folder).expanduser()
    if not root.is_dir():
        raise pytest.UsageError(
            f"--symbench-published: there is no folder {folder}; give the published dataset_gather"
        )
    keys = _text(config, "published-keys", "true")
    if keys not in ("true", "stored"):
        raise pytest.UsageError(
            f"--symbench-published-keys: {keys!r} is neither true nor stored: judge by the stated "
            "rules, or by the stored keys"
        )
    samples = _parsed(config, "samples", "0", _whole(0)) or None
    seed = _parsed(config, "seed", "0", _whole(0))
    found = PublishedRun(root, tasks, cast("Keys", keys), samples, seed)
    if not found.records:
        raise pytest.UsageError(
            f"--symbench-published: {folder} holds no published instances of the chosen tasks"
        )
    return found


def _methods(config: pytest.Config) -> tuple[str, ...]:
    names = [name.strip() for name in _text(config, "method", "").split(",") if name.strip()]
    if _flag(config, "steer") and "codesteer" not in names:
        names.append("codesteer")
    for name in names:
        try:
            get_method(name)
        except UnknownMethod as error:
            raise pytest.UsageError(f"--method: {error}") from None
    return tuple(dict.fromkeys(names)) or ("only_question",)


def _check_levels(tasks: tuple[str, ...], levels: tuple[Level, ...]) -> None:
    for task in tasks:
        for level in levels:
            if level == "paper":
                continue
            try:
                level_params(registry.get(task), level)
            except LevelError as error:
                raise pytest.UsageError(f"--levels: {error}") from None


FIXED = ("samples", "attempts", "published", "shard", "until-decided")
"""Options that say which instances a fixed suite asks; a search finds out by itself."""


def _check_searches(
    config: pytest.Config, tasks: tuple[str, ...], levels: tuple[Level, ...]
) -> None:
    numbers = [level for level in levels if isinstance(level, int)]
    if len(numbers) < len(levels) or max(numbers) - min(numbers) < 2:
        raise pytest.UsageError(
            "--levels: a frontier is looked for among at least three numbered levels, such as 1-10"
        )
    for name in FIXED:
        if _text(config, name, "") not in ("", "False", "false"):
            raise pytest.UsageError(
                f"{_shown(name)} is for a fixed suite; --symbench-frontier chooses what it asks "
                "(--symbench-max-examples bounds it)"
            )
    _check_levels(tasks, (min(numbers),))


def _frontier(text: str) -> float | None:
    if not text:
        return None
    return 0.0 if text == "auto" else _number(0.5, 100)(text)


def _sandbox(config: pytest.Config) -> str:
    """The weakest level that will do, or the container engine and image."""
    level = _text(config, "sandbox-require", "")
    container = _text(config, "sandbox", "")
    if level and level not in ("full", "landlock", "seccomp"):
        raise pytest.UsageError(
            f"--symbench-sandbox-require: {level!r} is no level; give full, landlock or seccomp"
        )
    engine, _, image = container.partition(":")
    if container and (engine not in ("docker", "podman") or not image):
        raise pytest.UsageError(
            f"--symbench-sandbox: {container!r} is not of the form docker:IMAGE or podman:IMAGE"
        )
    if container and level:
        raise pytest.UsageError(
            "--symbench-sandbox-require: a level is of our own sandbox; with --symbench-sandbox "
            "leave it out"
        )
    return container or level or "landlock"


def _text(config: pytest.Config, name: str, default: str) -> str:
    """An option's value: the command line, else the configuration file, else the default."""
    dest = _dest(name)
    value = getattr(config.option, dest)
    if value is None:
        value = config.getini(dest)
    return str(value).strip() or default


def _rate(config: pytest.Config, name: str) -> float | None:
    return _parsed(config, name, "0", _number(0, 1e12)) or None


def _path(config: pytest.Config, name: str) -> Path | None:
    text = _text(config, name, "")
    return config.invocation_params.dir / Path(text).expanduser() if text else None


def _flag(config: pytest.Config, name: str) -> bool:
    if getattr(config.option, _dest(name)):
        return True
    text = str(config.getini(_dest(name)) or "false").strip().lower()
    if text not in ("true", "false", "1", "0", "yes", "no"):
        raise pytest.UsageError(f"{_dest(name)}: {text!r} is neither true nor false")
    return text in ("true", "1", "yes")


def _dest(name: str) -> str:
    return next(option.dest for option in plugin.OPTIONS if option.name == name)


def _shown(name: str) -> str:
    option = next(option for option in plugin.OPTIONS if option.name == name)
    return f"--{name}" if option.short else f"--symbench-{name}"


def _parsed(config: pytest.Config, name: str, default: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(_text(config, name, default))
    except ValueError as error:
        raise pytest.UsageError(f"{_shown(name)}: {error}") from None


def _optional(parse: Callable[[str], T]) -> Callable[[str], T | None]:
    return lambda text: parse(text) if text else None


def _texts(text: str) -> tuple[str, ...]:
    found = _json(text)
    if not isinstance(found, list) or not all(isinstance(item, str) and item for item in found):
        raise ValueError(f'{text!r} is not a JSON list of texts, e.g. ["###"]')
    return tuple(found)


def _object(text: str) -> dict[str, Any]:
    found = _json(text)
    if not isinstance(found, dict):
        raise ValueError(f'{text!r} is not a JSON object, e.g. {{"top_k": 20}}')
    return found


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"{text!r} is not JSON") from None


def _interpreter(
    config: pytest.Config, model: str, methods: tuple[str, ...]
) -> Literal["sandbox", "hosted"]:
    text = _text(config, "interpreter", "sandbox")
    if text == "sandbox":
        return "sandbox"
    if text != "hosted":
        raise pytest.UsageError(
            f"--symbench-interpreter: {text!r} is neither sandbox nor hosted: run code here, or "
            "on the provider's machines"
        )
    provider = model.partition(":")[0]
    if provider not in HOSTING:
        raise pytest.UsageError(
            f"--symbench-interpreter: {provider} hosts no interpreter; give sandbox, or a model of "
            f"{' or '.join(HOSTING)}"
        )
    if "code_interpreter" not in methods:
        raise pytest.UsageError(
            "--symbench-interpreter hosted is for the method code_interpreter; add --method "
            "code_interpreter"
        )
    return "hosted"


def _whole(least: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or not text.isascii() or int(text) < least:
            raise ValueError(f"{text!r} is not a whole number from {least} upward")
        return int(text)

    return parse


def _number(least: float, most: float) -> Callable[[str], float]:
    def parse(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            raise ValueError(f"{text!r} is not a number from {least:g} to {most:g}")
        return value

    return parse


def stamp() -> str:
    """Now, as it is written into ledgers: UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
