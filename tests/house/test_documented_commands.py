"""Every command of the README and of docs/ is run, and what it prints is compared where it is shown.

A command is a line of a block of ``bash`` or ``console``, or an indented one that begins with
``pytest`` or ``symbench``. Runs of models that answer at once are run, in a smaller size; others,
which want a key, a server, weights or a GPU, are collected exactly as they stand: their options have
to be understood. A block with ``title="NAME"`` is saved under that name before anything is run.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from pytest_symbench.cli import command_parser, main
from pytest_symbench.tasks import registry

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "training" / "README.md",
                 *(ROOT / "docs").rglob("*.md")]
    if "tasks" not in page.parts
)  # fmt: skip

for name in ("pytest_symbench.controller", "pytest_symbench.gate.session", "scipy.signal",
             "scipy.stats", "symbench_reports.commands", "symbench_reports.page"):  # fmt: skip
    # Loaded once: runs in this process would otherwise load it anew, or fail to.
    importlib.import_module(name)

AT_ONCE = ("gold", "noop", "simulated:gpt-4o")
"""Models that answer without key, network or weights."""

PLACEHOLDERS = {"my-model-1": "simulated:gpt-4o", "my-model-2": "noop", "local": "simulated:gpt-4o"}
"""Names that stand for a reader's model, and the embedded one, which is not installed everywhere."""

SMALL = ["--tasks", "number_multiply", "--levels", "1", "--samples", "2"]
"""What is asked instead, where a command is run; caesar is the task that a page defines."""

OTHERS = {
    "apt-get", "bash", "cat", "cd", "cp", "curl", "deactivate", "docker", "export", "flock", "git",
    "inspect", "keyring", "kubectl", "mkdir", "mkdocs", "mypy", "nice", "ollama", "pip", "podman",
    "ray", "ruff", "sbatch", "source", "srun", "ssh", "torchrun", "trl", "accelerate", "vf-eval",
    "vllm", ".", "llama-server", "scp", "rsync", "uv", "unset", "sysctl", "twine", "gh",
}  # fmt: skip
"""Programs that are not ours."""

NOT_RUN = {
    "audit": "wants the published instances",
    "steerer": "wants a checkout of the published code",
    "synthesize": "minutes",
    "pairs": "minutes",
    "evaluate-steerer": "minutes",
    "doctor": "has tests of its own",
    "pages": "writes below docs/",
}
"""Commands of symbench that are only parsed."""


class Command(NamedTuple):
    """One command of a page, and the output that the page shows."""

    words: list[str]
    shown: str


def commands(text: str) -> Iterator[Command]:
    blocks = re.findall(r"^( *)```(\w*)[^\n]*\n(.*?)^\1```", text, re.MULTILINE | re.DOTALL)
    for _, language, body in blocks:
        if language in ("bash", "sh", "shell"):
            yield from split(body)
        elif language == "console":
            for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
                line, _, shown = part.partition("\n")
                yield from (command._replace(shown=shown) for command in split(line))
    outside = re.sub(r"^( *)```.*?^\1```", "", text, flags=re.MULTILINE | re.DOTALL)
    for line in re.findall(r"^    ((?:pytest|symbench) .*)$", outside, re.MULTILINE):
        yield from split(line)


def split(script: str) -> Iterator[Command]:
    for line in script.replace("\\\n", " ").splitlines():
        lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;")
        lexer.whitespace_split = True
        words: list[str] = []
        for word in [*lexer, "&&"]:
            if set(word) <= set("&|;"):
                if words:
                    yield Command(words, "")
                words = []
            else:
                words.append(word)


def files(text: str) -> Iterator[tuple[str, str]]:
    found = re.findall(r'^( *)```\w+ title="([^"]+)"\n(.*?)^\1```', text, re.MULTILINE | re.DOTALL)
    for indent, name, body in found:
        yield name, re.sub(f"^{indent}", "", body, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of a small run, its two shards and its baseline, made once."""
    folder = tmp_path_factory.mktemp("ledgers")
    environment = pytest.MonkeyPatch()
    environment.chdir(folder)
    for name, shard in (
        ("run", []),
        ("1", ["--symbench-shard=1/2"]),
        ("2", ["--symbench-shard=2/2"]),
    ):
        options = ["--symbench", "--model", "simulated:gpt-4o", *SMALL, *shard]
        status = pytest.main([*options, f"--symbench-ledger={name}.sqlite", *QUIET])
        assert status in (0, 1)
    assert main(["bless", "released.json", "run.sqlite"]) == 0
    environment.undo()
    return folder


QUIET = ["-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:randomly"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands_do_what_the_page_says(
    page: Path,
    ledgers: Path,
    pytester: pytest.Pytester,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = page.read_text(encoding="utf-8")
    found = list(commands(text))
    if not found:
        pytest.skip("no command")
    set_up(pytester.path, text, found, ledgers)
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "DEEPSEEK_API_KEY", "GEMINI_API_KEY",
                 "MISTRAL_API_KEY", "OPENROUTER_API_KEY"):  # fmt: skip
        monkeypatch.setenv(name, "not-a-key")
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    for command in found:
        program, *arguments = re.sub(r"^\S+/bin/", "", command.words[0]), *command.words[1:]
        if "--samples" in arguments:  # how many is all that is changed where nothing is asked
            arguments[arguments.index("--samples") + 1] = "1"
        if program.startswith("python"):
            program, arguments = module(arguments)
        said = shlex.join(command.words)
        if program == "pytest" and "--symbench" in arguments:
            monkeypatch.setattr(registry, "_registered", {})
            status = run_pytest(pytester, arguments)
            printed = capsys.readouterr().err
            if status == 4 and "needs an extra" in printed:
                continue  # of a page about models in this process, which is not installed everywhere
            assert status in (0, 1, 10, 11), f"{said}: status {status}\n{printed}"
        elif program == "symbench":
            run_symbench(arguments, command.shown, said, capsys)
        else:
            assert program in OTHERS | {"pytest", ""}, f"{program} is unknown here: {said}"


def module(arguments: list[str]) -> tuple[str, list[str]]:
    """The program of ``python ARGUMENTS``: a module of ours has to be there."""
    if arguments[0] != "-m":
        assert arguments[0] == "-c" or (ROOT / arguments[0]).exists(), arguments
        return "", []
    name = arguments[1]
    if name not in ("venv", "pip", "pytest", "build"):
        assert importlib.util.find_spec(name.partition(".")[0]), name
        path = ROOT.joinpath(*name.split("."))
        inside = [ROOT / "training" / path.relative_to(ROOT), path]
        assert any(one.with_suffix(".py").exists() or one.is_dir() for one in inside), name
    return ("pytest" if name == "pytest" else ""), arguments[2:]


def set_up(folder: Path, text: str, found: list[Command], ledgers: Path) -> None:
    """The files that a page's commands are about."""
    (folder / "policy.toml").write_text("[overall]\nmin_score = 0.5\n")
    (folder / "dataset_gather").mkdir()
    (folder / "steerer").mkdir()
    (folder / "steerer" / "model.gguf").touch()
    for other in [*(page.read_text(encoding="utf-8") for page in PAGES), text]:
        for name, body in files(other):
            (folder / name).write_text(body, encoding="utf-8")
    (folder / "symbench-baselines").mkdir()
    shutil.copy(ledgers / "released.json", folder / "symbench-baselines")
    shards = 0
    for command in found:
        for word in command.words:
            if command.words[0] == "symbench" and word.endswith(".sqlite") and "*" not in word:
                merged = command.words[1] == "merge" and command.words[-1] != word
                shards += merged
                path = folder / word
                path.parent.mkdir(exist_ok=True, parents=True)
                if not path.exists() and not (command.words[1] == "merge" and not merged):
                    shutil.copy(ledgers / (f"{shards}.sqlite" if merged else "run.sqlite"), path)


def run_pytest(pytester: pytest.Pytester, arguments: list[str]) -> int:
    own = arguments[arguments.index("--symbench") :]
    own += [f"-p{name}" for flag, name in pairwise(arguments) if flag == "-p"]
    model = own[own.index("--model") + 1] if "--model" in own else "local"
    stands = PLACEHOLDERS.get(model, model)
    if "--model" in own:
        own[own.index("--model") + 1] = stands
    if any(word.startswith("--symbench-published") for word in own) and PUBLISHED is None:
        return 0
    own = [re.sub("=dataset_gather$", f"={PUBLISHED}", word) for word in own]
    if stands in AT_ONCE:
        own += [*(SMALL if "caesar" not in own else SMALL[2:]), "-n0"]
    else:
        own += ["--co"]
    pytester.syspathinsert()
    return int(pytester.runpytest_inprocess(*own, *QUIET, "-p", "no:hypothesispytest").ret)


PUBLISHED = os.environ.get("SYMBENCH_PUBLISHED")


def run_symbench(
    arguments: list[str], shown: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    parsed = command_parser().parse_args(arguments)
    if arguments[0] in NOT_RUN:
        return
    parquet = str(getattr(parsed, "out", "")).endswith(".parquet")
    if parquet and importlib.util.find_spec("pyarrow") is None:
        return
    if arguments[0] == "merge":  # an earlier command of the page may have been given that name
        parsed.out.unlink(missing_ok=True)
    capsys.readouterr()
    expanded = [str(path) for word in arguments for path in glob(word)]
    status = main(expanded)
    printed = capsys.readouterr()
    judges = arguments[0] in ("compare", "verify") or "--gate" in arguments
    assert status in ((0, 1, 10, 11) if judges else (0,)), f"{said}: {printed.err}"
    if shown:
        assert printed.out.strip() == shown.strip(), said


def glob(word: str) -> list[object]:
    return sorted(Path().glob(word)) or [word] if word.endswith(".sqlite") else [word]


if __name__ == "__main__":
    for page in PAGES:
        for command in commands(page.read_text(encoding="utf-8")):
            sys.stdout.write(f"{page.relative_to(ROOT)}: {shlex.join(command.words)}\n")
