"""A Llama with a byte-level tokenizer as a GGUF file, by the `gguf` package alone.

Covers what the recipes of this package make: Llama weights, byte-level BPE. Other architectures
are refused; llama.cpp's own converter knows them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pytest_symbench.cli.mistakes import Mistake

TYPES = ("f16", "q8_0", "f32")
BLOCK = 32
"""Values that share a scale in q8_0; a row that is no multiple of it is kept at 16 bit."""

NAMES = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
LAYER = {
    "input_layernorm.weight": "attn_norm.weight",
    "self_attn.q_proj.weight": "attn_q.weight",
    "self_attn.k_proj.weight": "attn_k.weight",
    "self_attn.v_proj.weight": "attn_v.weight",
    "self_attn.o_proj.weight": "attn_output.weight",
    "post_attention_layernorm.weight": "ffn_norm.weight",
    "mlp.gate_proj.weight": "ffn_gate.weight",
    "mlp.up_proj.weight": "ffn_up.weight",
    "mlp.down_proj.weight": "ffn_down.weight",
}


def write_gguf(model: Any, tokenizer: Any, path: Path, kind: str) -> Path:
    """Writes the model to ``path``.

    Raises:
        Mistake: the architecture or the tokenizer is another one.
    """
    import gguf

    config = model.config
    if config.model_type != "llama":
        raise Mistake(
            f"{config.model_type} models are converted by llama.cpp's convert_hf_to_gguf.py"
        )
    heads, kv_heads = config.num_attention_heads, config.num_key_value_heads
    part = path.with_name(path.name + ".part")
    writer = gguf.GGUFWriter(part, "llama")
    writer.add_name("codesteer-steerer")
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.hidden_size // heads)
    writer.add_rope_freq_base(_rope(config))
    writer.add_vocab_size(config.vocab_size)
    writer.add_file_type(
        {"f32": gguf.LlamaFileType.ALL_F32, "f16": gguf.LlamaFileType.MOSTLY_F16}.get(
            kind, gguf.LlamaFileType.MOSTLY_Q8_0
        )
    )
    _vocabulary(writer, tokenizer, config.vocab_size)
    tied = config.tie_word_embeddings
    for name, tensor in model.state_dict().items():
        if tied and name == "lm_head.weight":
            continue
        values = tensor.detach().float().cpu().numpy()
        if name.endswith("q_proj.weight"):
            values = _interleaved(values, heads)
        elif name.endswith("k_proj.weight"):
            values = _interleaved(values, kv_heads)
        _add(writer, _name(name), values, kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    part.replace(path)
    return path


def _add(writer: Any, name: str, values: Any, kind: str) -> None:
    import gguf
    import numpy

    if values.ndim == 1 or kind == "f32":
        writer.add_tensor(name, values.astype(numpy.float32))
    elif kind == "q8_0" and values.shape[-1] % BLOCK == 0:
        quantized = gguf.quants.quantize(values, gguf.GGMLQuantizationType.Q8_0)
        writer.add_tensor(name, quantized, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    else:
        writer.add_tensor(name, values.astype(numpy.float16))


def _vocabulary(writer: Any, tokenizer: Any, size: int) -> None:
    import gguf

    raw = json.loads(tokenizer.backend_tokenizer.to_str())
    if raw["model"]["type"] != "BPE":
        raise Mistake(f"a {raw['model']['type']} tokenizer is converted by llama.cpp's own script")
    added = {entry["id"]: entry for entry in raw["added_tokens"]}
    by_id = {index: token for token, index in tokenizer.get_vocab().items()}
    tokens, types = [], []
    for index in range(size):
        tokens.append(by_id.get(index, f"<unused{index}>"))
        if index not in by_id:
            types.append(gguf.TokenType.UNUSED)
        elif index in added:
            special = added[index]["special"]
            types.append(gguf.TokenType.CONTROL if special else gguf.TokenType.USER_DEFINED)
        else:
            types.append(gguf.TokenType.NORMAL)
    merges = [m if isinstance(m, str) else " ".join(m) for m in raw["model"]["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")  # single digits, then GPT-2's byte-level split
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    for add, token in (
        (writer.add_bos_token_id, tokenizer.bos_token_id),
        (writer.add_eos_token_id, tokenizer.eos_token_id),
        (writer.add_pad_token_id, tokenizer.pad_token_id),
    ):
        if token is not None:
            add(token)
    writer.add_add_bos_token(False)
    writer.add_chat_template(tokenizer.chat_template)


def _interleaved(values: Any, heads: int) -> Any:
    """Rows in the order of llama.cpp's rotary embedding: pairs are neighbours, not halves."""
    rows, columns = values.shape
    return (
        values.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)
    )


def _name(name: str) -> str:
    if name in NAMES:
        return NAMES[name]
    _, _, number, rest = name.split(".", 3)
    return f"blk.{number}.{LAYER[rest]}"


def _rope(config: Any) -> float:
    parameters: dict[str, Any] = getattr(config, "rope_parameters", None) or {}
    kind = parameters.get("rope_type", "default")
    if kind != "default":
        raise Mistake(f"rotary embeddings of type {kind} are converted by llama.cpp's own script")
    return float(parameters.get("rope_theta", 10000.0))
