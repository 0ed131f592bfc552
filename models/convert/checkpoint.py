"""Reads a checkpoint as TinyLLaVA and Shotluck-Holmes publish it:
one config.json, one state dict with everything in it.
"""

import json
import re
from collections.abc import Iterable, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import nn

from conversations import PHI, V1, Conversation
from errors import ConversionError


@dataclass(frozen=True)
class Architecture:
    name: str
    language_model: str
    """Model type of the language model in transformers' words."""
    conversation: Conversation


ARCHITECTURES = {
    "TinyLlavaLlamaForCausalLM": Architecture("TinyLlavaLlamaForCausalLM", "llama", V1),
    "TinyLlavaPhiForCausalLM": Architecture("TinyLlavaPhiForCausalLM", "phi", PHI),
}

# TinyLLaVA's SigLipVisionConfig: its checkpoints always hold this tower and do not describe it.
SO400M = {
    "hidden_size": 1152,
    "intermediate_size": 4304,
    "num_hidden_layers": 27,
    "num_attention_heads": 16,
    "image_size": 384,
    "patch_size": 14,
    "hidden_act": "gelu_pytorch_tanh",
    "layer_norm_eps": 1e-6,
}


class Weights:
    """Tensors by their name, read from disk only when asked for:
    a 3.1B checkpoint is larger than the parts that are exported.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._files = _weight_files(self.folder)
        self._loaded: dict[Path, dict[str, torch.Tensor]] = {}
        self._file_of: dict[str, Path] = {}
        for file in self._files:
            for name in self._names(file):
                self._file_of[name] = file
        self.names = frozenset(self._file_of)

    def tensor(self, name: str) -> torch.Tensor:
        """In the shape and type that the checkpoint has it in."""
        file = self._place(name)
        if file.suffix != ".safetensors":
            return self._pickled(file)[name]
        with safe_open(file, framework="pt") as handle:
            return handle.get_tensor(name)

    def shape(self, name: str) -> list[int]:
        """Read from the head of a safetensors file, without the tensor."""
        file = self._place(name)
        if file.suffix != ".safetensors":
            return list(self._pickled(file)[name].shape)
        with safe_open(file, framework="pt") as handle:
            return handle.get_slice(name).get_shape()

    def _place(self, name: str) -> Path:
        if name not in self._file_of:
            raise ConversionError(
                f'{self.folder}: key "{name}" is missing from {", ".join(file.name for file in self._files)}'
            )
        return self._file_of[name]

    def _names(self, file: Path) -> Iterable[str]:
        if file.suffix != ".safetensors":
            return self._pickled(file).keys()
        try:
            with safe_open(file, framework="pt") as handle:
                return list(handle.keys())
        except Exception as error:  # safetensors raises its own type per kind of damage
            raise ConversionError(f"{file}: not a whole safetensors file ({error})") from error

    def _pickled(self, file: Path) -> dict[str, torch.Tensor]:
        if file not in self._loaded:
            self._loaded[file] = torch.load(file, map_location="cpu", weights_only=True, mmap=True)
        return self._loaded[file]


@dataclass(frozen=True)
class Checkpoint:
    folder: Path
    config: dict[str, Any]
    architecture: Architecture
    tower: dict[str, Any]
    """Config of the SigLIP tower, complete."""
    weights: Weights
    tower_weights: Weights | None
    """Where the tower lies in a folder of its own; None: it is part of `weights`."""

    def require(self, key: str) -> Any:
        """Value of a key of config.json. @raises ConversionError where there is none."""
        if key not in self.config:
            raise ConversionError(f'{self.folder / "config.json"}: key "{key}" is missing')
        return self.config[key]


def read_checkpoint(folder: Path, tower_folder: Path | None = None) -> Checkpoint:
    """`tower_folder`: the SigLIP tower in a folder of its own (config.json, and weights where the checkpoint has none);
    left out, the tower is SigLIP so400m-384 and its weights come from the checkpoint.
    """
    folder = Path(folder)
    config = read_json(folder / "config.json")
    names = config.get("architectures") or ["(none)"]
    architecture = ARCHITECTURES.get(names[0])
    if architecture is None:
        raise ConversionError(
            f'{folder / "config.json"}: key "architectures" is {names[0]}; known: {", ".join(ARCHITECTURES)}'
        )
    weights = Weights(folder)
    carries_tower = any(name.startswith("model.vision_tower.") for name in weights.names)
    if not carries_tower and tower_folder is None:
        raise ConversionError(
            f"{folder}: no key model.vision_tower.*: give the folder of the vision tower by --vision-tower"
        )
    tower = dict(SO400M) if tower_folder is None else _tower_config(Path(tower_folder))
    tower_weights = None if carries_tower or tower_folder is None else Weights(tower_folder)
    checkpoint = Checkpoint(folder, config, architecture, tower, weights, tower_weights)
    _check_multimodal_keys(checkpoint)
    return checkpoint


def read_json(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise ConversionError(f"{file}: is missing")
    try:
        return json.loads(file.read_text("utf8"))
    except json.JSONDecodeError as error:
        raise ConversionError(f"{file}: not valid JSON ({error})") from error


def _check_multimodal_keys(checkpoint: Checkpoint) -> None:
    wanted = {
        "mm_projector_type": ("mlp2x_gelu",),
        "mm_vision_select_feature": ("patch",),
        "mm_patch_merge_type": ("flat",),
        "mm_use_im_start_end": (False,),
    }
    for key, allowed in wanted.items():
        optional = key.startswith(("mm_patch", "mm_use"))
        value = checkpoint.config.get(key, allowed[0]) if optional else checkpoint.require(key)
        if value not in allowed:
            raise ConversionError(
                f'{checkpoint.folder / "config.json"}: key "{key}" is {value!r}; '
                f"this converter knows {', '.join(map(repr, allowed))}"
            )
    select = checkpoint.require("mm_vision_select_layer")
    if not -checkpoint.tower["num_hidden_layers"] <= select < 0:
        raise ConversionError(
            f'{checkpoint.folder / "config.json"}: key "mm_vision_select_layer" is {select}, '
            f"of {checkpoint.tower['num_hidden_layers']} layers"
        )
    width = checkpoint.config.get("mm_hidden_size", checkpoint.tower["hidden_size"])
    if width != checkpoint.tower["hidden_size"]:
        raise ConversionError(
            f'{checkpoint.folder / "config.json"}: key "mm_hidden_size" is {width}, '
            f"but the vision tower is {checkpoint.tower['hidden_size']} wide: "
            "give the folder with its config.json by --vision-tower"
        )
    if "siglip" not in str(checkpoint.require("mm_vision_tower")).lower():
        raise ConversionError(
            f'{checkpoint.folder / "config.json"}: key "mm_vision_tower" is {checkpoint.config["mm_vision_tower"]!r}, '
            "not a SigLIP tower"
        )


def _tower_config(folder: Path) -> dict[str, Any]:
    config = read_json(folder / "config.json")
    config = config.get("vision_config", config)
    return {key: config.get(key, default) for key, default in SO400M.items()}


def _weight_files(folder: Path) -> list[Path]:
    for index in ("model.safetensors.index.json", "pytorch_model.bin.index.json"):
        if (folder / index).is_file():
            names = sorted(set(read_json(folder / index)["weight_map"].values()))
            missing = [name for name in names if not (folder / name).is_file()]
            if missing:
                raise ConversionError(f"{folder / missing[0]}: is missing, though {index} names it")
            return [folder / name for name in names]
    for name in ("model.safetensors", "pytorch_model.bin"):
        if (folder / name).is_file():
            return [folder / name]
    raise ConversionError(f"{folder}: neither model.safetensors nor pytorch_model.bin, whole or in shards, is there")


@dataclass(frozen=True)
class Part:
    """A module on the meta device and where its parameters lie in a checkpoint: their names behind a prefix."""

    module: nn.Module
    weights: Weights
    prefix: str
    optional: tuple[str, ...] = ()
    """Parameters that become zero where the checkpoint has none."""

    def keys(self) -> set[str]:
        return {self.prefix + name for name, _ in self.module.named_parameters()}

    def check(self) -> None:
        """@raises ConversionError naming the first key that is missing or of another shape. Reads no tensor."""
        for name, parameter in self.module.named_parameters():
            key = self.prefix + name
            if key not in self.weights.names and name in self.optional:
                continue
            shape = self.weights.shape(key)
            if shape != list(parameter.shape):
                raise ConversionError(
                    f'{self.weights.folder}: key "{key}" has shape {shape}, '
                    f"but config.json asks for {list(parameter.shape)}"
                )

    def load(self) -> nn.Module:
        """The module filled with float32 tensors."""
        state = {}
        for name, parameter in self.module.named_parameters():
            key = self.prefix + name
            state[name] = (
                self.weights.tensor(key).float() if key in self.weights.names else torch.zeros(parameter.shape)
            )
        self.module.load_state_dict(state, strict=True, assign=True)
        return self.module.eval()


# What a checkpoint may hold beside the weights that are used: the head that pools the tower's output, layers and norms
# after the chosen one, and tables that are computed.
UNUSED = re.compile(r"(^|\.)vision_model\.(head|post_layernorm)\.|\.rotary_emb\.inv_freq$|\.position_ids$")


def refuse_unknown_keys(checkpoint: Checkpoint, used: Set[str], tower_layers: int) -> None:
    """Weights that nothing takes would mean that the checkpoint is another model than the converter believes."""
    layer = re.compile(r"vision_model\.encoder\.layers\.(\d+)\.")
    for name in sorted(checkpoint.weights.names - used):
        found = layer.search(name)
        if UNUSED.search(name) or (found and int(found[1]) >= tower_layers):
            continue
        raise ConversionError(
            f'{checkpoint.folder}: key "{name}" is in the checkpoint, '
            f"but {checkpoint.architecture.name} has no place for it"
        )
