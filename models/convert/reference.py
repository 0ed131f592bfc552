"""A second opinion: Shotluck-Holmes in plain PyTorch, straight from the source checkpoint.

Shares no code with the converter: networks from transformers, own loading, own prompt, own merge of frames. What
TinyLLaVA does to them is repeated from its published code (llava_arch.py, siglip_encoder.py,
mm_utils.py, conversation.py).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
import torch
from safetensors.torch import load_file
from torch import nn
from transformers import (
    CodeGenTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PhiConfig,
    PhiForCausalLM,
    SiglipVisionConfig,
    SiglipVisionModel,
)
from transformers.cache_utils import DynamicCache

SYSTEM = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)
IMAGE_TOKEN_INDEX = -200


@dataclass
class Answer:
    tokens: list[int]
    """Greedy, the end token among them."""
    prompt_ids: list[int]
    """As tokenizer_image_token gives them: one -200 for all frames."""
    least_margin: float
    """Smallest distance of the best logit to the second best: how far a runtime may be off before tokens differ."""
    first_logits: np.ndarray
    """Of the first token: float32 [vocabulary]."""


class Reference:
    def __init__(self, folder: str | Path, tower_folder: str | Path) -> None:
        folder = Path(folder)
        self.config = json.loads((folder / "config.json").read_text())
        self.is_phi = self.config["architectures"] == ["TinyLlavaPhiForCausalLM"]
        state = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
        self.language_model = self._language_model(state)
        self.tower = self._tower(state, json.loads((Path(tower_folder) / "config.json").read_text()))
        self.projector = nn.Sequential(
            *(self._projection(state, index) if index != 1 else nn.GELU() for index in range(3))
        )
        self._load_tokenizer(folder)

    def _language_model(self, state: dict[str, torch.Tensor]) -> nn.Module:
        keys = {
            key: value
            for key, value in self.config.items()
            if key not in ("architectures", "model_type", "torch_dtype", "transformers_version")
        }
        model = PhiForCausalLM(PhiConfig(**keys)) if self.is_phi else LlamaForCausalLM(LlamaConfig(**keys))
        if self.is_phi:
            # TinyLlavaPhiForCausalLM makes its head without bias.
            model.lm_head = nn.Linear(self.config["hidden_size"], self.config["vocab_size"], bias=False)
        own = {
            name: tensor
            for name, tensor in state.items()
            if not name.startswith(("model.vision_tower.", "model.mm_projector."))
        }
        model.load_state_dict(own, strict=True)
        return model.eval()

    def _tower(self, state: dict[str, torch.Tensor], config: dict[str, Any]) -> nn.Module:
        model = SiglipVisionModel(SiglipVisionConfig(**config, vision_use_head=False))
        prefix = "model.vision_tower.vision_tower.vision_model."
        own = {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}
        # As TinyLLaVA: the last layer is deleted, and the state after the new last one is the feature.
        del model.encoder.layers[-1:]
        model.load_state_dict(own, strict=True)
        return model.eval()

    def _projection(self, state: dict[str, torch.Tensor], index: int) -> nn.Linear:
        weight, bias = (state[f"model.mm_projector.{index}.{part}"] for part in ("weight", "bias"))
        layer = nn.Linear(weight.shape[1], weight.shape[0])
        layer.load_state_dict({"weight": weight, "bias": bias})
        return layer

    def _load_tokenizer(self, folder: Path) -> None:
        self._encode: Callable[[str], list[int]]
        if self.is_phi:
            tokenizer = CodeGenTokenizer.from_pretrained(folder)
            self._encode = lambda text: tokenizer.encode(text, add_special_tokens=False)
            self.start, self.end = [], tokenizer.convert_tokens_to_ids("<|endoftext|>")
        else:
            model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
            self._encode, self.start, self.end = model.encode, [model.bos_id()], model.eos_id()

    def layout(self, prompt: str) -> str:
        return f"{SYSTEM} USER: <image>\n{prompt} ASSISTANT:"

    def encode(self, prompt: str) -> list[int]:
        """Ids of the whole prompt, one -200 for all frames."""
        before, after = self.layout(prompt).split("<image>")
        return [*self.start, *self._encode(before), IMAGE_TOKEN_INDEX, *self._encode(after)]

    def pixel_values(self, frames: np.ndarray, pixels: str = "normalised") -> torch.Tensor:
        """uint8 RGB [frames, height, width, 3] at the tower's size -> float32 [frames, 3, height, width]."""
        values = torch.from_numpy(frames.astype(np.float32)).permute(0, 3, 1, 2)
        return values if pixels == "raw" else (values / 255 - 0.5) / 0.5

    @torch.no_grad()
    def features(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """Flat merge: the tokens of all frames, one frame after the other: [1, frames * tokens, width]."""
        states = self.tower(pixel_values, output_hidden_states=True).hidden_states
        return self.projector(states[-1]).flatten(0, 1)[None]

    @torch.no_grad()
    def generate(
        self,
        frames: np.ndarray,
        prompt: str,
        max_new_tokens: int,
        no_repeat_ngram_size: int = 0,
        pixels: str = "normalised",
    ) -> Answer:
        """Greedy. `frames` uint8 RGB [frames, height, width, 3] at the tower's size."""
        ids = self.encode(prompt)
        at = ids.index(IMAGE_TOKEN_INDEX)
        embed = self.language_model.get_input_embeddings()
        text = [embed(torch.tensor([part])) for part in (ids[:at], ids[at + 1 :])]
        inputs = torch.cat([text[0], self.features(self.pixel_values(frames, pixels)), text[1]], dim=1)
        # TinyLLaVA cuts here, at the end, where the question stands; the studio shows fewer frames instead.
        assert inputs.shape[1] <= self.config["tokenizer_model_max_length"], "longer than the model's context"
        cache, first = DynamicCache(), None
        tokens: list[int] = []
        margins: list[float] = []
        while len(tokens) < max_new_tokens and (not tokens or tokens[-1] != self.end):
            logits = self.language_model(inputs_embeds=inputs, cache=cache, use_cache=True).logits[0, -1]
            first = logits.numpy().copy() if first is None else first
            for banned in _repeats(tokens, no_repeat_ngram_size):
                logits[banned] = -torch.inf
            best = logits.topk(2)
            margins.append(float(best.values[0] - best.values[1]))
            tokens.append(int(best.indices[0]))
            inputs = embed(torch.tensor([[tokens[-1]]]))
        return Answer(tokens, ids, min(margins), first)


def _repeats(tokens: list[int], size: int) -> set[int]:
    """Tokens that would end an n-gram that was generated before."""
    if size < 1 or len(tokens) < size:
        return set()
    tail = tokens[len(tokens) - size + 1 :]
    return {
        tokens[start + size - 1] for start in range(len(tokens) - size + 1) if tokens[start : start + size - 1] == tail
    }


def painted_frames(count: int, size: int) -> np.ndarray:
    """uint8 RGB [count, size, size, 3] by a formula that the studio's test repeats:
    stripes and a ramp, other ones in every frame.
    """
    frame, y, x, channel = np.meshgrid(np.arange(count), np.arange(size), np.arange(size), np.arange(3), indexing="ij")
    return (
        (x * (3 + frame % 5) + y * (2 + frame % 3) + frame * 37 + channel * 71 + (x // 7) * (y // 5) * 11) % 256
    ).astype(np.uint8)
