"""The entry point. Without ``--symbench`` it declares options and fixtures, and does nothing.

Only the standard library and pytest are imported here; everything else waits for the flag.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_symbench import hookspecs

if TYPE_CHECKING:
    from collections.abc import Generator

    from pytest_symbench.fixtures import Raw, Steered


class Option(NamedTuple):
    """A command-line option; its twin in the configuration file is ``symbench_<name>``."""

    name: str
    metavar: str
    help: str
    short: bool = False
    """Also ``--name`` without the prefix, where no other plugin has that."""
    flag: bool = False
    alone: str | None = None
    """Its value where none is given."""

    @property
    def dest(self) -> str:
        return f"symbench_{self.name.replace('-', '_')}"


OPTIONS = (
    Option(
        "tasks",
        "NAMES",
        "tasks, families, seen, unseen, tour, all, !name (default: all; local: tour)",
        True,
    ),
    Option("levels", "LEVELS", "levels, e.g. 1-3,5, or paper for the paper's settings", True),
    Option("samples", "N", "instances of each task and level (default: 1)", True),
    Option("model", "MODEL", "the model under test: an alias or provider:model", True),
    Option("method", "NAMES", "how answers are sought, one or several, comma-separated", True),
    Option("steer", "", "the same as --method codesteer", True, True),
    Option("steerer", "STEERER", "policy, prompt:MODEL or tuned:PATH_OR_URL", True),
    Option("model-url", "URL", "address of an OpenAI-compatible server", True),
    Option("seed", "N", "seed of the first instance (default: 0)"),
    Option("published", "DIR", "ask the published instances below this folder instead"),
    Option("published-keys", "true|stored", "judge them by their rules (true) or stored keys"),
    Option("attempts", "K", "attempts at each instance (default: 1)"),
    Option(
        "shard", "I/N", "run the I-th of N parts, e.g. 2/4; `symbench merge` joins their ledgers"
    ),
    Option("ray", "ADDRESS", "run the episodes on a Ray cluster: auto, HOST:PORT, or local"),
    Option("ledger", "PATH", "the record to write and resume (default: below .symbench/)"),
    Option("refresh", "", "ask again what the ledger already holds", flag=True),
    Option(
        "connections", "N|auto", "model calls in flight (default: 16; 4 for the embedded model)"
    ),
    Option("rpm", "N", "requests a minute at most"),
    Option("tpm", "N", "tokens a minute at most"),
    Option("budget", "AMOUNT", "a hard cap: '5 USD', '2M tokens', '3000 calls' or '20 min'"),
    Option(
        "plan",
        "",
        "tell what the run would ask and cost, and with a gate what it could show; ask nothing",
        flag=True,
    ),
    Option("patience", "SECONDS", "how long an outage is waited out (default: 120)"),
    Option("grace", "SECONDS", "how long calls in flight may end after Ctrl-C (default: 10)"),
    Option("record", "NAME", "keep this run as a baseline, for later runs to be compared with"),
    Option("baseline", "NAME", "what the gate compares with: a baseline's name, or a file"),
    Option(
        "gate",
        "POLICY",
        "judge the run by a policy, a TOML file (alone: pyproject's, or the default); wrong answers "
        "then are data, not failed tests",
        alone="default",
    ),
    Option(
        "until-decided",
        "",
        "with a gate: ask a part of the instances, judge, and go on only where a rule is undecided",
        flag=True,
    ),
    Option(
        "frontier",
        "WIDTH",
        "find for each task the level at which half of the answers are right, with a 95 % interval "
        "of WIDTH levels (alone: 2, more where there are many levels)",
        alone="auto",
    ),
    Option(
        "max-examples",
        "N",
        "episodes of one search for a frontier, or of one property-based test, at most (default: "
        "60)",
    ),
    Option("report", "FILES", "write reports, comma-separated: NAME.html, NAME.md, NAME.json"),
    Option("reference", "COLUMNS", "the paper's columns beside ours, e.g. 'o1,GPT-4o + CodeSteer'"),
    Option(
        "progress",
        "live|lines|off",
        "how the run's progress is shown (default: as the terminal allows)",
    ),
    Option("log", "FILE", "a line of JSON for each episode that ends"),
    Option("max-tokens", "N", "tokens of one answer at most (default: 2048)"),
    Option("temperature", "T", "sampling temperature (default: 0)"),
    Option("top-p", "P", "share of the likeliest tokens that are sampled from"),
    Option("sampling-seed", "N", "seed of the model's sampling, where its server takes one"),
    Option("stop", "JSON", "texts that end an answer, e.g. '[\"###\"]'"),
    Option("system", "TEXT", "a system message for the model under test"),
    Option("reasoning-effort", "EFFORT", "for reasoning models, e.g. low, medium or high"),
    Option("extra-body", "JSON", "fields for each request's body, e.g. '{\"top_k\": 20}'"),
    Option(
        "interpreter",
        "sandbox|hosted",
        "where code_interpreter runs code: here (default), or at OpenAI or Anthropic",
    ),
    Option("episode-tokens", "N", "tokens of an episode after which no turn begins (local: 1000)"),
    Option("code-seconds", "SECONDS", "wall time of one run of model-written code (default: 30)"),
    Option(
        "sandbox",
        "ENGINE:IMAGE",
        "run model-written code in containers instead: docker:IMAGE or podman:IMAGE",
    ),
    Option(
        "sandbox-require", "LEVEL", "full, landlock (default) or seccomp: refuse to run with less"
    ),
    Option(
        "sandbox-unsafe", "", "run model-written code even where nothing confines it", flag=True
    ),
)


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.add_hookspecs(hookspecs)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("symbench", "symbolic-reasoning benchmark for language models")
    group.addoption("--symbench", action="store_true", help="run SymBench against a model")
    for option in OPTIONS:
        _add(group, option, f"--symbench-{option.name}")
        parser.addini(option.dest, f"the default of --symbench-{option.name}")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser
) -> Generator[None]:
    """Registers the short names last, so that any plugin or conftest may have them first."""
    yield
    group = parser.getgroup("symbench")
    taken = {
        name for other in parser._groups for option in other.options for name in option.names()
    }
    early_config.stash[STEPPED_BACK] = stepped_back = []
    for option in OPTIONS:
        if option.short and f"--{option.name}" in taken:
            stepped_back.append(option.name)
        elif option.short:
            _add(group, option, f"--{option.name}")


STEPPED_BACK = pytest.StashKey[list[str]]()


def pytest_cmdline_main(config: pytest.Config) -> None:
    if config.option.symbench:
        from pytest_symbench import configuration

        if configuration.planned(config):
            config.option.dist, config.option.tx = "no", []  # nothing to share among workers


def pytest_configure(config: pytest.Config) -> None:
    if config.option.symbench and not config.option.help:
        from pytest_symbench import activation

        activation.activate(config)


def pytest_report_header(config: pytest.Config) -> str | None:
    """Options of the command line that do nothing: the flag is easily forgotten."""
    if config.option.symbench:
        return None
    given = [option.name for option in OPTIONS if getattr(config.option, option.dest) is not None]
    typed = [word.partition("=")[0] for word in config.invocation_params.args]
    idle = [word for name in given for word in (f"--{name}", f"--symbench-{name}") if word in typed]
    return f"symbench: {', '.join(idle)} without --symbench does nothing" if idle else None


@pytest.fixture
def model_under_test(request: pytest.FixtureRequest) -> Raw:
    """The raw model of ``--model``. Calls are recorded in the ledger and count for the budget."""
    _need_flag(request)
    from pytest_symbench import fixtures

    return fixtures.model_under_test(request)


@pytest.fixture
def codesteer(request: pytest.FixtureRequest) -> Steered:
    """The model under test wrapped by CodeSteer: ``codesteer.solve(question) -> Episode``."""
    _need_flag(request)
    from pytest_symbench import fixtures

    return fixtures.steered(request, "codesteer")


@pytest.fixture
def symbench_model(request: pytest.FixtureRequest) -> Steered:
    """The model under test with the method that the options chose, used as `codesteer` is."""
    _need_flag(request)
    from pytest_symbench import fixtures

    return fixtures.steered(request, None)


def _need_flag(request: pytest.FixtureRequest) -> None:
    if not request.config.option.symbench:
        pytest.skip("calls a language model; run with --symbench")


def _add(group: pytest.OptionGroup, option: Option, name: str) -> None:
    attributes: dict[str, Any] = {"dest": option.dest, "default": None, "help": option.help}
    if option.flag:
        attributes["action"] = "store_true"
    else:
        attributes["metavar"] = option.metavar
        if option.alone is not None:
            attributes |= {"nargs": "?", "const": option.alone}
    group.addoption(name, **attributes)
