"""The embedded model's weights as Q8_0: 120 episodes in 122 s on one core, instead of 144 s.

    python -m benchmarks.local_models.requantise SmolLM2-135M-Instruct-Q8_0.gguf
    python -m benchmarks.local_models --chat SmolLM2-135M-Instruct-Q8_0.gguf ...

Needs the gguf package (of the ``train`` extra). What 4 bits lost stays lost; vocabulary, chat
template and all other metadata are those of the file that is read.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from codesteer.models.local import find_weights

OWN = ("GGUF.", "general.architecture", "general.file_type")
"""Fields that the writer makes itself."""


def requantised(source: Path, out: Path) -> None:
    """Writes the file at ``out``; tensors that are not quantized stay as they are."""
    import gguf

    plain = (gguf.GGMLQuantizationType.F32, gguf.GGMLQuantizationType.F16)
    kind = gguf.GGMLQuantizationType.Q8_0
    reader = gguf.GGUFReader(source)
    architecture = reader.fields["general.architecture"].contents()
    writer = gguf.GGUFWriter(out, architecture)
    for name, field in reader.fields.items():
        if name.startswith(OWN):
            continue
        if field.types[0] == gguf.GGUFValueType.ARRAY:
            writer.add_array(name, field.contents())
        else:
            writer.add_key_value(name, field.contents(), field.types[0])
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q8_0)
    for tensor in reader.tensors:
        values, held = tensor.data, tensor.tensor_type
        if held not in plain:
            values, held = gguf.quants.quantize(gguf.quants.dequantize(values, held), kind), kind
        writer.add_tensor(tensor.name, values, raw_dtype=held)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, metavar="FILE.gguf")
    requantised(find_weights("smollm2-135m-instruct"), parser.parse_args(arguments).out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
