"""Arranges the networks of an exported folder so that they run faster with the same numbers.

    python models/training-nano/arrange.py FOLDER

* vision_encoder*.onnx: padding becomes part of the convolution that follows it. Runtimes keep pictures in blocks of channels between
  convolutions, and unpack and pack them again around a Pad.
* decoder_model_merged*.onnx: scores over the vocabulary are computed for the last place only, the one that the next token is chosen
  from. For the others they are nearly a fifth of the products of a prompt, and megabytes of output.

`export.py` does this to what it exports. Run alone it does it to a folder that was exported before, where it also puts the linear layers
of vision_encoder_quantized.onnx into 8 bits; it changes nothing when all this has been done. Needs: numpy, onnx, onnxruntime.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from quantise import quant_vision, restore_floats

LAST_PLACE = "last_place"
SPATIAL = 2


def main() -> None:
    folder = Path(sys.argv[1])
    arrange(folder)
    vision = folder / "onnx" / "vision_encoder_quantized.onnx"
    model = onnx.load(vision)
    if any(node.op_type == "MatMulInteger" for node in model.graph.node):
        return
    restore_floats(model)
    with tempfile.TemporaryDirectory() as scratch:
        floats = str(Path(scratch, "floats.onnx"))
        onnx.save(model, floats)
        quant_vision(floats, str(vision))
    print(f"{vision.name}: linear layers in 8 bits")


def arrange(folder: Path) -> None:
    for file in sorted((folder / "onnx").glob("*.onnx")):
        model = onnx.load(file)
        if file.name.startswith("vision_encoder"):
            print(f"{file.name}: {fold_padding(model)} paddings folded")
        elif file.name.startswith("decoder_model_merged"):
            print(f"{file.name}: {'scores of the last place only' if keep_last_place(model.graph) else 'as before'}")
        else:
            continue
        onnx.checker.check_model(model)
        onnx.save(model, file)


def fold_padding(model: onnx.ModelProto) -> int:
    graph = model.graph
    pads = [node for node in graph.node if node.op_type == "Pad"]
    sizes = constants_of(model, [node.input[1] for node in pads])
    for pad, size in zip(pads, sizes):
        (conv,) = [node for node in graph.node if pad.output[0] in node.input]
        before, after = np.split(size.reshape(2, -1)[:, -SPATIAL:], 2)
        attribute = next(item for item in conv.attribute if item.name == "pads")
        assert conv.op_type == "Conv" and not any(attribute.ints) and size.sum() == before.sum() + after.sum()
        attribute.ints[:] = [*before.flatten().tolist(), *after.flatten().tolist()]
        conv.input[0] = pad.input[0]
        graph.node.remove(pad)
    drop_unused(graph)
    return len(pads)


def constants_of(model: onnx.ModelProto, names: list[str]) -> list[np.ndarray]:
    """Values that hang on no input, computed by running the network with them as outputs."""
    if not names:
        return []
    copy = onnx.ModelProto()
    copy.CopyFrom(model)
    del copy.graph.output[:]
    copy.graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.INT64, None) for name in names)
    session = onnxruntime.InferenceSession(copy.SerializeToString())
    return session.run(None, {"pixel_values": np.zeros((1, 3, 224, 224), np.float32)})


def keep_last_place(graph: onnx.GraphProto) -> bool:
    """Cuts [batch, sequence, width] to its last place before the product that gives `logits`."""
    if any(LAST_PLACE in node.output for node in graph.node):
        return False
    makers = {output: node for node in graph.node for output in node.output}
    product = makers["logits"]
    while product.op_type not in ("MatMul", "MatMulInteger", "MatMulNBits"):
        product = makers[product.input[0]]
    quantiser = makers[product.input[0]]
    user = quantiser if quantiser.op_type == "DynamicQuantizeLinear" else product
    hidden = user.input[0]
    graph.initializer.append(numpy_helper.from_array(np.array([-1], np.int64), "last_index"))
    graph.node.insert(list(graph.node).index(user), helper.make_node("Gather", [hidden, "last_index"], [LAST_PLACE], "last_place", axis=1))
    user.input[0] = LAST_PLACE
    logits = next(output for output in graph.output if output.name == "logits")
    logits.type.tensor_type.shape.dim[1].dim_value = 1
    return True


def drop_unused(graph: onnx.GraphProto) -> None:
    """Nodes and constants that nothing depends on any more."""
    while True:
        used = {name for node in graph.node for name in node.input} | {output.name for output in graph.output}
        unused = [node for node in graph.node if not used.intersection(node.output)]
        if not unused:
            break
        for node in unused:
            graph.node.remove(node)
    for item in [item for item in graph.initializer if item.name not in used]:
        graph.initializer.remove(item)


if __name__ == "__main__":
    main()
