"""Whisper weights out of CTranslate2's `model.bin`, as a state dict of transformers' WhisperForConditionalGeneration.

File layout (CTranslate2 binary version 6, python/ctranslate2/specs/model_spec.py): little-endian; strings are uint16
length (with the closing zero) + bytes; then per variable name, uint8 rank, uint32 dimensions, uint8 type, uint32 bytes,
data; then aliases. CTranslate2 joins the q, k and v projections of self-attention into one matrix,
and k and v of cross-attention likewise.
"""

import struct
from pathlib import Path

import numpy as np
import torch

DTYPES = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}


def read_variables(parts: list[Path]) -> dict[str, np.ndarray]:
    """The variables of a `model.bin` that lies in one file or in several to be joined."""
    data = b"".join(part.read_bytes() for part in parts)
    offset = 0

    def number(kind: str) -> int:
        nonlocal offset
        (value,) = struct.unpack_from(f"<{kind}", data, offset)
        offset += struct.calcsize(kind)
        return value

    def string() -> str:
        nonlocal offset
        length = number("H")
        value = data[offset : offset + length - 1].decode()
        offset += length
        return value

    version, spec = number("I"), string()
    if version != 6 or spec != "WhisperSpec":
        raise ValueError(f"expected binary version 6 of WhisperSpec, found {version} of {spec}")
    number("I")  # revision of the spec
    variables = {}
    for _ in range(number("I")):
        name = string()
        shape = [number("I") for _ in range(number("B"))]
        dtype = np.dtype(DTYPES[number("B")])
        size = number("I")
        variables[name] = np.frombuffer(data, dtype, size // dtype.itemsize, offset).reshape(shape)
        offset += size
    for _ in range(number("I")):
        alias, target = string(), string()
        variables[alias] = variables[target]
    if offset != len(data):
        raise ValueError(f"{len(data) - offset} bytes are left over at the end of model.bin")
    return variables


def layer_count(variables: dict[str, np.ndarray], part: str) -> int:
    """Of the encoder or the decoder (`part`)."""
    return len(
        {
            name.split("/")[1]
            for name in variables
            if name.startswith(f"{part}/layer_") and not name.startswith(f"{part}/layer_norm")
        }
    )


def state_dict(variables: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """CTranslate2's variables as float32 tensors under transformers' names."""
    state: dict[str, torch.Tensor] = {}

    def tensor(name: str) -> torch.Tensor:
        return torch.from_numpy(variables[name].astype(np.float32))

    def norm(source: str, target: str) -> None:
        state[f"{target}.weight"], state[f"{target}.bias"] = tensor(f"{source}/gamma"), tensor(f"{source}/beta")

    def linear(source: str, targets: list[str]) -> None:
        """One joined projection into its parts. Keys have no bias in Whisper: theirs must be zero."""
        weights = tensor(f"{source}/weight").chunk(len(targets))
        biases = tensor(f"{source}/bias").chunk(len(targets))
        for target, weight, bias in zip(targets, weights, biases, strict=True):
            state[f"{target}.weight"] = weight
            if not target.endswith("k_proj"):
                state[f"{target}.bias"] = bias
            elif bias.abs().max() != 0:
                raise ValueError(f"{source} has a bias for keys")

    for index in (1, 2):
        linear(f"encoder/conv{index}", [f"model.encoder.conv{index}"])
    for part in ("encoder", "decoder"):
        state[f"model.{part}.embed_positions.weight"] = tensor(f"{part}/position_encodings/encodings")
        norm(f"{part}/layer_norm", f"model.{part}.layer_norm")
        for index in range(layer_count(variables, part)):
            source, target = f"{part}/layer_{index}", f"model.{part}.layers.{index}"
            own = f"{target}.self_attn"
            linear(f"{source}/self_attention/linear_0", [f"{own}.q_proj", f"{own}.k_proj", f"{own}.v_proj"])
            linear(f"{source}/self_attention/linear_1", [f"{own}.out_proj"])
            norm(f"{source}/self_attention/layer_norm", f"{own}_layer_norm")
            if part == "decoder":
                cross = f"{target}.encoder_attn"
                linear(f"{source}/attention/linear_0", [f"{cross}.q_proj"])
                linear(f"{source}/attention/linear_1", [f"{cross}.k_proj", f"{cross}.v_proj"])
                linear(f"{source}/attention/linear_2", [f"{cross}.out_proj"])
                norm(f"{source}/attention/layer_norm", f"{cross}_layer_norm")
            linear(f"{source}/ffn/linear_0", [f"{target}.fc1"])
            linear(f"{source}/ffn/linear_1", [f"{target}.fc2"])
            norm(f"{source}/ffn/layer_norm", f"{target}.final_layer_norm")
    state["model.decoder.embed_tokens.weight"] = tensor("decoder/embeddings/weight")
    state["proj_out.weight"] = tensor("decoder/projection/weight")
    return state
