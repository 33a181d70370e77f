"""The contract tests on other versions: ``python -m benchmarks.versions PYTHON... [--lowest]``.

For each interpreter: an environment of its own, the wheel of the last commit in it, and beside it a
checkout of the tests alone, so that what is tested is what is installed. ``--lowest`` takes the oldest versions of pytest,
rich, hypothesis and pytest-xdist that pyproject.toml allows, without it the newest.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.install_sizes import build

ROOT = Path(__file__).parents[1]
BOUNDED = ("pytest", "rich", "hypothesis", "pytest-xdist")
SUBSET = ("tests/plugin", "tests/tasks/test_contracts.py", "tests/tasks/test_latex.py", "tests/cli")
PACKAGES = ("pytest_symbench", "codesteer", "reports", "training")
"""Taken out of the checkout, so that the tests find what is installed."""

VERSIONS = """
import sys
from importlib.metadata import version
print("Python", sys.version.split()[0], *(f"{name} {version(name)}" for name in sys.argv[1:]), flush=True)
"""

NEEDED = ("pytest-timeout", "numpy", "scipy", "sympy", "networkx")
"""What the tests of the subset want beside the wheel."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pythons", nargs="*", default=[sys.executable], metavar="PYTHON")
    parser.add_argument("--lowest", action="store_true")
    parser.add_argument("--tests", nargs="+", default=list(SUBSET))
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # the sandbox becomes an ordinary user, who must read this
        checkout = Path(folder) / "checkout"
        subprocess.run(["git", "clone", "-q", ROOT, checkout], check=True)
        wheel, _ = build(Path(folder), checkout)
        for name in PACKAGES:
            shutil.rmtree(checkout / name)
        for number, python in enumerate(options.pythons):
            bounds = lowest_versions() if options.lowest else []
            failed |= run(
                python, Path(folder) / str(number), checkout, [*bounds, str(wheel)], options.tests
            )
    return failed


def run(python: str, place: Path, checkout: Path, wheel: list[str], tests: list[str]) -> int:
    """The tests in an environment of their own; what they import of ours is installed."""
    subprocess.run([python, "-m", "venv", place], check=True)
    own = place / "bin" / "python"
    *bounds, path = wheel
    pip = [own, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([*pip, f"{path}[openai,anthropic,xdist]", *NEEDED, *bounds], check=True)
    subprocess.run([own, "-c", VERSIONS, *BOUNDED], check=True)
    command = [own, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(command, cwd=checkout, check=False, capture_output=True, text=True)
    print("\n".join(done.stdout.splitlines()[-25:]), flush=True)
    return done.returncode


def lowest_versions() -> list[str]:
    """``pytest==9.0.*`` and the like, from the bounds in pyproject.toml."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = []
    for name in BOUNDED:
        match = re.search(rf'"{name}>=([0-9.]+)"', text)
        assert match, f"pyproject.toml has no lower bound of {name}"
        found.append(f"{name}=={match[1]}.*")
    return found


if __name__ == "__main__":
    sys.exit(main())
