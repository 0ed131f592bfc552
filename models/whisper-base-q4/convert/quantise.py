"""fp32 graphs → weights of a few bits, and the two decoder graphs → one file that shares every weight."""

import hashlib
from collections.abc import Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import DefaultWeightOnlyQuantConfig, MatMulNBitsQuantizer

BLOCK = 32
EMBEDDING = "decoder.embed_tokens.weight"


def quantise(model: onnx.ModelProto, bits: int, excluded: Sequence[str] = ()) -> onnx.ModelProto:
    """Weights of the matrix products in blocks of 32 along the input, each with a scale
    (MatMulNBits of onnxruntime); the rest stays as it is.
    """
    config = DefaultWeightOnlyQuantConfig(block_size=BLOCK, is_symmetric=True, accuracy_level=4, bits=bits)
    quantiser = MatMulNBitsQuantizer(model, nodes_to_exclude=list(excluded), algo_config=config)
    quantiser.process()
    return quantiser.model.model


def head_of(model: onnx.ModelProto) -> onnx.NodeProto:
    """The node that gives the logits."""
    return next(node for node in model.graph.node if "logits" in node.output)


def share_embedding(model: onnx.ModelProto) -> None:
    """Whisper's embedding and output matrix are one.
    Takes the rows for `input_ids` out of the quantised output matrix, so that it is stored once.
    """
    graph = model.graph
    embedding = next(tensor for tensor in graph.initializer if tensor.name.endswith(EMBEDDING))
    rows, width = embedding.dims
    gather = next(node for node in graph.node if node.op_type == "Gather" and node.input[0] == embedding.name)
    head = head_of(model)
    bits = next(a.i for a in head.attribute if a.name == "bits")
    packed, scales = head.input[1], head.input[2]
    constants = {
        "row_shape": np.array([0, 0, width], np.int64),
        "scale_shape": np.array([0, 0, width // BLOCK, 1], np.int64),
    }
    nodes = [
        helper.make_node("Gather", [packed, "input_ids"], ["embedding_packed"], axis=0),
        helper.make_node(
            "Reshape", [reshaped_scales(graph, scales, rows), "row_shape_of_scales"], ["embedding_all_scales"]
        ),
        helper.make_node("Gather", ["embedding_all_scales", "input_ids"], ["embedding_scale_rows"], axis=0),
        helper.make_node("Reshape", ["embedding_scale_rows", "scale_shape"], ["embedding_scales"]),
    ]
    constants["row_shape_of_scales"] = np.array([rows, width // BLOCK], np.int64)
    if bits == 4:
        # Two values to a byte, the first in the low half.
        constants |= {
            "sixteen": np.array(16, np.float32),
            "nibble_axis": np.array([-1], np.int64),
            "packed_shape": np.array([0, 0, width // BLOCK, BLOCK], np.int64),
        }
        nodes += [
            helper.make_node("Cast", ["embedding_packed"], ["embedding_bytes"], to=TensorProto.FLOAT),
            helper.make_node("Mod", ["embedding_bytes", "sixteen"], ["embedding_low"], fmod=1),
            helper.make_node("Sub", ["embedding_bytes", "embedding_low"], ["embedding_high_16"]),
            helper.make_node("Div", ["embedding_high_16", "sixteen"], ["embedding_high"]),
            helper.make_node("Unsqueeze", ["embedding_low", "nibble_axis"], ["embedding_low_1"]),
            helper.make_node("Unsqueeze", ["embedding_high", "nibble_axis"], ["embedding_high_1"]),
            helper.make_node("Concat", ["embedding_low_1", "embedding_high_1"], ["embedding_pairs"], axis=-1),
            helper.make_node("Reshape", ["embedding_pairs", "packed_shape"], ["embedding_unsigned"]),
        ]
    else:
        nodes.append(helper.make_node("Cast", ["embedding_packed"], ["embedding_unsigned"], to=TensorProto.FLOAT))
    constants["zero_point"] = np.array(2 ** (bits - 1), np.float32)
    nodes += [
        helper.make_node("Sub", ["embedding_unsigned", "zero_point"], ["embedding_signed"]),
        helper.make_node("Mul", ["embedding_signed", "embedding_scales"], ["embedding_blocks"]),
        helper.make_node("Reshape", ["embedding_blocks", "row_shape"], list(gather.output)),
    ]
    graph.initializer.remove(embedding)
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    at = list(graph.node).index(gather)
    graph.node.remove(gather)
    for offset, node in enumerate(nodes):
        graph.node.insert(at + offset, node)


def reshaped_scales(graph: onnx.GraphProto, name: str, rows: int) -> str:
    scales = next(tensor for tensor in graph.initializer if tensor.name == name)
    if numpy_helper.to_array(scales).size % rows != 0:
        raise ValueError(f"{name}: scales do not belong to {rows} rows")
    return name


def merge_decoders(start: onnx.ModelProto, step: onnx.ModelProto) -> onnx.ModelProto:
    """One graph with an If on `use_cache_branch`, as transformers.js expects.
    Both branches read the same weights from the outer graph.
    """
    shared: dict[str, TensorProto] = {}
    branches = [branch_of(model, name, shared) for model, name in ((step, "step"), (start, "start"))]
    outputs = list(start.graph.output)
    complete_outputs(branches[0], [output.name for output in outputs])
    for branch in branches:
        by_name = {output.name: output for output in branch.output}
        ordered = [by_name[output.name] for output in outputs]
        del branch.output[:]
        branch.output.extend(ordered)
        rename_outputs(branch)
    decide = helper.make_node(
        "If",
        ["use_cache_branch"],
        [output.name for output in outputs],
        then_branch=branches[0],
        else_branch=branches[1],
    )
    flag = helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1])
    inputs = {value.name: value for model in (start, step) for value in model.graph.input}
    graph = helper.make_graph(
        [decide],
        "whisper_decoder",
        [*inputs.values(), flag],
        [of_any_size(output) for output in outputs],
        list(shared.values()),
    )
    opsets = {entry.domain: entry for model in (start, step) for entry in model.opset_import}
    return helper.make_model(graph, opset_imports=list(opsets.values()), ir_version=start.ir_version)


def branch_of(model: onnx.ModelProto, prefix: str, shared: dict[str, TensorProto]) -> onnx.GraphProto:
    """The graph without its inputs and weights, which move to `shared`, identified by their content."""
    graph = model.graph
    names = {}
    for tensor in graph.initializer:
        value = numpy_helper.to_array(tensor)
        key = "w_" + hashlib.sha256(f"{value.dtype}{value.shape}".encode() + value.tobytes()).hexdigest()[:16]
        names[tensor.name] = key
        if key not in shared:
            moved = TensorProto()
            moved.CopyFrom(tensor)
            moved.name = key
            shared[key] = moved
    nodes = []
    for node in graph.node:
        copy = onnx.NodeProto()
        copy.CopyFrom(node)
        copy.name = f"{prefix}/{node.name or node.output[0]}"
        for index, name in enumerate(copy.input):
            copy.input[index] = names.get(name, name)
        nodes.append(copy)
    return helper.make_graph(nodes, prefix, [], [of_any_size(output) for output in graph.output])


def complete_outputs(step: onnx.GraphProto, wanted: list[str]) -> None:
    """Caches of the encoder do not change after the first run: the runtime keeps what it has and looks at none here."""
    present = {output.name for output in step.output}
    for name in wanted:
        if name in present:
            continue
        nothing = numpy_helper.from_array(np.zeros((0, 1, 1, 1), np.float32))
        step.node.append(helper.make_node("Constant", [], [name], value=nothing))
        step.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [None] * 4))


def rename_outputs(branch: onnx.GraphProto) -> None:
    """Names inside a branch must differ from those of the outer graph."""
    renamed = {output.name: f"{branch.name}_{output.name}" for output in branch.output}
    for node in branch.node:
        for names in (node.input, node.output):
            for index, name in enumerate(names):
                names[index] = renamed.get(name, name)
    for output in branch.output:
        output.name = renamed[output.name]


def of_any_size(value: onnx.ValueInfoProto) -> onnx.ValueInfoProto:
    """Type and rank alone: the branches differ in their sizes."""
    kind = value.type.tensor_type
    return helper.make_tensor_value_info(value.name, kind.elem_type, [None] * len(kind.shape.dim))
