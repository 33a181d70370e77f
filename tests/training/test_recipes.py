"""Recipes: the paper's numbers, and one sentence for every mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from codesteer_training import dpo, estimate, grpo, recipes, sft
from codesteer_training.potential import potential, staged
from pytest_symbench.cli.mistakes import Mistake
from pytest_symbench.tasks import registry

SHIPPED = sorted(path.stem for path in recipes.FOLDER.glob("*.toml"))


def test_the_papers_counts() -> None:
    trajectories, pairs = recipes.counts("trajectories"), recipes.counts("pairs")
    assert sum(trajectories.values()) == 12_043
    assert sum(pairs.values()) == 5_480
    assert list(trajectories) == [n for n in registry.MODULES if n not in registry.UNSEEN]
    assert (min(trajectories.values()), max(trajectories.values())) == (330, 792)
    assert (min(pairs.values()), max(pairs.values())) == (115, 320)


def test_the_papers_settings() -> None:
    paper = recipes.load("llama3-8b-4xh100")
    assert (paper.sft.epochs, paper.sft.learning_rate, paper.sft.batch) == (10, 1e-5, 4)
    assert (paper.dpo.epochs, paper.dpo.learning_rate, paper.dpo.batch) == (6, 5e-6, 4)
    assert (paper.dpo.beta, paper.model.context) == (0.1, 7024)


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("stage", ["sft", "dpo", "grpo"])
def test_a_dry_run_needs_no_gpu(
    name: str, stage: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    main = {"sft": sft, "dpo": dpo, "grpo": grpo}[stage].main
    data = [] if stage == "grpo" else ["--data", str(tmp_path / "none")]
    status = main(["--recipe", name, *data, "--out", str(tmp_path / "out"), "--dry-run"])
    assert status == 0
    said = capsys.readouterr().out
    assert "GB of" in said
    assert "fits" in said
    assert f"-m codesteer_training.{stage} --recipe {name}" in said
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[sft]\nlerning_rate = 1.0", "no setting sft.lerning_rate; did you mean learning_rate?"),
        ("[sfd]\n", "did you mean sft?"),
        ("[sft]\nbatch = 'four'", "sft.batch is 'four', which is not int"),
        ("[sft]\nbatch = true", "sft.batch is True"),
        ("[model]\nprecision = 'fp8'", "give one of fp32, bf16"),
        ("sft = 3", r"sft must be a table, \[sft\]"),
        ("[sft", "is not TOML"),
        ("[synthesis]\nlevels = 3", "synthesis.levels is 3"),
    ],
)
def test_a_mistake_is_a_sentence(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text)
    with pytest.raises(Mistake, match=said):
        recipes.load(str(path))


def test_an_unknown_recipe_names_the_known() -> None:
    with pytest.raises(Mistake, match="llama3-8b-4xh100"):
        recipes.load("tyni")


def test_more_weights_need_more_memory() -> None:
    full, lora = recipes.load("llama3-8b-4xh100"), recipes.load("llama3-8b-lora-1xh100")
    assert estimate.memory_gb(full, "dpo") > estimate.memory_gb(full, "sft")
    unsharded = estimate.memory_gb(lora, "sft")
    assert 8.03 * 2 < unsharded < 40


def test_potential_is_highest_between_sure_and_hopeless() -> None:
    assert [potential(n, 4) for n in range(5)] == [0, 0.75, 1, 0.75, 0]
    trials = {"sure": (4, 4), "half": (2, 4), "never": (0, 4), "often": (3, 4)}
    assert staged(trials, 2) == [["half", "often"], ["sure", "never"]]
    with pytest.raises(ValueError, match="0 trials"):
        potential(0, 0)
