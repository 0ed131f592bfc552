"""The networks of a checkpoint, written out once more for export: what transformers.js runs one after the other.

Written anew rather than exported from transformers for two reasons: the graph stays small and free of cache classes,
and reference.py, which does use transformers, checks it independently. Parameters bear the names of the checkpoint.

Sources: Llama (Touvron et al. 2023, arXiv:2302.13971; grouped keys and values: arXiv:2307.09288), Phi-2 (attention and
MLP side by side, rotary embedding on a part of each head), SigLIP (Zhai et al. 2023, arXiv:2303.15343), rotary
embedding (Su et al. 2021, arXiv:2104.09864), projector of LLaVA 1.5 (arXiv:2310.03744).
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional

from errors import ConversionError

# Cosine and sine, or key and value.
Pair = tuple[Tensor, Tensor]
Module = TypeVar("Module", bound=nn.Module)

# Stands for minus infinity in attention: far below every score, and still a half float.
BLOCKED = -30000.0

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "silu": functional.silu,
    "gelu": functional.gelu,
    "gelu_new": lambda x: functional.gelu(x, approximate="tanh"),
    "gelu_pytorch_tanh": lambda x: functional.gelu(x, approximate="tanh"),
}


def activation(name: str) -> Callable[[Tensor], Tensor]:
    """By its name in config.json; every one keeps the shape."""
    if name not in ACTIVATIONS:
        raise ConversionError(f'config.json: activation "{name}" is not known ({", ".join(ACTIVATIONS)})')
    return ACTIVATIONS[name]


class VisionEncoder(nn.Module):
    """pixel_values float32 [frames, 3, H, W] -> image_features [frames, tokens, width of the language model]."""

    def __init__(self, tower: nn.Module, projector: nn.Module) -> None:
        super().__init__()
        self.tower = tower
        self.projector = projector

    def forward(self, pixel_values: Tensor) -> Tensor:
        return self.projector(self.tower(pixel_values))


class SiglipTower(nn.Module):
    """SigLIP up to the layer that LLaVA looks at, without pooling head and last norm
    (as `hidden_states[select_layer]`).
    """

    def __init__(self, config: dict[str, Any], layers: int) -> None:
        super().__init__()
        self.vision_model = nn.Module()
        embeddings = self.vision_model.embeddings = nn.Module()
        width, patch = config["hidden_size"], config["patch_size"]
        embeddings.patch_embedding = nn.Conv2d(3, width, patch, stride=patch)
        embeddings.position_embedding = nn.Embedding((config["image_size"] // patch) ** 2, width)
        self.vision_model.encoder = nn.Module()
        self.vision_model.encoder.layers = nn.ModuleList(SiglipLayer(config) for _ in range(layers))

    def forward(self, pixel_values: Tensor) -> Tensor:
        """pixel_values float32 [frames, 3, H, W] -> [frames, tokens, width of the tower]."""
        embeddings = self.vision_model.embeddings
        x = embeddings.patch_embedding(pixel_values).flatten(2).transpose(1, 2) + embeddings.position_embedding.weight
        for layer in self.vision_model.encoder.layers:
            x = layer(x)
        return x


class SiglipLayer(nn.Module):
    """[frames, tokens, width] -> the same shape; every token looks at every other."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__()
        width = config["hidden_size"]
        self.heads = config["num_attention_heads"]
        self.activation = activation(config["hidden_act"])
        self.layer_norm1 = nn.LayerNorm(width, eps=config["layer_norm_eps"])
        self.layer_norm2 = nn.LayerNorm(width, eps=config["layer_norm_eps"])
        self.self_attn = nn.Module()
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            setattr(self.self_attn, name, nn.Linear(width, width))
        self.mlp = nn.Module()
        self.mlp.fc1 = nn.Linear(width, config["intermediate_size"])
        self.mlp.fc2 = nn.Linear(config["intermediate_size"], width)

    def forward(self, x: Tensor) -> Tensor:
        attention, normed = self.self_attn, self.layer_norm1(x)
        query, key, value = (
            _split_heads(project(normed), self.heads)
            for project in (attention.q_proj, attention.k_proj, attention.v_proj)
        )
        weights = ((query @ key.transpose(-1, -2)) / math.sqrt(query.shape[-1])).softmax(-1)
        x = x + attention.out_proj((weights @ value).transpose(1, 2).flatten(2))
        return x + self.mlp.fc2(self.activation(self.mlp.fc1(self.layer_norm2(x))))


def projector(tower_width: int, text_width: int) -> nn.Sequential:
    """`mlp2x_gelu`: its parameters are 0.weight, 0.bias, 2.weight and 2.bias."""
    return nn.Sequential(nn.Linear(tower_width, text_width), nn.GELU(), nn.Linear(text_width, text_width))


class Decoder(nn.Module):
    """inputs_embeds float32 [batch, sequence, width], attention_mask int64 [batch, total], position_ids int64
    [batch, sequence] and for each layer key and value [batch, key heads, past, head size], total being past + sequence
    -> logits of the last position [batch, 1, vocabulary] and for each layer key and value of all positions so far.

    Only the last position is scored:
    transformers.js reads no other, and for a prompt of 3000 tokens the rest would be 600 MB.
    """

    def __init__(self, text: dict[str, Any], make_layer: Callable[[], nn.Module], norm: tuple[str, nn.Module]) -> None:
        super().__init__()
        self.model = nn.Module()
        self.model.layers = nn.ModuleList(make_layer() for _ in range(text["num_hidden_layers"]))
        self.model.add_module(*norm)
        self._norm_name = norm[0]
        self.lm_head = nn.Linear(text["hidden_size"], text["vocab_size"], bias=text["model_type"] == "phi")
        self.rotary_size = int(text["head_dim"] * text["partial_rotary_factor"])
        self.rope_theta = text["rope_theta"]

    def forward(
        self, inputs_embeds: Tensor, attention_mask: Tensor, position_ids: Tensor, past: list[Tensor]
    ) -> tuple[Tensor, ...]:
        x = inputs_embeds
        rotary = self._rotary(position_ids)
        blocked = self._blocked(attention_mask, x.shape[1])
        present = []
        for index, layer in enumerate(self.model.layers):
            x, cache = layer(x, rotary, blocked, (past[2 * index], past[2 * index + 1]))
            present.extend(cache)
        return self.lm_head(getattr(self.model, self._norm_name)(x[:, -1:])), *present

    def _rotary(self, position_ids: Tensor) -> Pair:
        exponents = torch.arange(0, self.rotary_size, 2, dtype=torch.float32) / self.rotary_size
        angles = position_ids[:, None, :, None].float() * (1.0 / self.rope_theta**exponents)
        angles = torch.cat([angles, angles], dim=-1)
        return angles.cos(), angles.sin()

    def _blocked(self, attention_mask: Tensor, sequence: int) -> Tensor:
        """Added to scores of [batch, key heads, query heads per key head, sequence, total]:
        no look ahead, none at padding.
        """
        total = attention_mask.shape[1]
        seen = torch.arange(total)[None, :] <= (torch.arange(sequence) + (total - sequence))[:, None]
        allowed = seen[None, None, None] & (attention_mask > 0)[:, None, None, None, :]
        return torch.where(allowed, 0.0, BLOCKED)


class Attention(nn.Module):
    """x [batch, sequence, width], rotary [batch, 1, sequence, rotary size] each,
    past [batch, key heads, past, head size] each
    -> [batch, sequence, width], and keys and values of all positions so far.
    """

    def __init__(self, text: dict[str, Any], bias: bool, output: str) -> None:
        super().__init__()
        self.heads, self.key_heads, self.head_size = (
            text["num_attention_heads"],
            text["num_key_value_heads"],
            text["head_dim"],
        )
        width = text["hidden_size"]
        self.q_proj = nn.Linear(width, self.heads * self.head_size, bias=bias)
        self.k_proj = nn.Linear(width, self.key_heads * self.head_size, bias=bias)
        self.v_proj = nn.Linear(width, self.key_heads * self.head_size, bias=bias)
        self.add_module(output, nn.Linear(self.heads * self.head_size, width, bias=bias))
        self._output_name = output

    def forward(self, x: Tensor, rotary: Pair, blocked: Tensor, past: Pair) -> tuple[Tensor, Pair]:
        query = _rotate(_split_heads(self.q_proj(x), self.heads), rotary)
        key = torch.cat([past[0], _rotate(_split_heads(self.k_proj(x), self.key_heads), rotary)], dim=2)
        value = torch.cat([past[1], _split_heads(self.v_proj(x), self.key_heads)], dim=2)
        # Neighbouring query heads share a key head: [batch, key heads, query heads per key head, sequence, head size].
        grouped = query.unflatten(1, (self.key_heads, self.heads // self.key_heads))
        scores = (grouped @ key[:, :, None].transpose(-1, -2)) / math.sqrt(self.head_size) + blocked
        seen = (scores.softmax(-1) @ value[:, :, None]).flatten(1, 2)
        return getattr(self, self._output_name)(seen.transpose(1, 2).flatten(2)), (key, value)


class LlamaLayer(nn.Module):
    """Shapes as those of `Attention`: first attention, then the gated MLP, each added to what it reads."""

    def __init__(self, text: dict[str, Any]) -> None:
        super().__init__()
        width, inner = text["hidden_size"], text["intermediate_size"]
        self.activation = activation(text["hidden_act"])
        self.self_attn = Attention(text, bias=False, output="o_proj")
        self.mlp = nn.Module()
        self.mlp.gate_proj = nn.Linear(width, inner, bias=False)
        self.mlp.up_proj = nn.Linear(width, inner, bias=False)
        self.mlp.down_proj = nn.Linear(inner, width, bias=False)
        self.input_layernorm = nn.RMSNorm(width, eps=text["rms_norm_eps"])
        self.post_attention_layernorm = nn.RMSNorm(width, eps=text["rms_norm_eps"])

    def forward(self, x: Tensor, rotary: Pair, blocked: Tensor, past: Pair) -> tuple[Tensor, Pair]:
        seen, cache = self.self_attn(self.input_layernorm(x), rotary, blocked, past)
        x = x + seen
        normed = self.post_attention_layernorm(x)
        return x + self.mlp.down_proj(self.activation(self.mlp.gate_proj(normed)) * self.mlp.up_proj(normed)), cache


class PhiLayer(nn.Module):
    """Attention and MLP read the same normed input and are added together."""

    def __init__(self, text: dict[str, Any]) -> None:
        super().__init__()
        width, inner = text["hidden_size"], text["intermediate_size"]
        self.activation = activation(text["hidden_act"])
        self.self_attn = Attention(text, bias=True, output="dense")
        self.mlp = nn.Module()
        self.mlp.fc1 = nn.Linear(width, inner)
        self.mlp.fc2 = nn.Linear(inner, width)
        self.input_layernorm = nn.LayerNorm(width, eps=text["layer_norm_eps"])

    def forward(self, x: Tensor, rotary: Pair, blocked: Tensor, past: Pair) -> tuple[Tensor, Pair]:
        normed = self.input_layernorm(x)
        seen, cache = self.self_attn(normed, rotary, blocked, past)
        return x + seen + self.mlp.fc2(self.activation(self.mlp.fc1(normed))), cache


def make_decoder(text: dict[str, Any]) -> Decoder:
    """`text`: config of the language model as text_config.py completes it."""
    if text["model_type"] == "llama":
        return Decoder(
            text, lambda: LlamaLayer(text), ("norm", nn.RMSNorm(text["hidden_size"], eps=text["rms_norm_eps"]))
        )
    return Decoder(
        text, lambda: PhiLayer(text), ("final_layernorm", nn.LayerNorm(text["hidden_size"], eps=text["layer_norm_eps"]))
    )


def _split_heads(x: Tensor, heads: int) -> Tensor:
    """[batch, sequence, heads * size] -> [batch, heads, sequence, size]."""
    return x.unflatten(2, (heads, -1)).transpose(1, 2)


def _rotate(x: Tensor, rotary: Pair) -> Tensor:
    """Rotary embedding on the first values of each head; the two halves of that part are the pairs."""
    cos, sin = rotary
    turned, rest = x.split([cos.shape[-1], x.shape[-1] - cos.shape[-1]], dim=-1)
    first, second = turned.chunk(2, dim=-1)
    turned = turned * cos + torch.cat([-second, first], dim=-1) * sin
    return turned if rest.shape[-1] == 0 else torch.cat([turned, rest], dim=-1)


class Projection(nn.Module):
    """A linear layer with its matrix the way ONNX multiplies it,
    so that quantisers find a constant and no transposed one.
    """

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        self.matrix = nn.Parameter(linear.weight.detach().T.contiguous())
        self.bias = None if linear.bias is None else nn.Parameter(linear.bias.detach())

    def forward(self, x: Tensor) -> Tensor:
        product = x @ self.matrix
        return product if self.bias is None else product + self.bias


def with_projections(module: Module) -> Module:
    """Replaces every nn.Linear inside by a Projection."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, Projection(child))
        else:
            with_projections(child)
    return module
