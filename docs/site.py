"""What the documentation's site adds to the pages: navigation, options, commands, links to files.

Used by mkdocs as a hook, see mkdocs.yml. A page that is new below docs/ comes into the navigation by
itself, at the end of its folder; `PLACES` says where the known ones stand and what they are called.
"""

from __future__ import annotations

import argparse
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

from pytest_symbench.cli import command_parser
from pytest_symbench.plugin import OPTIONS

DOCS = Path(__file__).parent
log = logging.getLogger("mkdocs.hooks.site")

PLACES: dict[str, tuple[str, ...]] = {
    "Start": ("index.md", "tutorial.md"),
    "How to": (
        "gate.md",
        "howto/gate_in_ci.md",
        "frontier.md",
        "howto/steer.md",
        "training.md",
        "howto/add_a_task.md",
        "scaling.md",
        "howto/published.md",
        "reports.md",
    ),
    "Reference": (
        "reference/options.md",
        "reference/command.md",
        "running.md",
        "providers.md",
        "reference/api.md",
    ),
    "Explanation": ("method.md", "statistics.md", "sandbox.md"),
}

FOLDERS = {"Tasks": "tasks", "Results": "results"}
"""Tabs that list a folder."""

GENERATED = ("reference/options.md", "reference/command.md", "training.md")

TRAINING = DOCS.parent / "training" / "README.md"
"""Stands where the code is, and is a page of the site too."""

_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\((\.\.[^)#\s]+)(?:#[^)\s]*)?\)")


def on_config(config: Any) -> Any:
    """Makes the navigation of the pages that there are."""
    there = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")} | {*GENERATED}
    nav: list[dict[str, Any]] = []
    for tab, pages in PLACES.items():
        nav.append({tab: [page for page in pages if page in there]})
    for tab, folder in FOLDERS.items():
        inside = sorted(page for page in there if page.startswith(f"{folder}/"))
        inside.sort(key=lambda page: not page.endswith("/index.md"))
        if inside:
            nav.append({tab: inside})
    placed = {page for tab in nav for pages in tab.values() for page in pages}
    if rest := sorted(there - placed):
        nav[2]["Reference"] += rest
    config.nav = nav
    return config


def on_files(files: Any, config: Any) -> Any:
    """Adds the pages that are made from the code."""
    texts = (options_page(), command_page(), TRAINING.read_text(encoding="utf-8"))
    for name, text in zip(GENERATED, texts, strict=True):
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Names files of the repository, to which a site has no link, instead of linking them."""
    moved = page.file.src_uri == "training.md"
    source = TRAINING if moved else DOCS / page.file.src_uri

    def named(match: re.Match[str]) -> str:
        target = source.parent.joinpath(match[2]).resolve()
        if target.is_relative_to(DOCS):
            return f"[{match[1]}]({target.relative_to(DOCS)})" if moved else match[0]
        if target == TRAINING:
            up = "../" * page.file.src_uri.count("/")
            return f"[{match[1]}]({up}training.md)"
        if not target.exists():
            log.warning("%s links to %s, which is not there", page.file.src_uri, match[2])
        path = target.relative_to(DOCS.parent)
        return match[1] if str(path) in match[1] else f"{match[1]} (`{path}`)"

    return _LINK.sub(named, markdown)


def options_page() -> str:
    """All options of the plugin, from the table that declares them."""
    lines = [
        "# Options",
        "",
        "`--symbench` switches the plugin on; without it pytest runs as if it were not installed. "
        "Each option has a twin in the configuration file (`[tool.pytest.ini_options]` in "
        "pyproject.toml, or pytest.ini), which the command line overrides. Those with a short name "
        "can be given by either; where another plugin has the short one, the long one remains.",
        "",
    ]
    for option in OPTIONS:
        value = f" {option.metavar}" if option.metavar else ""
        names = f"in the configuration file `{option.dest}`"
        if option.short:
            names = f"short `--{option.name}`, {names}"
        lines += ["", f"## `--symbench-{option.name}{value}`", "", f"{_sentence(option.help)}", ""]
        lines += [f"*{names[0].upper()}{names[1:]}*"]
    return "\n".join(lines) + "\n"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def command_page() -> str:
    """All commands of ``symbench`` with their help."""
    lines = [
        "# The symbench command",
        "",
        "What is not a test run. Exit status 0: done; 1: a negative answer; 4: a mistake in what "
        "was typed, said in a sentence; `compare` has those of the gate.",
    ]
    for name, parser in commands(command_parser()):
        lines += ["", f"## {name}", "", "```text", usage(parser), "```"]
    return "\n".join(lines) + "\n"


def commands(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, Any]]:
    """Each command with its parser, those below it too."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for word, below in action.choices.items():
                inner = list(commands(below, f"{name} {word}".strip()))
                yield from inner or [(f"{name} {word}".strip(), below)]


def usage(parser: argparse.ArgumentParser) -> str:
    # As wide everywhere, whatever terminal the site is built in.
    parser.formatter_class = lambda prog: argparse.HelpFormatter(prog, width=96)  # type: ignore[assignment]
    return parser.format_help().strip()
