"""Encoder and decoder of Whisper (Radford et al. 2022, arXiv:2212.04356)
as graphs in the layout that transformers.js loads.

The decoder is two graphs: `DecoderStart` reads the encoder's output and fills both caches; `DecoderStep` goes on from
the caches. Both give the cross-attention weights, from which word times are read (`alignment_heads`).
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import WhisperForConditionalGeneration


def heads_of(x: torch.Tensor, heads: int) -> torch.Tensor:
    """[B, L, heads * D] → [B, heads, L, D]"""
    return x.reshape(x.shape[0], -1, heads, x.shape[-1] // heads).transpose(1, 2)


def attend(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None
) -> tuple[torch.Tensor, torch.Tensor]:
    """Joined heads [B, L, heads * D] and the weights [B, heads, L, S]."""
    scores = query @ key.transpose(2, 3) * query.shape[-1] ** -0.5
    weights = torch.softmax(scores if mask is None else scores + mask, dim=-1)
    joined = (weights @ value).transpose(1, 2)
    return joined.reshape(joined.shape[0], joined.shape[1], -1), weights


class Encoder(nn.Module):
    def __init__(self, model: WhisperForConditionalGeneration) -> None:
        super().__init__()
        self.encoder = model.model.encoder
        self.heads = model.config.encoder_attention_heads

    def forward(self, input_features: Tensor) -> Tensor:
        """[B, 80, 3000] → [B, 1500, width]"""
        encoder = self.encoder
        x = nn.functional.gelu(encoder.conv1(input_features))
        x = nn.functional.gelu(encoder.conv2(x)).transpose(1, 2) + encoder.embed_positions.weight
        for layer in encoder.layers:
            y = layer.self_attn_layer_norm(x)
            own = layer.self_attn
            joined, _ = attend(
                heads_of(own.q_proj(y), self.heads),
                heads_of(own.k_proj(y), self.heads),
                heads_of(own.v_proj(y), self.heads),
                None,
            )
            x = x + own.out_proj(joined)
            x = x + layer.fc2(nn.functional.gelu(layer.fc1(layer.final_layer_norm(x))))
        return encoder.layer_norm(x)


class Decoder(nn.Module):
    def __init__(self, model: WhisperForConditionalGeneration) -> None:
        super().__init__()
        self.decoder = model.model.decoder
        self.head = model.proj_out
        self.heads = model.config.decoder_attention_heads

    def run(
        self, input_ids: Tensor, own_past: list[Sequence[Tensor]] | None, cross_of_layer: Sequence[Sequence[Tensor]]
    ) -> tuple[Tensor, list[tuple[Tensor, Tensor]], list[Tensor]]:
        """input_ids int64 [B, L]; per layer own keys and values so far and those of the encoder's output,
        each [B, heads, length, D]
        -> logits [B, L, vocabulary], own keys and values with the new ones, cross-attention [B, heads, L, S].
        """
        decoder = self.decoder
        length = input_ids.shape[1]
        past_length = 0 if own_past is None else own_past[0][0].shape[2]
        positions = torch.arange(length) + past_length
        x = decoder.embed_tokens(input_ids) + decoder.embed_positions.weight[positions]
        reach = torch.arange(length + past_length)[None, :] <= positions[:, None]
        mask = torch.where(reach, 0.0, torch.finfo(torch.float32).min)
        own_cache, cross_weights = [], []
        for index, layer in enumerate(decoder.layers):
            y = layer.self_attn_layer_norm(x)
            own = layer.self_attn
            key, value = heads_of(own.k_proj(y), self.heads), heads_of(own.v_proj(y), self.heads)
            if own_past is not None:
                key, value = torch.cat([own_past[index][0], key], 2), torch.cat([own_past[index][1], value], 2)
            own_cache.append((key, value))
            joined, _ = attend(heads_of(own.q_proj(y), self.heads), key, value, mask)
            x = x + own.out_proj(joined)
            cross = layer.encoder_attn
            query = heads_of(cross.q_proj(layer.encoder_attn_layer_norm(x)), self.heads)
            cross_key, cross_value = cross_of_layer[index]
            joined, weights = attend(query, cross_key, cross_value, None)
            cross_weights.append(weights)
            x = x + cross.out_proj(joined)
            x = x + layer.fc2(nn.functional.gelu(layer.fc1(layer.final_layer_norm(x))))
        return self.head(decoder.layer_norm(x)), own_cache, cross_weights


class DecoderStart(Decoder):
    def forward(self, input_ids: Tensor, encoder_hidden_states: Tensor) -> tuple[Tensor, ...]:
        """input_ids int64 [B, L], encoder_hidden_states [B, S, width]
        -> logits, both caches of each layer, cross-attention.
        """
        cross = [
            (
                heads_of(layer.encoder_attn.k_proj(encoder_hidden_states), self.heads),
                heads_of(layer.encoder_attn.v_proj(encoder_hidden_states), self.heads),
            )
            for layer in self.decoder.layers
        ]
        logits, own, weights = self.run(input_ids, None, cross)
        return (logits, *[t for pair in zip(own, cross, strict=True) for kv in pair for t in kv], *weights)


class DecoderStep(Decoder):
    def forward(self, input_ids: Tensor, *past: Tensor) -> tuple[Tensor, ...]:
        """`past`: per layer own key, own value, cross key, cross value, each [B, heads, length, D]."""
        layers = [past[i : i + 4] for i in range(0, len(past), 4)]
        logits, own, weights = self.run(input_ids, [layer[:2] for layer in layers], [layer[2:] for layer in layers])
        return (logits, *[t for kv in own for t in kv], *weights)


def cache_names(prefix: str, layers: int, parts: tuple[str, ...] = ("decoder", "encoder")) -> list[str]:
    return [f"{prefix}.{layer}.{part}.{kind}" for layer in range(layers) for part in parts for kind in ("key", "value")]


def export(model: WhisperForConditionalGeneration, folder: Path) -> None:
    """Writes `encoder.onnx`, `start.onnx` and `step.onnx`, fp32, into `folder`."""
    config = model.config
    layers, heads = config.decoder_layers, config.decoder_attention_heads
    weights = [f"cross_attentions.{layer}" for layer in range(layers)]
    ids = torch.ones(1, 3, dtype=torch.int64)
    hidden = torch.randn(1, config.max_source_positions, config.d_model)
    size = config.d_model // heads
    past = [torch.randn(1, heads, 5 if i % 4 < 2 else config.max_source_positions, size) for i in range(4 * layers)]
    options = {"opset_version": 17, "dynamo": False}
    token_axes = {
        "input_ids": {0: "batch_size", 1: "decoder_sequence_length"},
        "logits": {0: "batch_size", 1: "decoder_sequence_length"},
    }
    token_axes |= {name: {0: "batch_size", 2: "decoder_sequence_length"} for name in weights}
    past_names = cache_names("past_key_values", layers)
    cache_axes = {
        name: {
            0: "batch_size",
            2: "past_decoder_sequence_length" if ".decoder." in name else "encoder_sequence_length_out",
        }
        for name in past_names
    }
    with torch.no_grad():
        torch.onnx.export(
            Encoder(model),
            (torch.randn(1, config.num_mel_bins, 2 * config.max_source_positions),),
            folder / "encoder.onnx",
            **options,
            input_names=["input_features"],
            output_names=["last_hidden_state"],
            dynamic_axes={"input_features": {0: "batch_size"}, "last_hidden_state": {0: "batch_size"}},
        )
        torch.onnx.export(
            DecoderStart(model),
            (ids, hidden),
            folder / "start.onnx",
            **options,
            input_names=["input_ids", "encoder_hidden_states"],
            output_names=["logits", *cache_names("present", layers), *weights],
            dynamic_axes=token_axes | {"encoder_hidden_states": {0: "batch_size", 1: "encoder_sequence_length"}},
        )
        torch.onnx.export(
            DecoderStep(model),
            (ids[:, :1], *past),
            folder / "step.onnx",
            **options,
            input_names=["input_ids", *past_names],
            output_names=["logits", *cache_names("present", layers, ("decoder",)), *weights],
            dynamic_axes=token_axes | cache_axes,
        )
