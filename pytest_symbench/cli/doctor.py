"""``symbench doctor``: what this machine lacks, and what to do about it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pytest_symbench.cli.mistakes import Mistake

if TYPE_CHECKING:
    from pytest_symbench.doctor import Finding

GATHERED = {
    "extra": "pip install 'pytest-symbench[NAME]'; --json says what each is for",
    "key": "export NAME=... to ask models of that provider",
}
"""Kinds of notes that most people have many of, and need not mend: a line for each kind."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser(
        "doctor",
        help="check this machine: Python, extras, keys, sandbox, models, clock, disk",
        description="Each line: ok, note (something that only some runs want is missing), or fix (a "
        "run would fail). Exit status 0 without a fix, 1 with one. Keys are never shown.",
    )
    parser.add_argument(
        "--model", action="append", default=[], help="a model that has to answer (repeatable)"
    )
    parser.add_argument(
        "--model-url", action="append", default=[], metavar="URL",
        help="a server that has to answer (repeatable, or once with --model)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="the findings, for machines")
    parser.set_defaults(run=_doctor)


def _doctor(options: argparse.Namespace) -> int:
    from pytest_symbench.doctor import examine

    if options.model and len(options.model_url) > 1:
        raise Mistake("with --model, give --model-url once; or the servers without --model")
    findings = []
    for finding in examine(Path.cwd(), models=options.model, urls=options.model_url):
        findings.append(finding)
        if not (options.json or _gathered(finding)):
            sys.stdout.write(_line(finding.subject, finding.state, finding.found, finding.do))
            sys.stdout.flush()  # the next finding may take a second
    broken = sum(finding.state == "fix" for finding in findings)
    if options.json:
        content = {"ok": not broken, "findings": [finding.to_json() for finding in findings]}
        sys.stdout.write(json.dumps(content, indent=1) + "\n")
        return 1 if broken else 0
    for kind, do in GATHERED.items():
        names = [f.subject.partition(" ")[2] for f in findings if _gathered(f) == kind]
        if names:
            sys.stdout.write(_line(f"no {kind}", "note", ", ".join(names), do))
    sys.stdout.write(f"{broken} to fix\n" if broken else "nothing to fix\n")
    return 1 if broken else 0


def _gathered(finding: Finding) -> str:
    """The kind of a finding that shares its line with others of that kind; else empty."""
    kind = finding.subject.partition(" ")[0]
    return kind if finding.state == "note" and kind in GATHERED else ""


def _line(subject: str, state: str, found: str, do: str) -> str:
    return f"{state:<4}  {subject:<22}  {found}\n" + (f"{'':<30}-> {do}\n" if do else "")
