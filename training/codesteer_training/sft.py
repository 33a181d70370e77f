# /// script
# dependencies = ["pytest-symbench[train]"]
# ///
r"""Supervised fine-tuning of a steerer on trajectories, with exact weights for each turn.

    python -m codesteer_training.sft --recipe tiny --data data/tiny/trajectories.jsonl \
        --out models/tiny-sft
    accelerate launch --config_file training/configs/zero3.yaml -m codesteer_training.sft \
        --recipe llama3-8b-4xh100 --data data/paper/trajectories.jsonl --out models/llama3-sft

The loss is the weighted mean over the steerer's tokens of a step, whatever examples, processes
and accumulations the step is made of. `--resume` goes on after a kill; `--dry-run` only estimates.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from codesteer_training import base, estimate, recipes
from codesteer_training.tokens import Encoded, TooLong, encode
from codesteer_training.trajectories import Trajectory, read
from pytest_symbench.cli.mistakes import MISTAKES, Mistake


def examples(
    tokenizer: Any, trajectories: Sequence[Trajectory], recipe: recipes.Recipe
) -> tuple[list[dict[str, Any]], int]:
    """Tokenized examples, and how many trajectories were too long or taught nothing.

    A trajectory that had to be cut lost its first choice, which matters most to who is asked: that
    becomes an example of its own.
    """
    made, skipped = [], 0
    for one in trajectories:
        weights = one.weights(
            last=recipe.sft.last_turns,
            last_weight=recipe.sft.last_weight,
            mask=recipe.sft.mask == "mistaken",
        )
        whole = _encoded(tokenizer, one.messages, weights, recipe.model.context)
        found = [whole]
        if whole is None or sum(map(bool, whole.loss_weights)) < _counted(tokenizer, one, weights):
            found.append(_encoded(tokenizer, one.messages[:2], weights[:1], recipe.model.context))
        useful = [e._asdict() for e in found if e is not None and any(e.loss_weights)]
        made += useful
        skipped += not useful
    if not made:
        raise Mistake(
            f"none of {skipped} trajectories fits {recipe.model.context} tokens; set a larger "
            "model.context"
        )
    return made, skipped


def _encoded(
    tokenizer: Any, messages: Sequence[dict[str, str]], weights: Sequence[float], limit: int
) -> Encoded | None:
    try:
        return encode(tokenizer, messages, weights, limit)
    except TooLong:
        return None


def _counted(tokenizer: Any, one: Trajectory, weights: Sequence[float]) -> int:
    """Tokens with loss if nothing is cut."""
    whole = encode(tokenizer, one.messages, weights, sys.maxsize)
    return sum(map(bool, whole.loss_weights))


def trainer_of(recipe: recipes.Recipe, model: Any, tokenizer: Any, rows: Any, out: Path) -> Any:
    """The TRL trainer: stock, but for the weights in collator, normaliser and loss."""
    import torch
    from datasets import Dataset
    from torch.nn import functional
    from trl import SFTConfig, SFTTrainer
    from trl.trainer.sft_trainer import DataCollatorForLanguageModeling

    class Collator(DataCollatorForLanguageModeling):  # type: ignore[misc]
        def torch_call(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
            batch: dict[str, Any] = super().torch_call(rows)
            width = batch["labels"].shape[1]
            padded = [
                row["loss_weights"] + [0.0] * (width - len(row["loss_weights"])) for row in rows
            ]
            batch["loss_weights"] = torch.tensor(padded)
            return batch

    class Trainer(SFTTrainer):  # type: ignore[misc]
        def _set_signature_columns_if_needed(self) -> None:
            super()._set_signature_columns_if_needed()
            if "loss_weights" not in self._signature_columns:
                self._signature_columns.append("loss_weights")

        def _get_num_items_in_batch(self, batch_samples: list[Any], device: Any) -> Any:
            # The weights of a whole step, over accumulation and processes: that is what makes
            # batch 1 x accumulate 8 equal to 8 x 1.
            total = sum(batch["loss_weights"][:, 1:].sum() for batch in batch_samples).to(device)
            return self.accelerator.gather(total).sum()

        def compute_loss(
            self,
            model: Any,
            inputs: dict[str, Any],
            return_outputs: bool = False,
            num_items_in_batch: Any = None,
        ) -> Any:
            weights = inputs.pop("loss_weights")[:, 1:]
            targets = inputs.pop("labels")[:, 1:]
            counted = targets != -100
            # Few of the tokens are the steerer's: the others are not scored against the vocabulary.
            scored = counted.any(dim=0).nonzero().squeeze(-1)
            outputs = model(**inputs, use_cache=False, logits_to_keep=scored)
            loss = functional.cross_entropy(
                outputs.logits[counted[:, scored]].float(), targets[counted], reduction="none"
            )
            total = (loss * weights[counted]).sum()
            if num_items_in_batch is None:
                total = total / weights[counted].sum()
            else:  # gradients are averaged over processes, the normaliser is over all of them
                total = total * self.accelerator.num_processes / num_items_in_batch
            return (total, outputs) if return_outputs else total

    settings = recipe.sft
    config = SFTConfig(
        output_dir=str(out),
        max_steps=settings.steps,
        num_train_epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=settings.warmup,  # below 1 it is a share
        train_sampling_strategy="group_by_length",  # less padding
        max_length=None,  # examples were cut from the front already
        **common(recipe, settings.batch, settings.per_device, settings),
    )
    adapter = lora(recipe) if recipe.model.lora_rank else None
    return Trainer(
        model=model,
        args=config,
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        data_collator=Collator(pad_token_id=tokenizer.pad_token_id),
        peft_config=adapter,
    )


def common(recipe: recipes.Recipe, batch: int, per_device: int, settings: Any) -> dict[str, Any]:
    """Settings that all trainers share."""
    processes = recipe.hardware.devices * recipe.hardware.nodes
    cpu = recipe.hardware.device == "cpu"
    return {
        "per_device_train_batch_size": per_device,
        "gradient_accumulation_steps": max(1, batch // (per_device * processes)),
        "seed": settings.seed,
        "data_seed": settings.seed,
        "use_cpu": cpu,
        "bf16": recipe.model.precision == "bf16",
        "gradient_checkpointing": recipe.model.checkpoint_activations,
        "dataloader_pin_memory": not cpu,
        "logging_steps": 1 if cpu else 10,
        "save_steps": settings.save_steps,
        "save_total_limit": 3,
        "report_to": list(settings.report_to) or "none",
        "disable_tqdm": True,
    }


def lora(recipe: recipes.Recipe) -> Any:
    """Adapters on all linear layers."""
    from peft import LoraConfig

    rank = recipe.model.lora_rank
    return LoraConfig(
        r=rank, lora_alpha=2 * rank, target_modules="all-linear", task_type="CAUSAL_LM"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains; 0 done, 4 a mistake in what was asked for."""
    parser = argparse.ArgumentParser(description="fine-tune a steerer on trajectories")
    parser.add_argument("--recipe", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args(arguments)
    try:
        recipe = recipes.load(options.recipe)
        if options.dry_run:
            sys.stdout.write(estimate.report(recipe, "sft", options.data) + "\n")
            return 0
        trajectories = list(read(options.data))
        estimate.refuse_unfit(recipe)
        checkpoint = base.checked(options.out, options.resume)
        texts = [m["content"] for t in trajectories for m in t.messages]
        model, tokenizer = base.load(recipe.model, texts, recipe.sft.seed)
        rows, skipped = examples(tokenizer, trajectories, recipe)
        trainer = trainer_of(recipe, model, tokenizer, rows, options.out)
        trainer.train(resume_from_checkpoint=checkpoint)
        trainer.save_model(str(options.out))
        tokenizer.save_pretrained(str(options.out))
        kept = {"recipe": recipe.name, "examples": len(rows), "skipped": skipped}
        kept["history"] = trainer.state.log_history
        (options.out / "training.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
    except MISTAKES as error:
        sys.stderr.write(f"sft: {error}\n")
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
