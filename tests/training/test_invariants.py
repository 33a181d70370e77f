"""Training: exact weights, the committed losses, resumption after a kill, and mistakes.

Needs the extra ``train``; everywhere else these tests are skipped. After a change that is meant to
change losses: ``SYMBENCH_RECORD=1 pytest tests/training/test_invariants.py``, and say why.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs pytest-symbench[train]")
pytest.importorskip("trl", reason="training needs pytest-symbench[train]")

from codesteer_training import base, dpo, export, grpo, recipes, sft
from codesteer_training.trajectories import read
from pytest_symbench.cli.mistakes import Mistake
from tests.training import lessons

COMMITTED = Path(__file__).with_name("losses.json")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # the libraries deprecate things of each other
]


def losses(out: Path) -> list[float]:
    history = json.loads((out / "training.json").read_text())["history"]
    return [entry["loss"] for entry in history if "loss" in entry]


def test_thirty_steps_give_the_committed_losses(trained: Path) -> None:
    found = losses(trained)
    assert len(found) == 30
    if os.environ.get("SYMBENCH_RECORD"):
        COMMITTED.write_text(json.dumps([round(loss, 5) for loss in found], indent=1) + "\n")
    committed = json.loads(COMMITTED.read_text())
    assert found == pytest.approx(committed, rel=2e-2, abs=2e-3)
    assert found[-1] < found[0] / 3


def test_one_step_of_the_trainer_is_the_weighted_mean(tmp_path: Path) -> None:
    """Loss and update against sums written out here, over two accumulated batches of two."""
    import torch

    recipe = recipes.load(str(lessons.recipe(tmp_path, steps=1, batch=4, per_device=2)))
    made = lessons.trajectories(4)
    texts = [m["content"] for t in made for m in t.messages]
    model, tokenizer = base.load(recipe.model, texts, 1)
    rows, skipped = sft.examples(tokenizer, made, recipe)
    assert skipped == 0
    start = {name: value.clone() for name, value in model.state_dict().items()}
    total, weights = torch.tensor(0.0), 0.0
    for row in rows:
        logits = model(torch.tensor([row["input_ids"]])).logits[0].log_softmax(-1)
        for place, (label, weight) in enumerate(
            zip(row["labels"], row["loss_weights"], strict=True)
        ):
            if weight and place:
                assert label == row["input_ids"][place]
                total = total - weight * logits[place - 1, label]
                weights += weight
    expected = total / weights
    expected.backward()
    gradient = model.model.embed_tokens.weight.grad.clone()
    model.zero_grad()
    trainer = sft.trainer_of(recipe, model, tokenizer, rows, tmp_path / "out")
    trainer.args.max_grad_norm = 1e9
    trainer.create_optimizer = lambda *_: None
    trainer.optimizer = torch.optim.SGD(model.parameters(), lr=1.0)
    trainer.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(trainer.optimizer, lambda _: 1.0)
    trainer.train()
    loss = trainer.state.log_history[0]["loss"]
    assert loss == pytest.approx(expected.item(), rel=1e-5)
    moved = start["model.embed_tokens.weight"] - model.model.embed_tokens.weight.detach()
    assert torch.allclose(moved, gradient, rtol=1e-3, atol=1e-6)


def test_accumulation_changes_nothing(trained: Path, tmp_path: Path) -> None:
    path = lessons.recipe(tmp_path, steps=5, batch=8, per_device=2)
    command = ["--recipe", str(path), "--data", str(lessons.data(tmp_path))]
    assert sft.main([*command, "--out", str(tmp_path / "a")]) == 0
    whole = lessons.recipe(tmp_path, steps=5, batch=8, per_device=8)
    assert sft.main(["--recipe", str(whole), *command[2:], "--out", str(tmp_path / "b")]) == 0
    assert losses(tmp_path / "a") == pytest.approx(losses(tmp_path / "b"), rel=1e-3)


def test_a_killed_training_goes_on_to_the_same_end(tmp_path: Path) -> None:
    recipe = lessons.recipe(tmp_path, steps=40, batch=8, per_device=8, save_steps=5)
    arguments = ["--recipe", str(recipe), "--data", str(lessons.data(tmp_path))]
    out = tmp_path / "killed"
    command = [sys.executable, "-m", "codesteer_training.sft", *arguments, "--out", str(out)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 240
        while not list(out.glob("checkpoint-*/trainer_state.json")):
            assert time.monotonic() < deadline
            assert process.poll() is None
            time.sleep(0.02)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert not (out / "training.json").exists()
    assert sft.main([*arguments, "--out", str(out)]) == 4  # nothing is overwritten
    assert sft.main([*arguments, "--out", str(out), "--resume"]) == 0
    assert sft.main([*arguments, "--out", str(tmp_path / "whole")]) == 0
    assert losses(out)[-5:] == pytest.approx(losses(tmp_path / "whole")[-5:], rel=1e-3, abs=1e-4)


def test_preference_tuning_prefers(trained: Path, tmp_path: Path) -> None:
    pairs = str(lessons.pairs(tmp_path))
    command = ["--recipe", str(lessons.recipe(tmp_path)), "--data", pairs]
    out = tmp_path / "dpo"
    assert dpo.main([*command, "--model", str(trained), "--out", str(out)]) == 0
    history = json.loads((out / "training.json").read_text())["history"]
    margins = [entry["rewards/margins"] for entry in history if "rewards/margins" in entry]
    assert losses(out)[0] == pytest.approx(0.6931, abs=1e-3)
    assert margins[-1] > margins[0] + 0.05


def test_reinforcement_runs_on_real_episodes(trained: Path, tmp_path: Path) -> None:
    from pytest_symbench.cli import main

    synthesis = tmp_path / "s.toml"
    synthesis.write_text("[synthesis]\neach = 10\nlevels = [1]\n")
    command = ["synthesize", "--recipe", str(synthesis), "--tasks", "game24"]
    assert main([*command, "--out", str(tmp_path / "data")]) == 0
    recipe = str(lessons.recipe(tmp_path))
    command = ["--recipe", recipe, "--model", str(trained), "--out", str(tmp_path / "grpo")]
    assert grpo.main([*command, "--ledger", str(tmp_path / "data" / "synthesis.sqlite")]) == 0
    history = json.loads((tmp_path / "grpo" / "training.json").read_text())["history"]
    assert [entry for entry in history if "reward" in entry]


def test_adapters_are_trained_gone_on_from_and_merged(trained: Path, tmp_path: Path) -> None:
    """SFT by adapters on a whole model, DPO by adapters on that, and both in what is exported."""
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    text = lessons.recipe(tmp_path, steps=5).read_text().replace('"tiny"', f'"{trained}"')
    path = tmp_path / "adapters.toml"
    path.write_text(text.replace("[sft]", "lora_rank = 4\n[sft]"))
    first, second, out = (tmp_path / name for name in ("sft", "dpo", "out"))
    data = str(lessons.data(tmp_path))
    assert sft.main(["--recipe", str(path), "--data", data, "--out", str(first)]) == 0
    pairs = ["--data", str(lessons.pairs(tmp_path)), "--out", str(second)]
    assert dpo.main(["--recipe", str(path), "--model", str(first), *pairs]) == 0
    assert not (second / "model.safetensors").exists()
    assert export.main(["--model", str(second), "--out", str(out)]) == 0

    ids = torch.arange(5, 45)[None]
    plain = AutoModelForCausalLM.from_pretrained(trained)
    with torch.no_grad():
        base_logits = plain(ids).logits
        learnt = PeftModel.from_pretrained(plain, first).merge_and_unload()
        learnt = PeftModel.from_pretrained(learnt, second).merge_and_unload()
        merged = AutoModelForCausalLM.from_pretrained(out)(ids).logits
        assert torch.allclose(merged, learnt(ids).logits, atol=1e-4)
    assert not torch.allclose(merged, base_logits, atol=1e-2)


def test_a_folder_without_a_model_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert export.main(["--model", str(tmp_path), "--out", str(tmp_path / "out")]) == 4
    assert "holds no model" in capsys.readouterr().err
    adapters = tmp_path / "adapters"
    adapters.mkdir()
    (adapters / base.ADAPTERS).write_text('{"base_model_name_or_path": null}')
    assert export.main(["--model", str(adapters), "--out", str(tmp_path / "out")]) == 4
    assert "does not say which model" in capsys.readouterr().err
    with pytest.raises(Mistake, match=r"set model\.lora_rank to 0"):
        base.load(recipes.Model(base="tiny", lora_rank=4))
    assert len(list(read(lessons.data(tmp_path)))) == 64
