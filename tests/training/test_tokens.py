"""A trajectory as tokens, checked on whole lists: what counts, how much, and what is cut."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from codesteer_training.dpo import examples as pair_examples
from codesteer_training.recipes import Model, Recipe
from codesteer_training.sft import examples
from codesteer_training.tokens import TooLong, encode
from codesteer_training.trajectories import Trajectory, Worth
from pytest_symbench.cli.mistakes import Mistake

X = -100


class Words:
    """A tokenizer of one number a character; messages are [role:content] in its template."""

    rewrites = False

    def apply_chat_template(
        self, messages: list[dict[str, str]], *, tokenize: bool, add_generation_prompt: bool
    ) -> str:
        assert not tokenize
        text = "".join(f"{m['role'][0]}{m['content']};\n" for m in messages)
        if self.rewrites:
            text = f"{len(messages)}{text}"
        return text + ("a" if add_generation_prompt else "")

    def __call__(self, text: str, *, add_special_tokens: bool) -> Mapping[str, Any]:
        assert not add_special_tokens
        return {"input_ids": [ord(c) for c in text]}


class Untold(Words):
    def apply_chat_template(self, *_: Any, **__: Any) -> str:
        raise ValueError("tokenizer.chat_template is not set")


def talk(*contents: str) -> list[dict[str, str]]:
    return [
        {"role": "assistant" if index % 2 else "user", "content": content}
        for index, content in enumerate(contents)
    ]


def test_the_whole_tensor() -> None:
    made = encode(Words(), talk("q", "c", "r", "f"), [1.0, 2.0], 100)
    #        u  q  ;  \n  a | c  ; | \n | u  r  ; \n a | f  ; | \n
    text = "uq;\nac;\nur;\naf;\n"
    assert "".join(map(chr, made.input_ids)) == text
    assert made.loss_weights == [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 2, 2, 0]
    c, f, end = ord("c"), ord("f"), ord(";")
    assert made.labels == [X, X, X, X, X, c, end, X, X, X, X, X, X, f, end, X]


def test_a_turn_of_weight_zero_has_no_label() -> None:
    made = encode(Words(), talk("q", "c", "r", "f"), [0.0, 2.0], 100)
    assert made.labels[5:8] == [X, X, X]
    assert made.loss_weights[13:15] == [2, 2]


def test_truncation_takes_the_oldest_turns_and_never_the_question() -> None:
    messages = talk("question", "c", "reply1", "t", "reply2", "f")
    whole = encode(Words(), messages, [1.0, 2.0, 2.0], 1000)
    size = len(whole.input_ids)
    cut = encode(Words(), messages, [1.0, 2.0, 2.0], size - 1)
    # The exchange "c" / "reply1" is gone; "t" answers nothing that is shown and is background.
    assert "".join(map(chr, cut.input_ids)) == "uquestion;\nat;\nureply2;\naf;\n"
    assert cut.loss_weights == [0.0] * 25 + [2, 2, 0]
    assert whole.loss_weights.count(2.0) == 4
    with pytest.raises(TooLong, match="more than 27 tokens"):
        encode(Words(), messages, [1.0, 2.0, 2.0], len(cut.input_ids) - 1)


def test_a_last_turn_never_loses_what_it_answers() -> None:
    """The question followed by "finish" at once would teach to finish before anything was asked."""
    messages = talk("q", "c", "r" * 50, "f")
    with pytest.raises(TooLong):
        encode(Words(), messages, [1.0, 2.0], 20)
    first = encode(Words(), messages[:2], [1.0], 20)
    assert "".join(map(chr, first.input_ids)) == "uq;\nac;\n"


def test_a_cut_trajectory_keeps_its_first_choice_as_an_example() -> None:
    one = Trajectory(
        task="game24",
        level=1,
        seed=0,
        variant="free",
        sample=0,
        messages=tuple(talk("q", "c", "r" * 50, "f")),
        worth=("good", "good"),
    )
    recipe = Recipe(name="short", model=Model(context=20))
    rows, skipped = examples(Words(), [one], recipe)
    assert skipped == 0
    assert ["".join(map(chr, row["input_ids"])) for row in rows] == ["uq;\nac;\n"]
    rows, _ = examples(Words(), [one], Recipe(name="long", model=Model(context=200)))
    assert len(rows) == 1


def test_a_cut_pair_keeps_the_question_and_what_is_answered(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    messages = talk("q", "c" * 90, "r" * 90, "t", "s")
    path.write_text(json.dumps({"messages": messages, "chosen": "a", "rejected": "b"}) + "\n")
    rows, skipped = pair_examples(Words(), path, 128 + 40)
    assert (len(rows), skipped) == (1, 0)
    assert [m["content"] for m in rows[0]["prompt"]] == ["q", "t", "s"]
    path.write_text(json.dumps({"messages": messages[:3], "chosen": "a", "rejected": "b"}) + "\n")
    with pytest.raises(Mistake, match="no pair that fits"):
        pair_examples(Words(), path, 128 + 40)


def test_bad_conversations_and_templates_are_sentences() -> None:
    rewriting = Words()
    rewriting.rewrites = True
    with pytest.raises(Mistake, match="only appends"):
        encode(rewriting, talk("q", "c"), [1.0], 100)
    with pytest.raises(Mistake, match="alternate"):
        encode(Words(), talk("q", "c")[::-1], [1.0], 100)
    with pytest.raises(Mistake, match="no chat template"):
        encode(Untold(), talk("q", "c"), [1.0], 100)


@pytest.mark.parametrize(
    ("worth", "mask", "weights"),
    [
        (["good", "good"], True, [2, 2]),
        (["good"], True, [2]),
        (["mistaken", "mistaken", "good", "good"], True, [0, 0, 2, 2]),
        (["mistaken", "mistaken", "good", "good"], False, [1, 1, 2, 2]),
        (["good", "needless", "good"], True, [1, 0, 2]),
        (["good", "needless", "good"], False, [1, 2, 2]),
    ],
)
def test_weights_of_turns(worth: list[Worth], mask: bool, weights: list[float]) -> None:
    one = Trajectory(
        task="game24", level=1, seed=0, variant="free", sample=0, messages=(), worth=tuple(worth)
    )
    assert one.weights(last=2, last_weight=2.0, mask=mask) == weights
    assert one.weights(last=0, last_weight=2.0, mask=False) == [1] * len(worth)
