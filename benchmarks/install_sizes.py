"""Size and time of an installation: ``python -m benchmarks.install_sizes [--first EXTRA=PACKAGE]``.

Builds the wheel and the sdist, installs the wheel with each extra into an empty environment of its
own, without pip's cache, imports what the extra is for, and prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

IMPORTS = {
    "": "pytest_symbench.cli, symbench_reports.plugin, codesteer.sandbox",
    "openai": "openai, aiohttp, genai_prices",
    "anthropic": "anthropic, aiohttp, genai_prices",
    "local": "xllamacpp, openai",
    "ray": "ray",
    "transformers": "transformers, torch",
    "keyring": "keyring",
    "xdist": "xdist",
    "export": "pyarrow.parquet",
    "inspect": "inspect_ai",
    "verifiers": "verifiers.v1",
    "otel": "opentelemetry.sdk.trace",
    "train": "trl, peft, gguf, transformers",
    "vllm": "vllm",
    "docs": "mkdocs, material, mkdocstrings",
    "dev": "mypy, ruff, build, playwright, keyring, numpy, scipy, sympy, networkx",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extras", help="comma-separated (default: all of the wheel's)")
    parser.add_argument("--skip", default="", help="extras that are not installed")
    parser.add_argument(
        "--first", action="append", default=[], metavar="EXTRA=REQUIREMENT",
        help="installed before the extra, in its time, e.g. train=torch==2.13.0",
    )  # fmt: skip
    options = parser.parse_args()
    before = dict(text.split("=", 1) for text in options.first)
    with tempfile.TemporaryDirectory() as folder:
        wheel, sdist = build(Path(folder), Path.cwd())
        print(
            f"wheel {wheel.stat().st_size / 1e6:.2f} MB, sdist {sdist.stat().st_size / 1e6:.2f} MB"
        )
        print("\n| extra | packages | MB on disk | seconds |\n|---|---|---|---|", flush=True)
        wanted = ["", *extras(wheel)] if options.extras is None else options.extras.split(",")
        for extra in wanted:
            if extra not in options.skip.split(","):
                print(row(wheel, extra, before.get(extra), Path(folder)), flush=True)


def build(folder: Path, checkout: Path) -> tuple[Path, Path]:
    """The wheel, made from the sdist, and the sdist."""
    subprocess.run([sys.executable, "-m", "build", "-q", "--outdir", folder, checkout], check=True)
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


def extras(wheel: Path) -> list[str]:
    with ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        fields = Parser().parsestr(archive.read(name).decode())
    return fields.get_all("Provides-Extra") or []


def row(wheel: Path, extra: str, before: str | None, folder: Path) -> str:
    place = folder / f"with-{extra or 'none'}"
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    python, empty = place / "bin" / "python", size(place)
    pip = [python, "-m", "pip", "install", "-q", "--no-cache-dir", "--disable-pip-version-check"]
    start = time.monotonic()
    if before:
        subprocess.run([*pip, before], check=True)
    subprocess.run([*pip, f"{wheel}[{extra}]" if extra else wheel], check=True)
    seconds = time.monotonic() - start
    subprocess.run([python, "-I", "-c", f"import {IMPORTS[extra]}"], check=True, cwd=folder)
    listed = subprocess.run(
        [python, "-m", "pip", "list", "--format=freeze"], check=True, capture_output=True, text=True
    )
    count = len(
        [one for one in listed.stdout.splitlines() if not re.match("pip=|setuptools=", one)]
    )
    used = size(place) - empty
    subprocess.run(["rm", "-rf", place], check=True)
    first = f" (after `pip install {before}`)" if before else ""
    return f"| {extra or 'none'}{first} | {count} | {used / 1e6:.0f} | {seconds:.0f} |"


def size(folder: Path) -> int:
    """Bytes of all files, links not followed."""
    return sum(
        os.lstat(os.path.join(where, name)).st_size
        for where, _, names in os.walk(folder)
        for name in names
    )


if __name__ == "__main__":
    main()
