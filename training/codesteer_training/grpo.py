# /// script
# dependencies = ["pytest-symbench[train]"]
# ///
r"""Reinforcement (GRPO) of a fine-tuned steerer, with the verifiers' judgement as the reward.

    python -m codesteer_training.grpo --recipe tiny --model models/tiny-sft \
        --ledger data/tiny/synthesis.sqlite --task-model simulated:gpt-4o --out models/tiny-grpo

What is generated is the first decision of an episode. The reward plays the episode to its end with
it, the rules deciding later turns, and is (15 - turn) / 15 where the answer is right, 0 where it
is wrong, and -0.1 where the decision cannot be read. Questions come from a synthesis' ledger, those
that about half of its episodes solved first.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from codesteer.methods.loop import attempts, best
from codesteer.prompts import prompt
from codesteer.steerers.policy import Policy
from codesteer.steerers.reply import parse
from codesteer_training import base, estimate, recipes
from codesteer_training.potential import potential, staged
from codesteer_training.sft import lora
from codesteer_training.studio import Studio, open_studio
from codesteer_training.trajectories import correct
from codesteer_training.tree import BEST
from codesteer_training.variants import Laid
from pytest_symbench.cli.mistakes import MISTAKES, Mistake
from pytest_symbench.ledger import read_ledger
from pytest_symbench.tasks import Instance, make, registry

UNREADABLE = -0.1


def questions(ledger: Path, wanted: int) -> list[Instance]:
    """The instances of a synthesis, those with most to learn first; sure and hopeless ones last."""
    opened = read_ledger(ledger)
    trials: dict[tuple[str, int, int], tuple[int, int]] = {}
    try:
        for row in opened.rows():
            key = (row.task, int(row.level), row.seed)
            right, tried = trials.get(key, (0, 0))
            trials[key] = (right + (row.outcome == "correct"), tried + 1)
    finally:
        opened.close()
    if not any(potential(*t) for t in trials.values()):
        raise Mistake(f"{ledger}: no question was solved by some episodes only; nothing to learn")
    ordered = [key for stage in staged(trials) for key in stage]
    return [make(registry.get(task), level, seed) for task, level, seed in ordered[:wanted]]


async def reward(studio: Studio, instance: Instance, text: str) -> float:
    """Of a first decision: how early the episode that it begins ends right."""
    decision = parse(text, begun=False)
    if decision is None:
        return UNREADABLE
    bench = studio.bench(instance, 0, self_checks="always")
    steerer = Laid(decisions=[decision], base=Policy())
    made = await attempts(instance.question, bench, steerer)
    turn = len(made) + (len(made) <= bench.budget.guidance_turns)
    return (BEST - turn) / BEST if correct(instance, best(made)) else 0.0


def trainer_of(
    recipe: recipes.Recipe, model: Any, tokenizer: Any, rows: Any, rewarded: Any, out: Path
) -> Any:
    """The stock TRL trainer; generation by transformers where there is no GPU."""
    from datasets import Dataset
    from trl import GRPOConfig, GRPOTrainer

    settings, cpu = recipe.grpo, recipe.hardware.device == "cpu"
    config = GRPOConfig(
        output_dir=str(out),
        max_steps=settings.steps,
        learning_rate=settings.learning_rate,
        beta=settings.beta,
        num_generations=settings.generations,
        per_device_train_batch_size=settings.per_device,
        max_completion_length=settings.completion,
        temperature=settings.temperature,
        shuffle_dataset=False,  # the order is the point
        use_vllm=not cpu,
        seed=settings.seed,
        use_cpu=cpu,
        bf16=recipe.model.precision == "bf16",
        gradient_checkpointing=recipe.model.checkpoint_activations,
        dataloader_pin_memory=not cpu,
        logging_steps=1,
        save_steps=settings.save_steps,
        report_to=list(settings.report_to) or "none",
        disable_tqdm=True,
    )
    return GRPOTrainer(
        model=model,
        reward_funcs=[rewarded],
        args=config,
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=lora(recipe) if recipe.model.lora_rank else None,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Trains; 0 done, 4 a mistake in what was asked for."""
    parser = argparse.ArgumentParser(description="reinforcement of a steerer")
    parser.add_argument("--recipe", required=True)
    parser.add_argument("--model", help="the folder of the SFT model")
    parser.add_argument("--ledger", type=Path, help="of a synthesis: its questions and successes")
    parser.add_argument("--task-model", default="simulated:gpt-4o")
    parser.add_argument("--task-url")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    options = parser.parse_args(arguments)
    try:
        recipe = recipes.load(options.recipe)
        if options.dry_run:
            sys.stdout.write(estimate.report(recipe, "grpo") + "\n")
            return 0
        if not options.model or not options.ledger:
            raise Mistake("GRPO needs a fine-tuned --model and the --ledger of a synthesis")
        estimate.refuse_unfit(recipe)
        checkpoint = base.checked(options.out, options.resume)
        found = questions(options.ledger, recipe.grpo.questions)
        model, tokenizer = base.load(replace(recipe.model, base=options.model))
        rows = [
            {
                "prompt": [
                    {"role": "user", "content": prompt("tuned_first", question=one.question)}
                ],
                "number": number,
            }
            for number, one in enumerate(found)
        ]
        loop = asyncio.new_event_loop()
        options.out.mkdir(parents=True, exist_ok=True)
        studio = open_studio(
            options.task_model, options.out / "rewards.sqlite", url=options.task_url
        )

        def rewarded(completions: Any, number: Any, **_: Any) -> list[float]:
            played = [
                reward(studio, found[index], completion[0]["content"])
                for completion, index in zip(completions, number, strict=True)
            ]

            async def all_of_them() -> list[float]:
                return await asyncio.gather(*played)

            return loop.run_until_complete(all_of_them())

        try:
            trainer = trainer_of(recipe, model, tokenizer, rows, rewarded, options.out)
            trainer.train(resume_from_checkpoint=checkpoint)
        finally:
            loop.run_until_complete(studio.aclose())
            loop.close()
        trainer.save_model(str(options.out))
        tokenizer.save_pretrained(str(options.out))
        kept = {"recipe": recipe.name, "examples": len(rows)}
        kept["history"] = trainer.state.log_history
        (options.out / "training.json").write_text(json.dumps(kept, indent=1), encoding="utf-8")
    except MISTAKES as error:
        sys.stderr.write(f"grpo: {error}\n")
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
