"""Turns a checkpoint of Shotluck-Holmes or TinyLLaVA into a folder that the studio opens.

python models/convert/convert.py CHECKPOINT FOLDER [--weights int8] [--vision-tower TOWER] [--pixels raw]
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import nn

import quantise
from checkpoint import Checkpoint, Part, read_checkpoint, refuse_unknown_keys
from errors import ConversionError
from networks import SiglipTower, VisionEncoder, make_decoder, projector, with_projections
from onnx_export import export_decoder, export_embed_tokens, export_vision_encoder
from studio_folder import folder_config, generation_config, preprocessor_config
from text_config import text_config
from tokenizer_files import check_against_source, read_tokenizer, tokenizer_config

NETWORKS = ("vision_encoder", "embed_tokens", "decoder_model_merged")
# Per --weights: the format of each network, as transformers.js names it. 4 bits are few for a vision tower; a table of
# half floats holds all that a half-float checkpoint says.
PLANS = {
    "fp32": dict.fromkeys(NETWORKS, "fp32"),
    "fp16": dict.fromkeys(NETWORKS, "fp16"),
    "int8": {"vision_encoder": "q8", "embed_tokens": "fp16", "decoder_model_merged": "q8"},
    "int4": {"vision_encoder": "q8", "embed_tokens": "fp16", "decoder_model_merged": "q4"},
}
Say = Callable[[str], object]
ENDINGS = {"fp32": "", "fp16": "_fp16", "q8": "_quantized", "q4": "_q4"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="folder with config.json, weights and tokenizer files")
    parser.add_argument("folder", type=Path, help="where to write; must not exist")
    parser.add_argument(
        "--weights", choices=PLANS, default="fp32", help="format of the written weights (default: fp32)"
    )
    parser.add_argument(
        "--vision-tower",
        type=Path,
        help="folder of the vision tower, where it is not SigLIP so400m-384 or not in the checkpoint",
    )
    parser.add_argument(
        "--pixels",
        choices=("normalised", "raw"),
        default="normalised",
        help="range of the pixels that the model was tuned on, see README.md",
    )
    options = parser.parse_args(arguments)
    try:
        convert(options.checkpoint, options.folder, options.weights, options.vision_tower, options.pixels)
    except ConversionError as error:
        print(f"Not converted: {error}", file=sys.stderr)
        return 1
    return 0


def convert(
    source: Path,
    folder: Path,
    weights: str = "fp32",
    tower_folder: Path | None = None,
    pixels: str = "normalised",
    say: Say = print,
) -> None:
    """@raises ConversionError naming file and key; then nothing is left at `folder`."""
    if folder.exists():
        raise ConversionError(f"{folder}: is there already")
    steps = _progress(say)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".converting-") as work:
        made = Path(work) / "made"
        (made / "onnx").mkdir(parents=True)
        with torch.no_grad():
            _convert(read_checkpoint(source, tower_folder), made, PLANS[weights], pixels, steps)
        made.rename(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    steps(f"{folder}: {size / 1e6:.1f} MB, {weights}")


def _convert(checkpoint: Checkpoint, made: Path, plan: dict[str, str], pixels: str, steps: Say) -> None:
    text = text_config(checkpoint)
    steps(
        f"{checkpoint.architecture.name}: {text['num_hidden_layers']} layers of {text['hidden_size']}, "
        f"conversation {checkpoint.architecture.conversation.name}, {len(checkpoint.weights.names)} tensors"
    )
    tokenizer, encode = read_tokenizer(checkpoint)
    check_against_source(checkpoint, tokenizer, encode)
    tokenizer.save(str(made / "tokenizer.json"))
    steps(f"tokenizer: {tokenizer.get_vocab_size()} tokens, encodes prompts as the checkpoint's own")
    _write_networks(checkpoint, text, tokenizer.get_vocab_size(), made / "onnx", plan, steps)
    external = sorted(file.name.removesuffix("_data") for file in (made / "onnx").glob("*_data"))
    _write(made / "config.json", folder_config(checkpoint, text, tokenizer, plan, external))
    _write(made / "generation_config.json", generation_config(checkpoint, tokenizer))
    _write(made / "preprocessor_config.json", preprocessor_config(checkpoint, pixels))
    _write(made / "tokenizer_config.json", tokenizer_config(checkpoint, tokenizer))


def _write_networks(
    checkpoint: Checkpoint, text: dict[str, Any], vocabulary: int, target: Path, plan: dict[str, str], steps: Say
) -> None:
    """All keys are checked before the first network is written;
    then one network after the other, so that memory holds one at a time.
    """
    layers = checkpoint.tower["num_hidden_layers"] + checkpoint.config["mm_vision_select_layer"] + 1
    parts = _parts(checkpoint, text, layers)
    for part in parts.values():
        part.check()
    refuse_unknown_keys(checkpoint, set().union(*(part.keys() for part in parts.values())), layers)
    writers: dict[str, Callable[[Path], None]] = {
        "vision_encoder": lambda file: _write_vision(parts, checkpoint.tower["image_size"], file),
        "embed_tokens": lambda file: _write_embeddings(parts, vocabulary, file),
        "decoder_model_merged": lambda file: export_decoder(with_projections(parts["decoder"].load()), text, file),
    }
    for name, write in writers.items():
        plain = target / f"{name}.onnx"
        write(plain)
        _shrink(plain, plan[name])
        steps(f"{name}: {plan[name]}, {_size_of(target, name) / 1e6:.1f} MB, agreed with PyTorch as float32")


def _parts(checkpoint: Checkpoint, text: dict[str, Any], layers: int) -> dict[str, Part]:
    with torch.device("meta"):
        tower = SiglipTower(checkpoint.tower, layers)
        projection = projector(checkpoint.tower["hidden_size"], text["hidden_size"])
        table = nn.Embedding(text["vocab_size"], text["hidden_size"])
        decoder = make_decoder(text)
    weights = checkpoint.weights
    apart = checkpoint.tower_weights
    return {
        "tower": Part(tower, weights, "model.vision_tower.vision_tower.") if apart is None else Part(tower, apart, ""),
        "projection": Part(projection, weights, "model.mm_projector."),
        "table": Part(table, weights, "model.embed_tokens."),
        # TinyLlavaPhiForCausalLM leaves the bias of Phi-2's head away.
        "decoder": Part(decoder, weights, "", optional=("lm_head.bias",)),
    }


def _write_vision(parts: dict[str, Part], image_size: int, file: Path) -> None:
    export_vision_encoder(
        with_projections(VisionEncoder(parts["tower"].load(), parts["projection"].load())), image_size, file
    )


def _write_embeddings(parts: dict[str, Part], vocabulary: int, file: Path) -> None:
    table = parts["table"].load()
    # transformers.js looks up every token before it puts features in the place of <image>: that id needs a row too.
    missing_rows = vocabulary - table.num_embeddings
    if missing_rows > 0:
        table = nn.Embedding.from_pretrained(nn.functional.pad(table.weight, (0, 0, 0, missing_rows)))
    export_embed_tokens(table, file)


def _shrink(plain: Path, weight_format: str) -> None:
    if weight_format == "fp32":
        return
    target = plain.with_name(f"{plain.stem}{ENDINGS[weight_format]}.onnx")
    if plain.stem == "embed_tokens":
        quantise.to_fp16_table(plain, target)
    elif weight_format == "fp16":
        quantise.to_fp16(plain, target)
    else:
        quantise.to_integers(plain, target, {"q8": 8, "q4": 4}[weight_format])
    for file in (plain, plain.with_name(f"{plain.name}_data")):
        file.unlink(missing_ok=True)


def _size_of(folder: Path, network: str) -> int:
    return sum(file.stat().st_size for file in folder.glob(f"{network}*"))


def _write(file: Path, value: dict[str, Any]) -> None:
    file.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", "utf8")


def _progress(say: Say) -> Say:
    start = time.perf_counter()
    return lambda message: say(f"[{time.perf_counter() - start:6.1f} s] {message}")


if __name__ == "__main__":
    sys.exit(main())
