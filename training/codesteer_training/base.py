"""The model that a recipe starts from: made on the spot, from installed weights, or loaded."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from codesteer_training.recipes import Model
from pytest_symbench.cli.mistakes import Mistake

CHATML = (
    "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content']"
    " + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|im_start|>assistant\n' }}{% endif %}"
)
"""Without a default system message, so that the same text comes out wherever it is rendered."""
START, END = "<|im_start|>", "<|im_end|>"
HEADS = 4
ADAPTERS = "adapter_config.json"
"""Of a folder that holds adapters instead of a whole model."""


def tiny(texts: Iterable[str], recipe: Model, seed: int) -> tuple[Any, Any]:
    """A Llama of about two million weights, and a byte-level tokenizer trained on the texts."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=recipe.vocabulary,
        special_tokens=["<|endoftext|>", START, END],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    raw.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw, bos_token="<|endoftext|>", eos_token=END, pad_token="<|endoftext|>"
    )
    tokenizer.chat_template = CHATML
    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=recipe.hidden,
        intermediate_size=recipe.hidden * 8 // 3 // 32 * 32,
        num_hidden_layers=recipe.layers,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS,
        max_position_embeddings=max(recipe.context, 4096),
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config), tokenizer


def load(
    recipe: Model, texts: Iterable[str] = (), seed: int = 0, *, as_stored: bool = False
) -> tuple[Any, Any]:
    """The model and tokenizer of a recipe; ``texts`` teach the tokenizer of a tiny one.

    ``as_stored`` leaves weights in the precision of their files, whatever the recipe's. A folder
    with adapters is loaded merged: what is trained on it begins anew, on all it learnt.

    Raises:
        Mistake: no such folder or weights, or no chat template.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    if recipe.base == "tiny":
        if recipe.lora_rank:
            raise Mistake(
                "a tiny model is made on the spot, and adapters could not find it again; set "
                "model.lora_rank to 0"
            )
        return tiny(texts, recipe, seed)
    if (Path(recipe.base) / ADAPTERS).is_file():
        return _merged(recipe, as_stored)
    dtype = torch.bfloat16 if recipe.precision == "bf16" else torch.float32
    source, options = recipe.base, {}
    if recipe.base == "smollm2-135m":
        from transformers import GgufConfig

        from codesteer.models.local import find_weights

        file = find_weights("smollm2-135m-instruct")
        source, options = str(file.parent), {"gguf_file": file.name}
        model = AutoModelForCausalLM.from_pretrained(
            source, **options, dtype=dtype, quantization_config=GgufConfig(dequantize=True)
        )
        # What was packed is plain now; the note of it would keep the model from being saved.
        model.config.__dict__.pop("quantization_config", None)
    else:
        try:
            model = AutoModelForCausalLM.from_pretrained(
                source, dtype="auto" if as_stored else dtype
            )
        except (OSError, ValueError) as error:
            reason = str(error).strip().splitlines()[0]
            raise Mistake(f"the model {source!r} cannot be loaded: {reason}") from None
    tokenizer = AutoTokenizer.from_pretrained(source, **options)
    if recipe.base == "smollm2-135m":
        tokenizer.chat_template = CHATML
    if tokenizer.chat_template is None:
        raise Mistake(f"{source} has no chat template: take an instruct model, or set one")
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return _named(model, recipe.base), tokenizer


def _merged(recipe: Model, as_stored: bool) -> tuple[Any, Any]:
    from peft import PeftModel

    folder = Path(recipe.base)
    found = json.loads((folder / ADAPTERS).read_text(encoding="utf-8"))
    below = found.get("base_model_name_or_path")
    if not below:
        raise Mistake(f"{folder / ADAPTERS} does not say which model the adapters belong to")
    model, tokenizer = load(replace(recipe, base=below), as_stored=as_stored)
    model = PeftModel.from_pretrained(model, folder).merge_and_unload()
    return _named(model, recipe.base), tokenizer


def _named(model: Any, base: str) -> Any:
    """With the name under which adapters will look for it."""
    model.name_or_path = str(Path(base).resolve()) if Path(base).is_dir() else base
    return model


def checked(folder: Path, resume: bool) -> str | None:
    """The checkpoint to go on from, or None; a folder with results is not overwritten.

    Raises:
        Mistake: the folder holds something, and going on was not asked for.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return None
    if not resume:
        raise Mistake(f"{folder} is not empty: give another --out, or --resume to go on")
    found = [
        (int(path.name.rpartition("-")[2]), path)
        for path in folder.glob("checkpoint-*")
        if (path / "trainer_state.json").is_file()  # written last: others are torn
    ]
    return str(max(found)[1]) if found else None
