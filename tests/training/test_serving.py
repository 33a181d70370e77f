"""The way out and back: what is exported says the same in every runtime, and guides as ``tuned:``."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

pytest.importorskip("torch", reason="training needs pytest-symbench[train]")
pytest.importorskip("trl", reason="training needs pytest-symbench[train]")

from codesteer.models.chat import Message, Settings
from codesteer.models.registry import resolve
from codesteer.steerers import get_steerer
from codesteer.steerers.protocol import State
from codesteer_training import export
from tests.methods.doubles import workbench
from tests.training import lessons

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # the libraries deprecate things of each other
]

ASKED = [one.messages[0]["content"] for one in lessons.trajectories(8)]


@pytest.fixture(scope="module")
def exported(trained: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder for each type of GGUF; the safetensors in them are the same."""
    folders = {}
    for kind in ("f32", "q8_0"):
        out = tmp_path_factory.mktemp("out") / kind
        command = ["--model", str(trained), "--out", str(out), "--type", kind]
        assert export.main([*command, "--fact", "task model=simulated:gpt-4o"]) == 0
        assert "simulated task model" in (out / "README.md").read_text()
        assert export.main(command) == 4  # not empty any more
        folders[kind] = out
    return folders


@pytest.fixture(scope="module")
def expected(exported: dict[str, Path]) -> list[str]:
    """What the checkpoint itself says, by transformers' own loop."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    out, said = exported["f32"], []
    model, tokenizer = AutoModelForCausalLM.from_pretrained(out), AutoTokenizer.from_pretrained(out)
    for question in ASKED:
        messages = [{"role": "user", "content": question}]
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        ids = tokenizer(text, add_special_tokens=False, return_tensors="pt")["input_ids"]
        with torch.no_grad():
            made = model.generate(ids, max_new_tokens=12, do_sample=False)[0][ids.shape[1] :]
        said.append(tokenizer.decode(made, skip_special_tokens=True).strip())
    return said


@pytest.fixture
def server(exported: dict[str, Path], tmp_path: Path) -> Iterator[str]:
    """``transformers serve`` on the exported folder; its address."""
    pytest.importorskip("fastapi", reason="needs transformers[serving]")
    pytest.importorskip("uvicorn", reason="needs transformers[serving]")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = "from transformers.cli.transformers import main; main()"
    command = [sys.executable, "-c", program, "serve", str(exported["f32"]), "--device", "cpu"]
    hub = tmp_path / "huggingface"
    (hub / "hub").mkdir(parents=True)
    with subprocess.Popen(
        [*command, "--port", str(port)],
        env={**os.environ, "HF_HOME": str(hub), "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            end = time.monotonic() + 120
            while time.monotonic() < end and process.poll() is None:
                try:
                    with urlopen(f"http://127.0.0.1:{port}/health", timeout=2):
                        break
                except (URLError, OSError):
                    time.sleep(0.3)
            else:
                pytest.fail("transformers serve did not come up")
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.kill()


def check(target: str, expected: list[str]) -> None:
    """The replies, and the decisions they stand for, through the steerer that runs use."""
    steerer = get_steerer(f"tuned:{target}", resolve)
    model = steerer.model
    assert model is not None

    async def served() -> list[str]:
        said = []
        for question in ASKED:
            reply = await model.complete(
                [Message("user", question)], settings=Settings(max_tokens=12)
            )
            said.append(reply.text.strip())
        bench = workbench([], steerer=model)
        first = await steerer.decide(State(question="What of 7?", attempts=(), left=5), bench)
        assert first.action in ("code", "text")
        await model.aclose()
        return said

    assert asyncio.run(served()) == expected


@pytest.mark.parametrize("kind", ["f32", "q8_0"])
def test_llama_cpp(exported: dict[str, Path], expected: list[str], kind: str) -> None:
    pytest.importorskip("xllamacpp", reason="needs pytest-symbench[local]")
    check(str(exported[kind] / "model.gguf"), expected)


def test_transformers_in_this_process(exported: dict[str, Path], expected: list[str]) -> None:
    check(str(exported["f32"]), expected)


def test_transformers_serve(exported: dict[str, Path], expected: list[str], server: str) -> None:
    check(f"{server}#{exported['f32']}", expected)
