"""Recipes: a TOML file each, read into these classes. A wrong word is one sentence, never ignored."""

from __future__ import annotations

import csv
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from pytest_symbench.cli.mistakes import Mistake

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

T = TypeVar("T")

_HERE = Path(__file__).parent
FOLDER = next(one for one in (_HERE / "configs", _HERE.parent / "configs") if one.is_dir())
"""The recipes: inside the package where it was installed, beside it in a checkout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What is trained."""

    base: str = "tiny"
    """``tiny`` (made on the spot), ``smollm2-135m`` (the installed weights), or a folder or name
    that transformers loads."""
    parameters: float = 2e6
    """For estimates."""
    hidden: int = 192
    layers: int = 4
    vocabulary: int = 2048
    context: int = 1024
    """Tokens of a training example; longer ones lose their oldest turns."""
    lora_rank: int = 0
    """0 trains all weights."""
    precision: Literal["fp32", "bf16"] = "fp32"
    checkpoint_activations: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthesis:
    """How trajectories are made."""

    counts: Literal["paper", "even"] = "even"
    """The paper's number for each task, or ``each``."""
    each: int = 50
    levels: tuple[int, ...] = (1, 2, 3, 4, 5)
    variants: tuple[str, ...] = ("free", "code_then_text", "text_then_code")
    per_question: int = 3
    """Episodes of one question at most."""
    tries: int = 6
    """Episodes for each wanted trajectory after which a level is given up."""
    temperature: float = 1.0
    """Of the steerer, where it is a model."""
    task_temperature: float = 0.0
    self_checks: Literal["auto", "always", "never", "both"] = "both"
    """As the workbench's budget has it; both alternates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sft:
    """Supervised fine-tuning."""

    epochs: float = 1.0
    steps: int = -1
    learning_rate: float = 1e-5
    batch: int = 4
    """Examples of a step, over all processes."""
    per_device: int = 4
    warmup: float = 0.1
    last_turns: int = 2
    last_weight: float = 2.0
    mask: Literal["mistaken", "none"] = "mistaken"
    """Turns that led nowhere carry no loss, or all turns do."""
    seed: int = 1
    save_steps: int = 200
    report_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """How preference pairs are drawn from trees."""

    counts: Literal["paper", "even"] = "even"
    each: int = 20
    branching: int = 3
    depth: int = 3
    rollouts: int = 0
    """Further straight episodes below each node, for a mean and a variance."""
    difference: float = 2.0
    significance: float = 0.0
    """Standard errors that a difference must exceed; 0 asks for none."""
    temperature: float = 1.5
    task_temperature: float = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Dpo:
    """Preference tuning of the SFT model."""

    epochs: float = 1.0
    steps: int = -1
    learning_rate: float = 5e-6
    beta: float = 0.1
    batch: int = 4
    per_device: int = 4
    seed: int = 1
    save_steps: int = 200
    report_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grpo:
    """Reinforcement with the verifiers' reward."""

    steps: int = 20
    learning_rate: float = 1e-6
    beta: float = 0.001
    generations: int = 8
    per_device: int = 16
    completion: int = 64
    temperature: float = 1.0
    questions: int = 64
    seed: int = 1
    save_steps: int = 100
    report_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardware:
    """What a recipe is meant for; used by estimates and launch lines."""

    device: Literal["cpu", "gpu"] = "cpu"
    devices: int = 1
    nodes: int = 1
    memory_gb: float = 16.0
    """Of one device."""
    tflops: float = 0.05
    """Sustained, of one device, in this kind of training."""
    sharded: bool = False
    """Weights, gradients and optimizer are spread over the devices (ZeRO-3, FSDP)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """All of a training."""

    name: str
    model: Model = field(default_factory=Model)
    synthesis: Synthesis = field(default_factory=Synthesis)
    sft: Sft = field(default_factory=Sft)
    pairs: Pairs = field(default_factory=Pairs)
    dpo: Dpo = field(default_factory=Dpo)
    grpo: Grpo = field(default_factory=Grpo)
    hardware: Hardware = field(default_factory=Hardware)


def load(name: str) -> Recipe:
    """The recipe of a path, or of a name in `FOLDER`.

    Raises:
        Mistake: no such file, no TOML, or a word or value that means nothing, in a sentence.
    """
    path = Path(name) if name.endswith(".toml") else FOLDER / f"{name}.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.toml"))) or "none here"
        raise Mistake(f"there is no recipe {name!r}; known are {known}, or give a path") from None
    except ValueError as error:
        raise Mistake(f"{path} is not TOML: {error}") from None
    sections = get_type_hints(Recipe)
    _known(path, "", data, [s for s in sections if s != "name"])
    made = {key: _section(path, key, value, sections[key]) for key, value in data.items()}
    return Recipe(name=path.stem, **made)


def counts(of: Literal["trajectories", "pairs"]) -> dict[str, int]:
    """The paper's numbers by task: 12,043 trajectories, 5,480 pairs, over 28 tasks."""
    text = files("codesteer_training").joinpath("paper_counts.csv").read_text(encoding="utf-8")
    return {row["task"]: int(row[of]) for row in csv.DictReader(text.splitlines())}


def _section(path: Path, name: str, data: Any, kind: type[T]) -> T:
    if not isinstance(data, Mapping):
        raise Mistake(f"{path}: {name} must be a table, [{name}]")
    hints = get_type_hints(kind)
    _known(path, f"{name}.", data, list(hints))
    assert [f.name for f in fields(kind)]  # type: ignore[arg-type]
    values = {key: _value(path, f"{name}.{key}", v, hints[key]) for key, v in data.items()}
    return kind(**values)


def _value(path: Path, name: str, value: Any, hint: Any) -> Any:
    origin, options = get_origin(hint), get_args(hint)
    if origin is Literal:
        if value not in options:
            raise Mistake(f"{path}: {name} is {value!r}; give one of {', '.join(options)}")
        return value
    if origin is tuple and isinstance(value, list):
        return tuple(_value(path, name, item, options[0]) for item in value)
    wanted = (int, float) if hint is float else hint
    if (
        origin is tuple
        or not isinstance(value, wanted)
        or isinstance(value, bool) is not (hint is bool)
    ):
        raise Mistake(
            f"{path}: {name} is {value!r}, which is not {getattr(hint, '__name__', hint)}"
        )
    return float(value) if hint is float else value


def _known(path: Path, prefix: str, data: Mapping[str, Any], names: list[str]) -> None:
    for key in data:
        if key not in names:
            near = get_close_matches(key, names, n=1)
            hint = f"; did you mean {near[0]}?" if near else f"; known are {', '.join(names)}"
            raise Mistake(f"{path} has no setting {prefix}{key}{hint}")
