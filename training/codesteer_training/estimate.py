"""What a training will take: memory and time, from first principles, before anything is loaded."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Literal, TypeAlias

from codesteer_training.recipes import Recipe
from pytest_symbench.cli.mistakes import Mistake

Stage: TypeAlias = Literal["sft", "dpo", "grpo"]

ADAMW = 8
"""Bytes of optimizer state for each trained weight (two moments, fp32)."""
MASTER = 4
"""Bytes of the fp32 copy of each trained weight that bf16 training keeps."""
ACTIVATIONS = 34
"""Bytes of activations for each token, layer and hidden unit at 16 bit, without checkpointing."""
TOKENS = 1200
"""Tokens of an example where the data are not there yet."""
LORA_SHARE = 0.01
"""Share of weights that adapters of rank 16 train; it grows with the rank."""


def memory_gb(recipe: Recipe, stage: Stage) -> float:
    """Of the fullest device."""
    model = recipe.model
    width = 2 if model.precision == "bf16" else 4
    trained = LORA_SHARE * model.lora_rank / 16 if model.lora_rank else 1.0
    each = width + trained * (width + ADAMW + (MASTER if width == 2 else 0))
    if stage == "dpo" and not model.lora_rank:
        each += width  # the reference model; with adapters it is the model without them
    weights = model.parameters * each
    if recipe.hardware.sharded:
        weights /= recipe.hardware.devices * recipe.hardware.nodes
    sequences: int = getattr(recipe, stage).per_device
    tokens = model.context * sequences * (2 if stage == "dpo" else 1)
    layers = 2 if model.checkpoint_activations else model.layers
    active: float = tokens * (
        ACTIVATIONS * width / 2 * model.hidden * layers + model.vocabulary * 6
    )
    return (weights + active) / 1e9


def seconds(recipe: Recipe, stage: Stage, examples: int, tokens: float) -> float:
    """Of the whole stage: six operations for each weight and token, eight with checkpointing."""
    model, hardware = recipe.model, recipe.hardware
    operations = 8 if model.checkpoint_activations else 6
    if stage == "dpo":
        operations += 2  # the reference's forward pass
        tokens *= 2
    rate = hardware.tflops * 1e12 * hardware.devices * hardware.nodes
    return (
        steps(recipe, stage, examples)
        * _batch(recipe, stage)
        * tokens
        * (operations * model.parameters / rate)
    )


def steps(recipe: Recipe, stage: Stage, examples: int) -> int:
    """Optimizer steps of a stage."""
    if stage == "grpo":
        return recipe.grpo.steps
    settings = recipe.sft if stage == "sft" else recipe.dpo
    if settings.steps > 0:
        return settings.steps
    return max(1, round(examples * settings.epochs / settings.batch))


def report(recipe: Recipe, stage: Stage, data: Path | None = None) -> str:
    """The estimate and the way to launch, for people. Needs neither torch nor a GPU."""
    examples, tokens = _data(recipe, stage, data)
    memory, hardware = memory_gb(recipe, stage), recipe.hardware
    took = seconds(recipe, stage, examples, tokens)
    room = "fits" if memory <= hardware.memory_gb else "DOES NOT FIT"
    return "\n".join(
        [
            f"{recipe.name}, {stage}: {recipe.model.base}, {recipe.model.parameters / 1e6:,.0f} M "
            f"weights, {'LoRA' if recipe.model.lora_rank else 'all trained'}, "
            f"{recipe.model.precision}",
            f"{steps(recipe, stage, examples):,} steps of {_batch(recipe, stage)} examples, about "
            f"{tokens:,.0f} tokens each",
            f"about {memory:,.1f} GB of {hardware.memory_gb:g} GB on each of "
            f"{hardware.devices * hardware.nodes} {hardware.device}: {room}",
            f"about {took / 3600:,.2f} h at {hardware.tflops:g} sustained TFLOPS each "
            f"({'without generation and episodes; ' if stage == 'grpo' else ''}an estimate; nothing "
            "was measured)",
            "launch: " + launch(recipe, stage),
        ]
    )


def launch(recipe: Recipe, stage: Stage) -> str:
    """The command of a recipe, for one device, one node, or one of several nodes."""
    inputs = {
        "sft": "--data DATA",
        "dpo": "--model SFT --data PAIRS",
        "grpo": "--model SFT --ledger LEDGER",
    }[stage]
    arguments = f"-m codesteer_training.{stage} --recipe {recipe.name} {inputs} --out OUT"
    hardware = recipe.hardware
    if hardware.devices * hardware.nodes == 1:
        return f"python {arguments}"
    command = f"accelerate launch --num_processes {hardware.devices * hardware.nodes}"
    if hardware.sharded:
        command += " --config_file training/configs/zero3.yaml"
    if hardware.nodes > 1:
        command += f" --num_machines {hardware.nodes} --machine_rank RANK --main_process_ip HOST"
    return f"{command} {arguments}"


def refuse_unfit(recipe: Recipe) -> None:
    """Refuses a GPU recipe on a machine without one, before anything is loaded.

    Raises:
        Mistake: no GPU, or torch is not installed; the message says what to do.
    """
    if find_spec("torch") is None or find_spec("trl") is None:
        raise Mistake("training needs an extra: pip install 'pytest-symbench[train]'")
    import torch

    if recipe.hardware.device == "gpu" and not torch.cuda.is_available():
        raise Mistake(
            f"the recipe {recipe.name} needs a GPU and there is none here; take tiny or "
            "smollm2-135m-cpu, or look at it with --dry-run"
        )


def _batch(recipe: Recipe, stage: Stage) -> int:
    if stage == "grpo":
        return recipe.grpo.per_device * recipe.hardware.devices * recipe.hardware.nodes
    return (recipe.sft if stage == "sft" else recipe.dpo).batch


def _data(recipe: Recipe, stage: Stage, data: Path | None) -> tuple[int, float]:
    """Examples, and tokens of each at four characters a token."""
    if data is not None and data.is_file():
        sizes = [len(line) for line in data.open(encoding="utf-8")]
        if not sizes:
            raise Mistake(f"{data} is empty: there is nothing to train on")
        return len(sizes), min(sum(sizes) / len(sizes) / 4, recipe.model.context)
    from codesteer_training.recipes import counts

    made = recipe.synthesis if stage == "sft" else recipe.pairs
    paper = counts("trajectories" if stage == "sft" else "pairs")
    examples = sum(paper.values()) if made.counts == "paper" else made.each * len(paper)
    return examples, min(TOKENS, recipe.model.context)
