"""What this machine has of all that a run may need: each finding with what to do about it.

Nothing is changed, nothing is paid for, and no key is ever part of a finding.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, entry_points, metadata, requires, version
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement

from codesteer.models import keys
from codesteer.models.errors import MissingExtra, ModelError, UnknownModel
from codesteer.models.registry import full_name, resolve, servers
from codesteer.sandbox import SandboxUnavailable, opening
from codesteer.sandbox.inside.wire import Probed
from codesteer.sandbox.levels import refusals

State = Literal["ok", "note", "fix"]
"""Fine; something that some runs want is not here; a run would fail or be refused."""

PYTHONS = ((3, 10), (3, 13))
"""The oldest and the newest Python that the tests were run on."""

DISTRIBUTION = "pytest-symbench"

NOT_FOR_USERS = ("dev", "docs")
"""Extras of this project's own development."""

EXTRAS = {
    "openai": "models of OpenAI, DeepSeek, Mistral, Gemini, OpenRouter, Ollama, vLLM, llama.cpp",
    "anthropic": "Claude",
    "local": "the embedded model, without a key",
    "ray": "episodes on a Ray cluster",
    "transformers": "a Hugging Face model in this process",
    "vllm": "a model on vLLM's engine in this process",
    "keyring": "keys from the system's keyring",
    "xdist": "several worker processes (-n)",
    "export": "episodes as Parquet",
    "inspect": "runs exported Inspect tasks",
    "verifiers": "runs the exported environment for verifiers",
    "otel": "OpenTelemetry spans of calls",
    "train": "training a steerer",
}
"""What each extra is for."""

CODE_PACKAGES = ("numpy", "scipy", "sympy", "networkx")
"""What models import most in the code that they write."""

LAYERS = {
    "namespaces": (
        "names, sizes and dates of host files can be found out, and disk and threads are bounded "
        "by looking every 50 ms; code is still confined",
        "in Docker: --security-opt seccomp=unconfined; on Ubuntu: sysctl "
        "kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    "landlock": (
        "one wall fewer around files; with the namespaces missing too, code could read whatever "
        "you can read, and is not run",
        "Linux 5.13 or newer, with landlock in its boot parameter lsm=",
    ),
    "seccomp": (
        "code could use the network and start programs, and is not run",
        "a Linux kernel with seccomp filters",
    ),
}
"""Of each layer of the sandbox: what its absence costs, and how to get it."""

BYTES_AN_EPISODE = 4_000
"""Of a ledger, at most, for an episode of one call with a reply of 700 characters."""

DISK_WANTED = 1 << 30
"""Free bytes below which a run of any size is at risk."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's."""

    subject: str
    state: State
    found: str
    do: str = ""
    """What to do about it, where there is something to do."""

    def to_json(self) -> dict[str, str]:
        return asdict(self)


def examine(
    folder: Path, *, models: Sequence[str] = (), urls: Sequence[str] = ()
) -> Iterator[Finding]:
    """Findings, cheapest first. ``models`` and ``urls`` are the ones that have to answer."""
    yield from _python()
    yield from _pytest()
    yield from _extras()
    yield from _keys()
    yield from _clock()
    yield from _disk(folder)
    yield from _sandbox()
    yield from _local()
    for model in models:
        yield asyncio.run(_answers(model, urls[0] if urls else None))
    for url in () if models else urls:
        yield asyncio.run(_answers("openai:any", url))


def _python() -> Iterator[Finding]:
    found = f"{platform.python_implementation()} {platform.python_version()} on {sys.platform}"
    oldest, newest = (".".join(map(str, bound)) for bound in PYTHONS)
    if sys.version_info[:2] < PYTHONS[0]:
        yield Finding("python", "fix", found, f"make an environment with Python {oldest} or newer")
    elif sys.version_info[:2] > PYTHONS[1]:
        yield Finding("python", "note", found, f"tested up to {newest}; report what breaks")
    elif sys.platform != "linux":
        yield Finding("python", "note", found, "tested on Linux only; report what breaks")
    else:
        yield Finding("python", "ok", found)


def _pytest() -> Iterator[Finding]:
    found = f"{version('pytest')}, {DISTRIBUTION} {version(DISTRIBUTION)}"
    plugin = [entry for entry in entry_points(group="pytest11") if entry.name == "symbench"]
    if not plugin:
        yield Finding("pytest", "fix", f"{found}: the plugin is not registered", "install it again")
    elif os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD"):
        yield Finding(
            "pytest",
            "fix",
            f"{found}: PYTEST_DISABLE_PLUGIN_AUTOLOAD is set, so pytest loads no plugin",
            "unset it, or give pytest -p pytest_symbench.plugin",
        )
    else:
        yield Finding("pytest", "ok", found)


def _extras() -> Iterator[Finding]:
    wanted = [Requirement(text) for text in requires(DISTRIBUTION) or ()]
    for extra in metadata(DISTRIBUTION).get_all("Provides-Extra") or ():
        if extra in NOT_FOR_USERS:
            continue
        lacking = [
            f"{one.name} {one.specifier}".strip() + (f", not {has}" if (has := _has(one)) else "")
            for one in wanted
            if one.marker and one.marker.evaluate({"extra": extra}) and not _met(one)
            if not one.marker.evaluate({"extra": ""})
        ]
        install = f"pip install '{DISTRIBUTION}[{extra}]'"
        purpose = EXTRAS[extra]
        if lacking:
            found = f"needs {'; '.join(lacking)}: for {purpose}"
            yield Finding(f"extra {extra}", "note", found, install)
        else:
            yield Finding(f"extra {extra}", "ok", purpose)
    lacking = [name for name in CODE_PACKAGES if importlib.util.find_spec(name) is None]
    if lacking:
        found = f"model-written code cannot import {', '.join(lacking)}, which counts as its error"
        yield Finding("code packages", "note", found, f"pip install {' '.join(lacking)}")
    else:
        yield Finding("code packages", "ok", ", ".join(CODE_PACKAGES))


def _has(requirement: Requirement) -> str | None:
    try:
        return version(requirement.name)
    except PackageNotFoundError:
        return None


def _met(requirement: Requirement) -> bool:
    has = _has(requirement)
    return has is not None and requirement.specifier.contains(has, prereleases=True)


def _keys() -> Iterator[Finding]:
    variables = {"ANTHROPIC_API_KEY": "anthropic"}
    variables |= {server["key"]: name for name, server in servers().items() if server["key"]}
    for variable, provider in sorted(variables.items()):
        in_environment, value = variable in os.environ, keys.key(variable)
        if value and value != value.strip():
            found = "has blanks or a line break around it"
            yield Finding(f"key {variable}", "fix", found, "set it without them")
        elif value:
            place = "the environment" if in_environment else "the keyring"
            yield Finding(f"key {variable}", "ok", f"in {place}")
        else:
            found = "empty" if in_environment else "not set"
            do = f"export {variable}=... to ask models of {provider}"
            yield Finding(f"key {variable}", "note", found, do)


def _clock() -> Iterator[Finding]:
    now, installed = time.time(), Path(__file__).stat().st_mtime
    found = datetime.fromtimestamp(now).astimezone().isoformat(timespec="seconds")
    if now < installed - 86_400:
        found += ", which is before this package was installed: connections will be refused"
        yield Finding("clock", "fix", found, "set the clock, e.g. timedatectl set-ntp true")
    else:
        yield Finding("clock", "ok", found)


def _disk(folder: Path) -> Iterator[Finding]:
    try:
        with tempfile.TemporaryDirectory(prefix=".symbench-doctor-", dir=folder) as place:
            with closing(sqlite3.connect(Path(place) / "trial.sqlite")) as db:
                mode = db.execute("PRAGMA journal_mode=WAL").fetchone()[0]
                db.execute("CREATE TABLE trial (one INTEGER)")
            if mode != "wal":
                raise sqlite3.OperationalError("no write-ahead log")
    except (OSError, sqlite3.Error) as error:
        found = f"no ledger can be written in {folder} ({error})"
        do = "give --symbench-ledger=PATH on a local disk that you may write to"
        yield Finding("disk", "fix", found, do)
        return
    free = shutil.disk_usage(folder).free
    room = free / BYTES_AN_EPISODE / 1e6
    found = f"{free / 1e9:.1f} GB free: a ledger of about {room:.1f} million short episodes"
    if free < DISK_WANTED:
        do = "make room, or give --symbench-ledger=PATH on another disk"
        yield Finding("disk", "fix", found, do)
    else:
        yield Finding("disk", "ok", found)


def _sandbox() -> Iterator[Finding]:
    if sys.platform != "linux":
        yield Finding("sandbox", "note", f"not tested on {sys.platform}", "see a run's header")
        return
    try:
        probed: Probed | None = opening.probe(())
    except SandboxUnavailable:
        probed = None  # opening says why, below
    try:
        sandbox = opening.open_sandbox(workers=1)
    except SandboxUnavailable as error:
        do = "choose methods that run no code, or accept the risk: --symbench-sandbox-unsafe"
        yield Finding("sandbox", "fix", str(error), do)
    else:
        asyncio.run(sandbox.aclose())
        yield Finding("sandbox", "ok", sandbox.describe().removeprefix("sandbox: "))
    if probed is not None:
        yield from layers(probed)


def layers(probed: Probed) -> Iterator[Finding]:
    """A line for each layer of the sandbox that this kernel refuses."""
    for layer, refusal in refusals(probed).items():
        cost, do = LAYERS[layer]
        yield Finding(f"sandbox {layer}", "note", f"{refusal}: {cost}", do)


def _local() -> Iterator[Finding]:
    from codesteer.models import local

    model = full_name("local").partition(":")[2]
    start = time.monotonic()
    try:
        local.LocalModel(model).start()  # the server ends with this process
    except MissingExtra:
        found, do = "its runtime is not installed", f"pip install '{DISTRIBUTION}[local]'"
        yield Finding("local model", "note", found, do)
    except (UnknownModel, ModelError) as error:
        yield Finding("local model", "note", str(error))
    else:
        found = f"{model} starts in {time.monotonic() - start:.1f} s"
        yield Finding("local model", "ok", found)


async def _answers(name: str, url: str | None) -> Finding:
    """Does a model's server answer, and accept the key? Costs nothing."""
    subject = f"server {url}" if url else f"model {name}"
    start = time.monotonic()
    try:
        model = resolve(name, url=url)
    except (UnknownModel, ModelError, MissingExtra) as error:
        return Finding(subject, "fix", str(error))
    try:
        if check := getattr(model, "check", None):
            await check()
    except ModelError as error:
        return Finding(subject, "fix", str(error), "start the server, or correct address or key")
    finally:
        await model.aclose()
    return Finding(subject, "ok", f"answers in {1000 * (time.monotonic() - start):.0f} ms")
