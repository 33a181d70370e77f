"""A llama.cpp server in a process of its own: ``python -m codesteer.models.llama_server GGUF``.

A process, because the runtime's threads and its shutdown are better kept out of pytest's. It
prints one JSON line with its address and lives until its standard input closes, so that it
never outlives whoever started it.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import urllib.request


def main() -> None:
    parser = argparse.ArgumentParser(description="llama.cpp behind an OpenAI-compatible address")
    parser.add_argument("gguf")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--slots", type=int, default=4)
    parser.add_argument("--context", type=int, default=4096, help="tokens of one slot")
    options = parser.parse_args()

    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options.gguf
    params.n_parallel = options.slots
    params.n_ctx = options.slots * options.context
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = options.threads
    params.swa_full = True  # else models with a sliding window read a shared beginning again
    params.verbosity = -1
    server = xllamacpp.Server(params)
    # A server that exits before its first request may hang, hence one request at once.
    with contextlib.suppress(OSError):
        urllib.request.urlopen(server.listening_address + "/health", timeout=30).read()
    sys.stdout.write(json.dumps({"url": server.listening_address + "/v1"}) + "\n")
    sys.stdout.flush()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # nobody reads what the runtime may print later
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
