# /// script
# dependencies = ["pytest-symbench[train]"]
# ///
"""A trained steerer as files to serve: merged safetensors with a model card, and GGUF.

    python -m codesteer_training.export --model models/tiny-sft --out models/tiny --type q8_0
    pytest --symbench --model claude --steerer tuned:models/tiny/model.gguf --steer

The folder serves with `vllm serve models/tiny` or `transformers serve`; then
`--steerer tuned:http://localhost:8000/v1#models/tiny`. The GGUF runs in llama.cpp without torch.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from codesteer_training import base
from codesteer_training.gguf_file import TYPES, write_gguf
from codesteer_training.recipes import Model
from pytest_symbench.cli.mistakes import MISTAKES, Mistake

PACKAGES = ("torch", "transformers", "trl", "peft", "pytest-symbench")


def export(source: Path, out: Path, kind: str, facts: Mapping[str, Any]) -> Path:
    """Merges, saves and converts; returns the GGUF.

    Raises:
        Mistake: the folder holds no model, or the target is not empty.
    """
    if not any((source / name).is_file() for name in ("config.json", base.ADAPTERS)):
        raise Mistake(f"{source} holds no model: give the --out of a training")
    if out.exists() and any(out.iterdir()):
        raise Mistake(f"{out} is not empty: give another --out")
    model, tokenizer = base.load(Model(base=str(source)), as_stored=True)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)
    training = source / "training.json"
    record = json.loads(training.read_text(encoding="utf-8")) if training.is_file() else {}
    (out / "README.md").write_text(card(record, facts), encoding="utf-8")
    return write_gguf(model, tokenizer, out / "model.gguf", kind)


def card(record: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """The model card: what it is, what it learnt from, and what was measured."""
    lines = ["# A steerer for pytest-symbench", ""]
    lines.append("Decides, turn by turn, whether another model answers by code or by text.")
    simulated = any(str(value).startswith("simulated") for value in facts.values())
    if simulated:
        lines += [
            "",
            "**It learnt from a simulated task model.** Its decisions repeat that simulation's "
            "odds; they are no evidence about any real model.",
        ]
    history = [entry for entry in record.get("history", []) if "loss" in entry]
    rows = {
        **facts,
        "recipe": record.get("recipe", "unknown"),
        "examples": record.get("examples", "unknown"),
        "last loss": history[-1]["loss"] if history else "unknown",
        "held out": "the nine unseen tasks, a fifth of all questions, all evaluation seeds",
    }
    for package in PACKAGES:
        try:
            rows[package] = version(package)
        except PackageNotFoundError:
            continue
    lines += ["", "| | |", "| --- | --- |", *(f"| {k} | {v} |" for k, v in rows.items())]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Exports; 0 done, 4 a mistake in what was asked for."""
    parser = argparse.ArgumentParser(description="export a trained steerer")
    parser.add_argument("--model", type=Path, required=True, help="the --out of a training")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--type", choices=TYPES, default="q8_0")
    parser.add_argument(
        "--fact", action="append", default=[], metavar="NAME=VALUE", help="for the model card"
    )
    options = parser.parse_args(arguments)
    try:
        facts = dict(fact.partition("=")[::2] for fact in options.fact)
        path = export(options.model, options.out, options.type, facts)
    except MISTAKES as error:
        sys.stderr.write(f"export: {error}\n")
        return 4
    sys.stdout.write(f"{path} ({path.stat().st_size / 1e6:.1f} MB)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
