"""Makes a folder that a GPU can run from one with 8-bit integer products.

    python models/training-nano/for_gpu.py models/shotluck-nano OUTPUT [--weights fp32|q8blocks]

GPU execution providers of onnxruntime have no MatMulInteger and no DynamicQuantizeLinear, so the networks would go back to the
processor for every product. The same weights are written in a form that GPUs compute:

* `fp32`      the weights multiplied out to floats, MatMul on floats
* `q8blocks`  the decoder's weights in blocks of 32 with a scale each, com.microsoft.MatMulNBits; the vision network as in `fp32`

`fp32` holds the very weights of the integer model, `q8blocks` rounds them once more; neither rounds activations to 8 bits.
Needs: numpy, onnx.
"""
import argparse
import shutil
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

BLOCK = 32


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--weights", choices=["fp32", "q8blocks"], default="fp32")
    args = parser.parse_args()
    (args.output / "onnx").mkdir(parents=True, exist_ok=True)
    for file in args.source.glob("*.json"):
        shutil.copy(file, args.output / file.name)
    shutil.copy(args.source / "onnx" / "embed_tokens_quantized.onnx", args.output / "onnx" / "embed_tokens.onnx")
    for name, weights in [("vision_encoder", "fp32"), ("decoder_model_merged", args.weights)]:
        model = onnx.load(args.source / "onnx" / f"{name}_quantized.onnx")
        count = replace_integer_products(model.graph, weights)
        if weights == "q8blocks":
            model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
        onnx.save(model, args.output / "onnx" / f"{name}.onnx")
        print(f"{name}: {count} products written as {weights} to {args.output}")


def replace_integer_products(graph: onnx.GraphProto, weights: str) -> int:
    """x -> DynamicQuantizeLinear -> MatMulInteger -> Cast -> Mul(scales) becomes one product of x with its weights."""
    makers = {output: node for node in graph.node for output in node.output}
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    constants = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    dead: list[onnx.NodeProto] = []
    replaced: dict[int, list[onnx.NodeProto]] = {}
    products = [node for node in graph.node if node.op_type == "MatMulInteger"]
    for index, product in enumerate(products):
        quantised, weight_name, _, zero_name = product.input
        quantiser = makers[quantised]
        (cast,) = users[product.output[0]]
        (scaled,) = users[cast.output[0]]
        scales = makers[next(name for name in scaled.input if name != cast.output[0])]
        weight_scale = constants[next(name for name in scales.input if name in constants)]
        floats = (constants[weight_name].astype(np.float32) - constants[zero_name].astype(np.float32)) * weight_scale
        replaced[id(scaled)] = multiply(graph, quantiser.input[0], floats, (scaled.output[0], f"gpu_{index}", weights))
        dead += [product, cast, scales, quantiser]
    keep: list[onnx.NodeProto] = []
    gone = {id(node) for node in dead}
    for node in graph.node:
        keep += replaced.get(id(node), [] if id(node) in gone else [node])
    used = {name for node in keep for name in node.input}
    initialisers = [item for item in graph.initializer if item.name in used]
    del graph.node[:], graph.initializer[:]
    graph.node.extend(keep)
    graph.initializer.extend(initialisers)
    return len(products)


def multiply(graph: onnx.GraphProto, x: str, floats: np.ndarray, place: tuple[str, str, str]) -> list[onnx.NodeProto]:
    """`floats`: [in, out]. Adds the weights as constants."""
    output, name, weights = place
    if weights == "fp32":
        graph.initializer.append(numpy_helper.from_array(floats, f"{name}_weight"))
        return [helper.make_node("MatMul", [x, f"{name}_weight"], [output], name)]
    rows, columns = floats.shape
    blocks = -(-rows // BLOCK)
    padded = np.zeros((columns, blocks * BLOCK), np.float32)
    padded[:, :rows] = floats.T
    grouped = padded.reshape(columns, blocks, BLOCK)
    scales = np.abs(grouped).max(axis=2) / 127
    scales[scales == 0] = 1
    bytes_ = (np.round(grouped / scales[:, :, None]) + 128).astype(np.uint8)
    graph.initializer.append(numpy_helper.from_array(bytes_, f"{name}_bytes"))
    graph.initializer.append(numpy_helper.from_array(scales.astype(np.float32).reshape(-1), f"{name}_scales"))
    node = helper.make_node("MatMulNBits", [x, f"{name}_bytes", f"{name}_scales"], [output], name, domain="com.microsoft", K=rows, N=columns, bits=8, block_size=BLOCK, accuracy_level=0)
    return [node]


if __name__ == "__main__":
    main()
