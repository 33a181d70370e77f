"""How other harnesses are made to ask the same questions of the same server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

Make: TypeAlias = Callable[[str, Path, int, int], list[str]]
"""(python, folder to write into, instances, connections) -> command; ``{url}`` is the server."""

QUESTION = "Find the letter a in item {i}. " + "x" * 400

INSPECT = """
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import includes
from inspect_ai.solver import generate
@task
def peer():
    data = [Sample(input={question!r}.replace("{{i}}", str(i)), target=str(i)) for i in range({n})]
    return Task(dataset=data, solver=generate(), scorer=includes())
"""

PYDANTIC = """
import os
from openai import AsyncOpenAI
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import Contains
client = AsyncOpenAI(base_url=os.environ["MOCK_URL"], api_key="mock")
async def ask(question):
    reply = await client.chat.completions.create(
        model="mock", messages=[{{"role": "user", "content": question}}])
    return reply.choices[0].message.content
cases = [Case(inputs={question!r}.replace("{{i}}", str(i)), evaluators=(Contains(str(i)),))
         for i in range({n})]
Dataset(name="peer", cases=cases).evaluate_sync(ask, max_concurrency={connections}, progress=False)
"""

DEEPEVAL = """
import asyncio, os
from openai import AsyncOpenAI
from deepeval import evaluate
from deepeval.evaluate import AsyncConfig, DisplayConfig
from deepeval.metrics import BaseMetric
from deepeval.test_case import LLMTestCase
client = AsyncOpenAI(base_url=os.environ["MOCK_URL"], api_key="mock")
class Asks(BaseMetric):
    threshold = 0.5
    async_mode = True
    async def a_measure(self, case, *args, **kwargs):
        reply = await client.chat.completions.create(
            model="mock", messages=[{{"role": "user", "content": case.input}}])
        self.score = float(case.expected_output in reply.choices[0].message.content)
        self.success = self.score > 0.5
        return self.score
    def measure(self, case, *args, **kwargs): return 0.0
    def is_successful(self): return self.success
    @property
    def __name__(self): return "asks"
cases = [LLMTestCase(input={question!r}.replace("{{i}}", str(i)), actual_output="",
                     expected_output=str(i)) for i in range({n})]
evaluate(cases, [Asks()], async_config=AsyncConfig(max_concurrent={connections}),
         display_config=DisplayConfig(show_indicator=False, print_results=False))
"""

LM_EVAL = """
task: peer
dataset_path: json
dataset_kwargs:
  data_files: {data}
test_split: train
doc_to_text: "{{{{question}}}}"
doc_to_target: "{{{{answer}}}}"
output_type: generate_until
generation_kwargs:
  until: []
  max_gen_toks: 64
metric_list:
  - metric: exact_match
"""


def _inspect(python: str, folder: Path, n: int, connections: int) -> list[str]:
    path = folder / "peer_task.py"
    path.write_text(INSPECT.format(question=QUESTION, n=n))
    code = (
        "import os, sys; os.environ.update(MOCK_API_KEY='x', MOCK_BASE_URL=sys.argv[1]); "
        f"from inspect_ai import eval; os.chdir({str(folder)!r}); "
        f"eval({path.name!r}, model='openai-api/mock/mock', max_connections={connections}, "
        f"max_samples={connections}, display='none', log_dir={str(folder)!r})"
    )
    return [python, "-c", code, "{url}"]


def _script(source: str) -> Make:
    def make(python: str, folder: Path, n: int, connections: int) -> list[str]:
        path = folder / "peer.py"
        path.write_text(source.format(question=QUESTION, n=n, connections=connections))
        return [python, str(path)]

    return make


def _lm_eval(python: str, folder: Path, n: int, connections: int) -> list[str]:
    data = folder / "peer.jsonl"
    rows = [{"question": QUESTION.replace("{i}", str(i)), "answer": str(i)} for i in range(n)]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "peer.yaml").write_text(LM_EVAL.format(data=data))
    arguments = f"model=mock,base_url={{url}}/chat/completions,num_concurrent={connections}"
    return [
        python, "-m", "lm_eval", "run", "--model", "local-chat-completions", "--model_args",
        arguments + ",max_retries=3,tokenized_requests=False", "--tasks", "peer",
        "--include_path", str(folder), "--apply_chat_template",
    ]  # fmt: skip


PEERS: dict[str, Make] = {
    "Inspect": _inspect,
    "pydantic-evals": _script(PYDANTIC),
    "deepeval": _script(DEEPEVAL),
    "lm-eval": _lm_eval,
}
