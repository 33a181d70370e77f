"""The public API is what docs/reference/api.md lists, and stays as agreed in public_api.txt.

After a change that is meant: ``python -m tests.house.test_public_api > tests/house/public_api.txt``,
and a line in CHANGELOG.md.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from pytest_symbench.plugin import OPTIONS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "api.md"
AGREED = Path(__file__).with_name("public_api.txt")


MADE_BY_US = {"Raw", "Steered", "Ledger", "Row", "Sandbox", "Execution", "Episode", "Instance"}
"""Classes that users get and do not make: how they are made may change."""


def test_nothing_that_was_agreed_is_gone_or_changed() -> None:
    agreed = AGREED.read_text(encoding="utf-8").splitlines()
    now = set(described())
    changed = [line for line in agreed if line not in now]
    assert not changed, "the public API changed; if this is meant, see this module's docstring"


def test_all_that_is_listed_was_agreed() -> None:
    agreed = AGREED.read_text(encoding="utf-8")
    for path, _ in names():
        assert f"\n{path}" in f"\n{agreed}", f"{path} is new: see this module's docstring"


def test_what_packages_export_is_on_the_page() -> None:
    listed = {path for path, _ in names()}
    for package in ("codesteer.models", "codesteer.sandbox", "pytest_symbench.tasks",
                    "pytest_symbench.tasks.answers"):  # fmt: skip
        for name in import_module(package).__all__:
            exported = f"{package}.{name}"
            assert exported in listed or name == "Outcome", exported


def names() -> list[tuple[str, set[str]]]:
    """Public names, each with the members that are public; none: all without an underscore."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(r"^::: (\S+)(?:\n    options: .*members: \[([^]]*)\])?", text, re.MULTILINE)
    return [(path, set(members.split(", ")) - {""}) for path, members in found]


def described() -> Iterator[str]:
    """A line for each public name with its signature, and for each public member; then the options."""
    for path, only in names():
        module, _, name = path.rpartition(".")
        found = getattr(import_module(module), name)
        found = getattr(found, "_get_wrapped_function", lambda found=found: found)()  # a fixture
        yield f"{path}{'' if name in MADE_BY_US else signature(found)}"
        if inspect.isclass(found):
            yield from (f"{path}.{line}" for line in members(found, only))
    for option in OPTIONS:
        short = f" --{option.name}" if option.short else ""
        yield f"--symbench-{option.name}{short} {option.metavar}".rstrip()


def signature(found: object) -> str:
    if not callable(found) or (inspect.isclass(found) and issubclass(found, BaseException)):
        return ""
    if getattr(found, "_is_protocol", False):
        return " (protocol)"
    # Annotations are text, as written; defaults that are objects would be shown by address.
    text = re.sub(r" at 0x[0-9a-f]+", "", str(inspect.signature(found)))
    return re.sub(r"\b(?:typing|collections\.abc)\.|['\"]", "", text)


def members(kind: type, only: set[str]) -> Iterator[str]:
    if kind.__name__ in MADE_BY_US and dataclasses.is_dataclass(kind) and not only:
        yield from (f"{one.name}: {one.type}" for one in dataclasses.fields(kind))
    fields = (
        {one.name for one in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else ()
    )
    for name in sorted(vars(kind)):
        found = vars(kind)[name]
        if name.startswith("_") or name in fields or (only and name not in only):
            continue
        if isinstance(found, property):
            yield name
        elif isinstance(found, (classmethod, staticmethod)):
            yield f"{name}{signature(found.__func__)}"
        elif inspect.isfunction(found):
            yield f"{name}{signature(found)}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(described()) + "\n")
