"""Settings of the command line on their way into a request."""

from __future__ import annotations

import pytest

# Loaded once: runs in this process would otherwise load it anew, half of it each time.
import pytest_symbench.controller  # noqa: F401
from tests.models.wire import Wire, response, serving

pytest.importorskip("openai")
REPLY = response({"choices": [{"message": {"content": "<<<5>>>"}, "finish_reason": "stop"}]})


def run(pytester: pytest.Pytester, wire: Wire, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(
        "--symbench", "--model=llamacpp:m", f"--model-url={wire.url}/v1", "-p", "no:randomly",
        "--tasks=number_multiply", "--symbench-ledger=run.sqlite", *arguments,
    )  # fmt: skip


SETTINGS = (
    "--symbench-top-p=0.9", "--symbench-sampling-seed=7", '--symbench-stop=["###", "END"]',
    "--symbench-system=Be brief.", "--symbench-reasoning-effort=low",
    '--symbench-extra-body={"top_k": 20}', "--symbench-temperature=0.5",
)  # fmt: skip


def test_they_are_sent_and_part_of_what_a_ledger_is_of(pytester: pytest.Pytester) -> None:
    with serving(response({"data": []}), REPLY) as wire:
        run(pytester, wire, *SETTINGS)
        body = wire.requests[-1]
        again = run(pytester, wire)
    assert body["messages"][0] == {"role": "system", "content": "Be brief."}
    assert body["messages"][1]["role"] == "user"
    sent = {name: body[name] for name in ("top_p", "seed", "stop", "reasoning_effort", "top_k")}
    assert sent == {
        "top_p": 0.9, "seed": 7, "stop": ["###", "END"], "reasoning_effort": "low", "top_k": 20,
    }  # fmt: skip
    assert again.ret == pytest.ExitCode.USAGE_ERROR
    again.stderr.fnmatch_lines(["*its system is 'Be brief.', yours None*"])


MISTAKES = {
    "--symbench-top-p=2": "*--symbench-top-p: '2' is not a number from 0 to 1*",
    "--symbench-sampling-seed=x": "*--symbench-sampling-seed: 'x' is not a whole number*",
    "--symbench-stop=END": "*--symbench-stop: 'END' is not JSON*",
    "--symbench-stop=[1]": "*--symbench-stop: '?1?' is not a JSON list of texts*",
    "--symbench-extra-body=[]": "*--symbench-extra-body: '??' is not a JSON object*",
    "--symbench-interpreter=cloud": "*'cloud' is neither sandbox nor hosted*",
    "--symbench-interpreter=hosted": "*llamacpp hosts no interpreter*",
}


def test_mistakes_are_sentences(pytester: pytest.Pytester) -> None:
    with serving(REPLY) as wire:
        for argument, sentence in MISTAKES.items():
            found = run(pytester, wire, argument)
            assert found.ret == pytest.ExitCode.USAGE_ERROR
            found.stderr.fnmatch_lines([sentence])
    assert wire.requests == []


HOSTED = ("--model=openai-responses:gpt-4o", "--symbench-interpreter=hosted")


def test_a_hosted_interpreter_wants_its_method(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-1234567890")
    with serving(REPLY) as wire:
        found = run(pytester, wire, *HOSTED)
    assert found.ret == pytest.ExitCode.USAGE_ERROR
    found.stderr.fnmatch_lines(["*is for the method code_interpreter*"])


def test_a_hosted_interpreter_is_asked_for(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-planted-1234567890")
    empty = response({"output": [], "status": "completed"})
    with serving(response({"data": []}), empty) as wire:
        run(pytester, wire, *HOSTED, "--method=code_interpreter")
    assert wire.requests[-1]["tools"][0]["type"] == "code_interpreter"
