"""A tiny model, made here, in this process through transformers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from codesteer.models import Message, Settings, resolve
from codesteer.models import errors as e
from codesteer.models.chat import Tool
from codesteer.models.transformers_model import TransformersModel

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CONTEXT = 128


def test_without_torch_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(e.MissingExtra, match=r"pip install 'pytest-symbench\[transformers\]'"):
        TransformersModel("m")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama of 50,000 random weights with a byte-level tokenizer."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    transformers = pytest.importorskip("transformers")
    tokenizers = pytest.importorskip("tokenizers")
    path: Path = tmp_path_factory.mktemp("tiny")
    special = ["<|im_start|>", "<|im_end|>", "<|pad|>"]
    made = tokenizers.Tokenizer(tokenizers.models.BPE())
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    trainer = tokenizers.trainers.BpeTrainer(
        vocab_size=300,
        special_tokens=special,
        initial_alphabet=tokenizers.pre_tokenizers.ByteLevel.alphabet(),
    )
    made.train_from_iterator(["a few words to learn from"], trainer)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token="<|im_end|>", pad_token="<|pad|>"
    )
    tokenizer.chat_template = CHATML
    tokenizer.save_pretrained(path)
    torch.manual_seed(7)
    config = transformers.LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2,
        num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=CONTEXT,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
        initializer_range=0.5,
    )  # fmt: skip
    transformers.LlamaForCausalLM(config).save_pretrained(path)
    return path


def ask(folder: Path, texts: Sequence[str], settings: Settings) -> list[Any]:
    async def go() -> list[Any]:
        model = resolve(f"transformers:{folder}")
        asks = [model.complete([Message("user", text)], settings=settings) for text in texts]
        found = await asyncio.gather(*asks, return_exceptions=True)
        await model.aclose()
        return found

    return asyncio.run(go())


GREEDY = Settings(temperature=0, max_tokens=12)


def test_those_that_wait_are_answered_together_as_they_are_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from codesteer.models import transformers_model

    sizes: list[int] = []
    generate = transformers_model._generate

    def counting(loaded: Any, prompts: Any, settings: Settings) -> Any:
        sizes.append(len(prompts))
        return generate(loaded, prompts, settings)

    monkeypatch.setattr(transformers_model, "_generate", counting)
    texts = ["one", "a much longer question than the others are", "three"]
    together = ask(folder, texts, GREEDY)
    assert sizes == [3]
    alone = [ask(folder, [text], GREEDY)[0] for text in texts]
    assert [found.text for found in together] == [found.text for found in alone]
    assert [found.usage for found in together] == [found.usage for found in alone]
    assert len({found.text for found in together}) == 3
    for found in together:
        assert 0 < found.usage.output <= 12
        assert found.finish == ("length" if found.usage.output == 12 else "stop")


def test_the_chat_template_is_used(folder: Path) -> None:
    (found,) = ask(folder, ["x"], GREEDY)
    bare = len("<|im_start|>user\nx<|im_end|>\n<|im_start|>assistant\n")
    assert 8 < found.usage.input < bare  # the markers are one token each


def test_a_conversation_too_long_costs_only_itself(folder: Path) -> None:
    fits, long = ask(folder, ["x", "y" * 2 * CONTEXT], GREEDY)
    assert fits.text
    assert isinstance(long, e.ContextLength)


def test_a_seed_repeats_a_sample(folder: Path) -> None:
    settings = Settings(temperature=1.0, max_tokens=12, seed=5)
    first, second = ask(folder, ["x", "x"], settings)
    assert first.text == second.text
    assert ask(folder, ["y", "x"], settings)[1].text == first.text, "whatever it waited with"
    assert ask(folder, ["x"], settings.but(seed=6))[0].text != first.text


def test_stop_words_are_left_out(folder: Path) -> None:
    (whole,) = ask(folder, ["x"], GREEDY)
    word = whole.text[3:5]
    (found,) = ask(folder, ["x"], GREEDY.but(stop=(word,)))
    assert found.text == whole.text.split(word, 1)[0]
    assert found.finish == "stop"


def test_tools_are_refused(folder: Path) -> None:
    tool = Tool(name="t", description="", parameters={})
    (found,) = ask(folder, ["x"], GREEDY.but(tools=(tool,)))
    assert type(found) is e.BadRequest


def test_what_is_no_chat_model_is_told_before_a_run(folder: Path, tmp_path: Path) -> None:
    import shutil

    def check(path: Path) -> None:
        asyncio.run(TransformersModel(str(path)).check())

    check(folder)
    with pytest.raises(e.BadRequest, match="cannot be loaded"):
        check(tmp_path / "none")
    base = shutil.copytree(folder, tmp_path / "base")
    (base / "chat_template.jinja").unlink()
    with pytest.raises(e.BadRequest, match="no chat template"):
        check(base)
    (found,) = ask(tmp_path / "none", ["x"], GREEDY)
    assert type(found) is e.BadRequest
