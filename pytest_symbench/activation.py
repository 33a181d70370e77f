"""What ``--symbench`` switches on: options read, the suite collected, this process's part begun."""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from tempfile import mkdtemp

import pytest

from codesteer.methods import register_method
from codesteer.models.registry import register_provider
from pytest_symbench import collection, configuration, controller, session
from pytest_symbench.plugin import STEPPED_BACK
from pytest_symbench.stopping import StopFlag
from pytest_symbench.tasks import register

CONFIGURATION = pytest.StashKey[configuration.Configuration]()


def activate(config: pytest.Config) -> None:
    """Reads and checks the options and registers what this process needs.

    Raises:
        pytest.UsageError: one sentence on what is wrong and what to type instead.
    """
    load_extensions(config)
    chosen = config.stash[CONFIGURATION] = configuration.read(config)
    worker: dict[str, object] | None = getattr(config, "workerinput", {}).get("symbench")
    suite = collection.Collection(chosen, alone=_no_path_given(config))
    config.pluginmanager.register(suite, "symbench-collection")
    if configuration.planned(config):
        from pytest_symbench.plan import Planning

        config.pluginmanager.register(Planning(config, chosen), "symbench-plan")
        return
    share = session.Share.of(worker)
    spreads = worker is None and getattr(config.option, "dist", "no") != "no"
    stop = StopFlag(Path(share.stop_file) if worker else Path(mkdtemp(prefix="symbench-")) / "stop")
    own = None
    if not spreads:
        own = session.Session(config, chosen, share, stop)
        config.pluginmanager.register(own, "symbench-session")
    if chosen.frontier is not None:
        from pytest_symbench.frontier.session import Frontiers, Told

        if own is not None:
            frontiers = Frontiers(config, chosen, share, own)
            config.pluginmanager.register(frontiers, "symbench-frontier")
        if worker is None:
            config.pluginmanager.register(Told(chosen), "symbench-frontier-told")
    if worker is None:
        main = controller.Controller(config, chosen, own, stop)
        config.pluginmanager.register(main, "symbench-controller")
        if configuration.gated(config):
            from pytest_symbench.gate.session import Gate

            gate = Gate(config, chosen, main)
            config.pluginmanager.register(gate, "symbench-gate")
            if configuration.until_decided(config):
                from pytest_symbench.gate.looking import Looking

                config.pluginmanager.register(Looking(config, gate, own), "symbench-looking")


def load_extensions(config: pytest.Config) -> None:
    """Registers what conftests and installed packages add: reports, tasks, models, methods."""
    for entry in entry_points(group="symbench.plugins"):
        if not config.pluginmanager.hasplugin(entry.name):
            config.pluginmanager.register(entry.load(), entry.name)
    try:
        for tasks in config.hook.pytest_symbench_tasks():
            for task in tasks:
                register(task)
        for models in config.hook.pytest_symbench_models():
            for name, factory in models.items():
                register_provider(name, factory)
        for methods in config.hook.pytest_symbench_methods():
            for name, method in methods.items():
                register_method(name, method)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def notices(config: pytest.Config) -> list[str]:
    """Lines for the header on short options that another plugin has."""
    return [
        f"symbench: --{name} belongs to another plugin here; use --symbench-{name}"
        for name in config.stash.get(STEPPED_BACK, [])
    ]


def _no_path_given(config: pytest.Config) -> bool:
    return config.args_source is not pytest.Config.ArgsSource.ARGS
