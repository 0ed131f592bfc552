"""Smaller weights for exported networks: onnxruntime's own tools, one file in, one file out."""

import logging
from pathlib import Path

import numpy as np
import onnx
import onnx_ir
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer
from onnxruntime.transformers.float16 import convert_float_to_float16

from onnx_export import INLINE_LIMIT, save

BLOCK = 32
# Activations are multiplied as 8-bit integers with a scale per block:
# fast on CPUs, and far closer than one scale for all of them.
ACCURACY_LEVEL = 4


def to_integers(source: Path, target: Path, bits: int) -> None:
    """Matrices as 8- or 4-bit integers in blocks of 32 with a scale each; everything else stays float32."""
    logging.getLogger("onnxruntime").setLevel(logging.WARNING)
    config = DefaultWeightOnlyQuantConfig(block_size=BLOCK, is_symmetric=True, accuracy_level=ACCURACY_LEVEL, bits=bits)
    quantiser = MatMulNBitsQuantizer(onnx.load(str(source)), algo_config=config)
    quantiser.process()
    save(onnx_ir.from_proto(quantiser.model.model), target)


def to_fp16(source: Path, target: Path) -> None:
    """Half floats inside, float32 at inputs and outputs (kernels for GPUs; CPUs convert to and fro)."""
    model = onnx.load(str(source))
    save(
        onnx_ir.from_proto(convert_float_to_float16(model, keep_io_types=True, disable_shape_infer=_is_large(source))),
        target,
    )


def to_fp16_table(source: Path, target: Path) -> None:
    """The embedding table alone:
    rows are looked up as half floats and widened, which loses nothing of a half-float checkpoint.
    """
    model = onnx.load(str(source))
    (table,) = [tensor for tensor in model.graph.initializer if len(tensor.dims) == 2]
    half = onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(table).astype(np.float16), table.name)
    (gather,) = model.graph.node
    wide = gather.output[0]
    gather.output[0] = f"{wide}_half"
    model.graph.node.append(onnx.helper.make_node("Cast", [gather.output[0]], [wide], to=onnx.TensorProto.FLOAT))
    table.CopyFrom(half)
    save(onnx_ir.from_proto(model), target)


def _is_large(file: Path) -> bool:
    data = file.with_name(f"{file.name}_data")
    return file.stat().st_size + (data.stat().st_size if data.is_file() else 0) > INLINE_LIMIT
