"""What the tiny random-weight models of all families of captioners share: their dimensions, and what each must give."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

PROMPT = "Say what happens."
HIDDEN, LAYERS, HEADS, CONTEXT = 32, 2, 2, 512
VOCABULARY = 280
GRID = (6, 8)  # rows and columns of patches in a picture of 32x24 with patches of 4
PATCH = 4
TEXT = {
    "vocab_size": VOCABULARY,
    "hidden_size": HIDDEN,
    "intermediate_size": 48,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "num_key_value_heads": HEADS,
    "max_position_embeddings": CONTEXT,
    "tie_word_embeddings": False,
}
MEAN_STD = {
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.5] * 3,
    "image_std": [0.5] * 3,
    "do_convert_rgb": True,
}
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}{% if part['type'] == 'image' %}IMAGE{% else %}{{ part['text'] }}{% endif %}"
    "{% endfor %}"
    "{% endif %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@dataclass
class Tiny:
    model: nn.Module
    config: dict[str, Any]
    preprocessor: dict[str, Any]
    tokenizer: Tokenizer
    end: str
    size: tuple[int, int]  # width, height of a picture that nothing scales
    prompt: Callable[[int], str]  # the whole prompt for so many pictures, as the model is to see it
    pictures: Callable[
        [np.ndarray], dict[str, Tensor]
    ]  # normalised [pictures, 3, height, width] -> inputs of the model
    export: Callable[[Path], None]
    start: str | None = None
    template: str | None = None
    processor: dict[str, Any] | None = None
    max_pictures: int = 8
    extra: dict[str, Any] = field(default_factory=dict)


def random_weights(make: Callable[[], nn.Module]) -> nn.Module:
    """Random weights from torch's own generator, wide enough that answers vary."""
    model = make().eval()
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.data = torch.randn(parameter.shape) * (1.2 / parameter.shape[-1] ** 0.5)
    return model
