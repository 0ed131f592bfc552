"""shotluck-nano in eager PyTorch, float32, with a cache of keys and values.

The float weights are not kept in the repository: the network of `models/training-nano/model.py` is filled with the
weights of the studio's ONNX files, int8 ones multiplied out.
So it is the same model and the same arithmetic up to the rounding of activations.
"""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional

REPOSITORY = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPOSITORY / "models" / "training-nano"))
from model import Nano  # noqa: E402 - after its folder is in the path

Tensors = dict[str, torch.Tensor]
FOLDER = REPOSITORY / "models" / "shotluck-nano"


def load() -> tuple[Nano, torch.Tensor]:
    """The network, and the output matrix [vocabulary, width], which is no part of it."""
    config = json.loads((FOLDER / "config.json").read_text())
    text, vision = config["text_config"], config["vision_config"]
    shape = {
        "vocab": text["vocab_size"],
        "d": text["hidden_size"],
        "layers": text["num_hidden_layers"],
        "heads": text["num_attention_heads"],
        "ffn": text["intermediate_size"],
        "theta": text["rope_theta"],
        "eps": text["rms_norm_eps"],
        "multi": 1,
        "vis_blocks": vision["num_hidden_layers"],
        "vis_ffn": vision["intermediate_size"],
        "pad": 0,
        "bos": 1,
        "eos": 2,
        "image": 3,
    }
    model = Nano(shape)
    weights = vision_weights() | decoder_weights()
    head = weights.pop("lm.head.weight")
    # The channel statistics are folded into the first projector layer.
    weights |= {"vision.mu": torch.zeros(model.vision.mu.shape), "vision.sd": torch.ones(model.vision.sd.shape)}
    model.load_state_dict(weights)
    return model.eval(), head


def initialisers(name: str) -> tuple[onnx.GraphProto, Tensors]:
    """The graph of a network and its constants by name."""
    graph = onnx.load(FOLDER / "onnx" / f"{name}_quantized.onnx").graph
    return graph, {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}


def vision_weights() -> Tensors:
    """Large tensors are stored as float16 under a name with `_h`."""
    graph, stored = initialisers("vision_encoder")
    tensors = {name.removesuffix("_h"): tensor.float() for name, tensor in stored.items()}
    weights = {f"vision.{name[2:]}": tensor for name, tensor in tensors.items() if name.startswith("v.")}
    weights |= {f"vision.{name}": tensor for name, tensor in tensors.items() if name in ("p1.bias", "p2.bias")}
    return weights | {f"vision.{vision_module(path)}.weight": matrix for path, matrix in linear_layers(graph, stored)}


def decoder_weights() -> Tensors:
    """The embedding's rows are stored as int8 with a scale each."""
    graph, tensors = initialisers("decoder_model_merged")
    _, embedding = initialisers("embed_tokens")
    weights = {name: tensor for name, tensor in tensors.items() if name.startswith("lm.") and "norm" in name}
    weights["lm.embed_tokens.weight"] = embedding["Wq"].float() * embedding["S"]
    return weights | {f"lm.{decoder_module(path)}.weight": matrix for path, matrix in linear_layers(graph, tensors)}


def linear_layers(graph: onnx.GraphProto, tensors: Tensors) -> Iterator[tuple[str, torch.Tensor]]:
    """Path of each product of 8-bit integers in the network, and its matrix [out, in] multiplied out."""
    for node in graph.node:
        if node.op_type != "MatMulInteger":
            continue
        stem = node.input[1].removesuffix("_quantized")
        matrix = (tensors[node.input[1]].float() - tensors[f"{stem}_zero_point"].float()) * tensors[f"{stem}_scale"]
        yield module(node.name), matrix.T


def module(node_name: str) -> str:
    """`/layers.0/q_proj/MatMul_quant` -> `layers.0.q_proj`; a leading `v` of the exported wrapper is dropped."""
    return node_name.rsplit("/", 1)[0].strip("/").replace("/", ".").removeprefix("v.")


def vision_module(path: str) -> str:
    """The blocks' layers stand without their block; those of a later one have its number at the end:
    `qkv_1` -> `blocks.1.qkv`.
    """
    layer, _, block = path.partition("_")
    return path if layer in ("p1", "p2") else f"blocks.{block or 0}.{layer}"


def decoder_module(path: str) -> str:
    parts = path.split(".")
    if parts[-1] in ("q_proj", "k_proj", "v_proj", "o_proj"):
        return ".".join([*parts[:-1], "self_attn", parts[-1]])
    if parts[-1] in ("gate_proj", "up_proj", "down_proj"):
        return ".".join([*parts[:-1], "mlp", parts[-1]])
    return path


@torch.inference_mode()
def generate(
    model: Nano,
    head: torch.Tensor,
    ids: list[int],
    frames: np.ndarray,
    max_new_tokens: int,
    on_token: Callable[[], object],
) -> list[int]:
    """Greedy. `ids` hold the image token once for each picture token; `frames` uint8 [n, 224, 224, 3]."""
    pixels = torch.from_numpy(frames).permute(0, 3, 1, 2).float().div(255).sub(0.5).div(0.5)
    tokens = torch.tensor(ids)
    embedded = model.lm.embed_tokens(tokens)
    embedded[tokens == model.c["image"]] = model.vision(pixels).flatten(0, 1)
    hidden, cache = model.lm(embedded[None], need_cache=True)
    found = []
    while True:
        token = int(functional.linear(hidden[:, -1], head).argmax())
        found.append(token)
        on_token()
        if token == model.c["eos"] or len(found) == max_new_tokens:
            return found
        step = model.lm.embed_tokens(torch.tensor([[token]]))
        hidden, cache = model.lm(step, past=cache, start=len(ids) + len(found) - 1, need_cache=True)
