"""Our SFT step against the plain TRL script: the same model, the same tokens, one epoch each.

    python -m benchmarks.sft_speed --recipe tiny --data data/trajectories.jsonl

Three ways, in turn, ``--rounds`` times: TRL as its documentation shows it (conversations, a
template that marks the assistant's words, `assistant_only_loss`), the same with examples grouped
by length, and `codesteer_training.sft`. Only trajectories that fit the context whole take part, so
that all see the same tokens. Tokens are those of the examples, without padding.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

from codesteer_training import base, recipes, sft
from codesteer_training.tokens import encode
from codesteer_training.trajectories import Trajectory, read

MARKED = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
    "{% if message['role'] == 'assistant' %}{% generation %}{{ message['content'] + '<|im_end|>' }}"
    "{% endgeneration %}{% else %}{{ message['content'] + '<|im_end|>' }}{% endif %}{{ '\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
"""The recipes' template, with the marks that `assistant_only_loss` looks for."""


def whole(
    tokenizer: Any, trajectories: Sequence[Trajectory], limit: int, count: int
) -> tuple[list[Trajectory], int]:
    """The first ``count`` that fit without a cut, and their tokens."""
    kept: list[Trajectory] = []
    tokens = 0
    for one in trajectories:
        found = encode(tokenizer, one.messages, [1.0] * len(one.worth), sys.maxsize)
        if len(found.input_ids) <= limit:
            kept.append(one)
            tokens += len(found.input_ids)
        if len(kept) == count:
            break
    return kept, tokens


def plain(sampling: str) -> Callable[..., Any]:
    """The trainer of TRL's own example."""

    def made(
        recipe: recipes.Recipe, model: Any, tokenizer: Any, used: Sequence[Trajectory], out: Path
    ) -> Any:
        from datasets import Dataset
        from trl import SFTConfig, SFTTrainer

        tokenizer.chat_template = MARKED
        config = SFTConfig(
            output_dir=str(out),
            num_train_epochs=1,
            learning_rate=recipe.sft.learning_rate,
            lr_scheduler_type="cosine",
            train_sampling_strategy=sampling,
            assistant_only_loss=True,
            max_length=recipe.model.context,
            **sft.common(recipe, recipe.sft.batch, recipe.sft.per_device, recipe.sft),
        )
        rows = Dataset.from_list([{"messages": list(one.messages)} for one in used])
        adapter = sft.lora(recipe) if recipe.model.lora_rank else None
        return SFTTrainer(
            model=model,
            args=config,
            train_dataset=rows,
            processing_class=tokenizer,
            peft_config=adapter,
        )

    return made


def ours(
    recipe: recipes.Recipe, model: Any, tokenizer: Any, used: Sequence[Trajectory], out: Path
) -> Any:
    """The trainer of `codesteer_training.sft`."""
    # All turns count, as they do for TRL; what is masked costs the same.
    recipe = replace(recipe, sft=replace(recipe.sft, steps=-1, epochs=1.0, mask="none"))
    rows, _ = sft.examples(tokenizer, used, recipe)
    assert len(rows) == len(used)
    return sft.trainer_of(recipe, model, tokenizer, rows, out)


WAYS: dict[str, Callable[..., Any]] = {
    "TRL": plain("random"),
    "TRL, grouped by length": plain("group_by_length"),
    "ours": ours,
}


def main() -> None:
    parser = argparse.ArgumentParser(description="tokens per second of SFT, ours and TRL's")
    parser.add_argument("--recipe", default="tiny")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--examples", type=int, default=320)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    recipe = recipes.load(options.recipe)
    trajectories = list(read(options.data))
    texts = [m["content"] for t in trajectories for m in t.messages]
    _, tokenizer = base.load(recipe.model, texts, recipe.sft.seed)
    used, tokens = whole(tokenizer, trajectories, recipe.model.context, options.examples)
    found: dict[str, list[float]] = {name: [] for name in WAYS}
    for _ in range(options.rounds):
        for name, way in WAYS.items():
            model, tokenizer = base.load(recipe.model, texts, recipe.sft.seed)
            with tempfile.TemporaryDirectory() as folder:
                trainer = way(recipe, model, tokenizer, used, Path(folder))
                result = trainer.train()
            found[name].append(tokens / result.metrics["train_runtime"])
    reference = median(found["TRL"])
    print(f"{options.recipe}: {len(used)} examples, {tokens:,} tokens\n")
    print("| | tokens/s (median) | all rounds | ratio |\n| --- | ---: | --- | ---: |")
    for name, rates in found.items():
        rounds = ", ".join(f"{rate:,.0f}" for rate in rates)
        print(f"| {name} | {median(rates):,.0f} | {rounds} | {median(rates) / reference:.2f} |")


if __name__ == "__main__":
    main()
