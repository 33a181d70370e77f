# /// script
# dependencies = ["pytest-symbench[train]"]
# ///
r"""Preference tuning (DPO) of a fine-tuned steerer on pairs of sibling decisions.

    python -m codesteer_training.dpo --recipe tiny --model models/tiny-sft \
        --data data/tiny/pairs.jsonl --out models/tiny-dpo

Both sides of a pair have the same prompt: the conversation up to the turn. The reference is the
SFT model itself. `--resume` goes on after a kill; `--dry-run` only estimates.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from codesteer_training import base, estimate, recipes
from codesteer_training.sft import common, lora
from codesteer_training.tokens import prompt_ids
from codesteer_training.trajectories import records
from pytest_symbench.cli.mistakes import MISTAKES, Mistake

ANSWER_TOKENS = 128
"""Room for a decision; guidance is a few sentences."""


def examples(tokenizer: Any, path: Path, context: int) -> tuple[list[dict[str, Any]], int]:
    """Conversational pairs whose prompt fits the context, and how many do not fit."""
    made, skipped = [], 0
    for number, data in enumerate(records(path), 1):
        try:
            messages = list(data["messages"])
            chosen, rejected = str(data["chosen"]), str(data["rejected"])
        except KeyError as error:
            raise Mistake(f"{path}, line {number}, is no pair: it has no {error}") from None
        while len(prompt_ids(tokenizer, messages)) > context - ANSWER_TOKENS and len(messages) > 3:
            # The oldest exchange goes; the question stays, and so does what is to be answered.
            messages = [messages[0], *messages[3:]]
        if len(prompt_ids(tokenizer, messages)) > context - ANSWER_TOKENS:
            skipped += 1
            continue
        made.append(
            {
                "prompt": messages,
                "chosen": [{"role": "assistant", "content": chosen}],
                "rejected": [{"role": "assistant", "content": rejected}],
            }
        )
    if not made:
        raise Mistake(f"{path} holds no pair that fits {context} tokens ({skipped} do not)")
    return made, skipped


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains; 0 done, 4 a mistake in what was asked for."""
    parser = argparse.ArgumentParser(description="preference tuning of a steerer")
    parser.add_argument("--recipe", required=True)
    parser.add_argument("--model", help="the folder of the SFT model")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args(arguments)
    try:
        recipe = recipes.load(options.recipe)
        if options.dry_run:
            sys.stdout.write(estimate.report(recipe, "dpo", options.data) + "\n")
            return 0
        if not options.model:
            raise Mistake("DPO goes on from a fine-tuned model: give its folder with --model")
        estimate.refuse_unfit(recipe)
        checkpoint = base.checked(options.out, options.resume)
        model, tokenizer = base.load(replace(recipe.model, base=options.model))
        rows, skipped = examples(tokenizer, options.data, recipe.model.context)
        trainer = trainer_of(recipe, model, tokenizer, rows, options.out)
        trainer.train(resume_from_checkpoint=checkpoint)
        trainer.save_model(str(options.out))
        tokenizer.save_pretrained(str(options.out))
        kept = {"recipe": recipe.name, "examples": len(rows), "skipped": skipped}
        kept["history"] = trainer.state.log_history
        (options.out / "training.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
    except MISTAKES as error:
        sys.stderr.write(f"dpo: {error}\n")
        return 4
    return 0


def trainer_of(recipe: recipes.Recipe, model: Any, tokenizer: Any, rows: Any, out: Path) -> Any:
    """The stock TRL trainer with the recipe's settings."""
    from datasets import Dataset
    from trl import DPOConfig, DPOTrainer

    settings = recipe.dpo
    config = DPOConfig(
        output_dir=str(out),
        max_steps=settings.steps,
        num_train_epochs=settings.epochs,
        learning_rate=settings.learning_rate,
        beta=settings.beta,
        loss_type="sigmoid",
        max_length=None,
        **common(recipe, settings.batch, settings.per_device, settings),
    )
    return DPOTrainer(
        model=model,
        args=config,
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=lora(recipe) if recipe.model.lora_rank else None,
    )


if __name__ == "__main__":
    sys.exit(main())
