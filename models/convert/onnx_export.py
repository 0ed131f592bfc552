"""PyTorch modules -> the three ONNX files that transformers.js loads, checked against PyTorch by onnxruntime."""

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import onnx_ir
import onnxruntime
import torch
from torch import nn

from errors import ConversionError

OPSET = 18
# Files above this many bytes put their tensors beside the graph: one protobuf message holds at most 2 GB.
INLINE_LIMIT = 1 << 30
EXTERNAL_TENSOR_BYTES = 1024
for chatty in ("onnx_ir", "onnxscript", "torch.onnx"):
    logging.getLogger(chatty).setLevel(logging.ERROR)
# float32 kernels of two runtimes add in different orders; a wrong network is off by far more.
TOLERANCE = 1e-3


def export_vision_encoder(module: nn.Module, image_size: int, file: Path) -> None:
    """`module`: pixel_values float32 [frames, 3, image_size, image_size] -> image_features [frames, tokens, width]."""
    export(
        module,
        {"pixel_values": torch.rand(2, 3, image_size, image_size) * 2 - 1},
        {"pixel_values": {0: "frames"}},
        ["image_features"],
        file,
    )


def export_embed_tokens(module: nn.Module, file: Path) -> None:
    """`module`: ids int64 [batch, sequence] -> float32 [batch, sequence, width]."""
    axes = {"input": {0: "batch_size", 1: "sequence_length"}}
    export(
        module,
        {"input": torch.tensor([[0, 1, 2], [2, 1, 0]])},
        axes,
        ["inputs_embeds"],
        file,
        input_names=["input_ids"],
    )


def export_decoder(module: nn.Module, text: dict[str, Any], file: Path) -> None:
    """`module`: a networks.Decoder. Its caches become inputs and outputs named as transformers.js names them."""
    layers, heads, size = text["num_hidden_layers"], text["num_key_value_heads"], text["head_dim"]
    names = [f"{layer}.{part}" for layer in range(layers) for part in ("key", "value")]
    past = [torch.randn(2, heads, 4, size) for _ in names]
    inputs = {
        "inputs_embeds": torch.randn(2, 3, text["hidden_size"]),
        "attention_mask": torch.ones(2, 7, dtype=torch.long),
        "position_ids": torch.arange(4, 7)[None].repeat(2, 1),
        "past": past,
    }
    axes = {
        "inputs_embeds": {0: "batch_size", 1: "sequence_length"},
        "attention_mask": {0: "batch_size", 1: "total_sequence_length"},
        "position_ids": {0: "batch_size", 1: "sequence_length"},
        "past": [{0: "batch_size", 2: "past_sequence_length"} for _ in past],
    }
    input_names = ["inputs_embeds", "attention_mask", "position_ids", *(f"past_key_values.{name}" for name in names)]
    export(module, inputs, axes, ["logits", *(f"present.{name}" for name in names)], file, input_names=input_names)


def export(
    module: nn.Module,
    inputs: dict[str, Any],
    axes: dict[str, Any],
    output_names: list[str],
    file: Path,
    input_names: list[str] | None = None,
) -> None:
    """Writes `file` (with `file`_data beside it where it is large) and compares it with `module` on `inputs`."""
    input_names = input_names or list(inputs)
    dynamic = torch.export.Dim.DYNAMIC
    shapes = {
        name: [dict.fromkeys(one, dynamic) for one in axis] if isinstance(axis, list) else dict.fromkeys(axis, dynamic)
        for name, axis in axes.items()
    }
    with warnings.catch_warnings(), torch.no_grad():
        # The exporter warns about parts of itself that it replaces; nothing that a user could mend.
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            module,
            kwargs=inputs,
            dynamic_shapes=shapes,
            input_names=input_names,
            output_names=output_names,
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    _strip_notes(program.model)
    _name_axes(program.model, axes)
    save(program.model, file)
    _compare(module, inputs, input_names, file)


def save(model: onnx_ir.Model, file: Path) -> None:
    """`model`: an onnx_ir model."""
    size = sum(
        tensor.const_value.nbytes for tensor in model.graph.initializers.values() if tensor.const_value is not None
    )
    if size > INLINE_LIMIT:
        onnx_ir.save(model, file, external_data=f"{file.name}_data", size_threshold_bytes=EXTERNAL_TENSOR_BYTES)
    else:
        onnx_ir.save(model, file)


def _strip_notes(model: onnx_ir.Model) -> None:
    """The exporter notes the Python stack at every node: half of a small file, and paths of the machine it ran on."""
    for node in model.graph:
        node.metadata_props.clear()
        node.doc_string = None
        for value in node.outputs:
            value.metadata_props.clear()
    for value in (*model.graph.inputs, *model.graph.initializers.values()):
        value.metadata_props.clear()
    model.metadata_props.clear()
    model.graph.metadata_props.clear()


def _name_axes(model: onnx_ir.Model, axes: dict[str, Any]) -> None:
    """Readable names for the free dimensions of the inputs; the exporter numbers them."""
    flat = [one for axis in axes.values() for one in (axis if isinstance(axis, list) else [axis])]
    for value, axis in zip(model.graph.inputs, flat, strict=True):
        shape = list(value.shape)
        for index, name in axis.items():
            shape[index] = name
        value.shape = onnx_ir.Shape(shape)


def _compare(module: nn.Module, inputs: dict[str, Any], input_names: list[str], file: Path) -> None:
    flat = [tensor for value in inputs.values() for tensor in (value if isinstance(value, list) else [value])]
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    written = session.run(None, {name: tensor.numpy() for name, tensor in zip(input_names, flat, strict=True)})
    with torch.no_grad():
        output = module(**inputs)
    expected = output if isinstance(output, tuple) else (output,)
    for one, other, value in zip(written, expected, session.get_outputs(), strict=True):
        right = other.numpy()
        worst = float(np.abs(one - right).max()) / max(1.0, float(np.abs(right).max()))
        if not worst < TOLERANCE:
            raise ConversionError(f"{file.name}: output {value.name} differs from PyTorch by {worst:.1e} of its range")
