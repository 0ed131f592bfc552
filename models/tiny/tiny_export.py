"""ONNX networks from parts of a transformers model,
with the input and output names that transformers.js feeds and reads.
"""

from pathlib import Path

import onnx
import torch
from torch import Tensor, nn
from transformers import DynamicCache, PreTrainedConfig

MASKED = -1e9


def export(
    module: nn.Module,
    args: tuple[Tensor, ...],
    file: Path,
    inputs: dict[str, dict[int, str]],
    outputs: dict[str, dict[int, str]],
) -> None:
    """Traces `module`; `inputs` and `outputs` name the tensors in order, each with its dynamic axes."""
    with torch.no_grad():
        torch.onnx.export(
            module.eval(),
            args,
            file,
            dynamo=False,
            opset_version=17,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={**inputs, **outputs},
        )
    network = onnx.load(file)
    shorten_names(network.graph)
    # A flag of merged exports: first run or run with a cache.
    # These networks need none, but are fed it as the published ones are.
    if any("encoder_hidden_states" in value.name for value in network.graph.input):
        network.graph.input.append(onnx.helper.make_tensor_value_info("use_cache_branch", onnx.TensorProto.BOOL, [1]))
    onnx.save(network, file)


def shorten_names(graph: onnx.GraphProto) -> None:
    """Names of what lies inside the network make up half of a toy's file."""
    outer = {value.name for value in [*graph.input, *graph.output]}
    short: dict[str, str] = {"": ""}

    def renamed(name: str) -> str:
        return name if name in outer else short.setdefault(name, f"v{len(short)}")

    for value in graph.initializer:
        value.name = renamed(value.name)
    for node in graph.node:
        node.name = node.doc_string = ""
        node.input[:] = [renamed(name) for name in node.input]
        node.output[:] = [renamed(name) for name in node.output]
    del graph.value_info[:]


class Embedding(nn.Module):
    """Ids int64 [batch, sequence] -> [batch, sequence, width]."""

    def __init__(self, embedding: nn.Module) -> None:
        super().__init__()
        self.embedding = embedding

    def forward(self, input_ids: Tensor) -> Tensor:
        return self.embedding(input_ids)


def export_embedding(embedding: nn.Module, file: Path) -> None:
    axes = {0: "batch_size", 1: "sequence_length"}
    export(
        Embedding(embedding), (torch.ones(1, 3, dtype=torch.long),), file, {"input_ids": axes}, {"inputs_embeds": axes}
    )


def causal_mask(attention_mask: Tensor, query_length: int) -> Tensor:
    """Additive mask [batch, 1, query, total]: no look ahead, no look at padding."""
    total = attention_mask.shape[1]
    seen = torch.arange(total)[None] <= torch.arange(total - query_length, total)[:, None]
    allowed = seen[None, None] & (attention_mask[:, None, None, :] > 0)
    return torch.where(allowed, torch.tensor(0.0), torch.tensor(MASKED))


class Decoder(nn.Module):
    """A decoder-only language model over embeddings and a cache, layer by layer."""

    def __init__(self, model: nn.Module, head: nn.Module, norm: str = "norm") -> None:
        super().__init__()
        self.model, self.head, self.norm = model, head, norm

    def forward(
        self, inputs_embeds: Tensor, attention_mask: Tensor, position_ids: Tensor, *past: Tensor
    ) -> tuple[Tensor, ...]:
        """inputs_embeds [batch, sequence, width], attention_mask [batch, past + sequence],
        position_ids [batch, sequence], `past` per layer key and value [batch, key heads, past, head size]
        -> logits [batch, sequence, vocabulary] and the longer cache.
        """
        cache = DynamicCache()
        for layer in range(len(past) // 2):
            cache.update(past[2 * layer], past[2 * layer + 1], layer)
        mask = causal_mask(attention_mask, inputs_embeds.shape[1])
        positions = self.model.rotary_emb(inputs_embeds, position_ids)
        hidden = inputs_embeds
        for layer in self.model.layers:
            hidden = layer(hidden, attention_mask=mask, position_embeddings=positions, cache=cache)
            hidden = hidden[0] if isinstance(hidden, tuple) else hidden
        logits = self.head(getattr(self.model, self.norm)(hidden))
        return (logits, *[part for layer in cache.layers for part in (layer.keys, layer.values)])


def export_decoder(decoder: Decoder, config: PreTrainedConfig, file: Path, position_axes: int = 1) -> None:
    """@param position_axes 3 for rotary positions of time, height and width"""
    heads = config.num_key_value_heads
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    past = [torch.randn(1, heads, 2, size) for _ in range(2 * config.num_hidden_layers)]
    positions = torch.arange(2, 5)[None]
    batch_axis = 0 if position_axes == 1 else 1
    names = [f"{layer}.{part}" for layer in range(config.num_hidden_layers) for part in ("key", "value")]
    inputs = {
        "inputs_embeds": {0: "batch_size", 1: "sequence_length"},
        "attention_mask": {0: "batch_size", 1: "total_sequence_length"},
        "position_ids": {batch_axis: "batch_size", batch_axis + 1: "sequence_length"},
        **{f"past_key_values.{name}": {0: "batch_size", 2: "past_sequence_length"} for name in names},
    }
    outputs = {
        "logits": {0: "batch_size", 1: "sequence_length"},
        **{f"present.{name}": {0: "batch_size", 2: "total_sequence_length"} for name in names},
    }
    args = (
        torch.randn(1, 3, config.hidden_size),
        torch.ones(1, 5, dtype=torch.long),
        positions if position_axes == 1 else positions[None].repeat(3, 1, 1),
        *past,
    )
    export(decoder, args, file, inputs, outputs)


class HybridCache:
    """What LFM2's layers ask of a cache: keys and values for attention, the last inputs for convolutions."""

    def __init__(self) -> None:
        self.keys: dict[int, Tensor] = {}
        self.values: dict[int, Tensor] = {}
        self.convs: dict[int, Tensor] = {}

    def update(
        self, keys: Tensor, values: Tensor, layer: int, *_args: object, **_kwargs: object
    ) -> tuple[Tensor, Tensor]:
        """Adds keys and values [batch, heads, sequence, head size] of a layer; returns all so far."""
        self.keys[layer] = torch.cat([self.keys[layer], keys], dim=2)
        self.values[layer] = torch.cat([self.values[layer], values], dim=2)
        return self.keys[layer], self.values[layer]

    def get_conv_state(self, _layer: int, state_idx: int = 0) -> None:  # noqa: ARG002 - transformers passes it by name
        return None

    def update_conv_state(self, hidden: Tensor, layer: int, conv_kernel_size: int) -> Tensor:
        """`hidden` [batch, width, sequence] behind the last inputs of a layer; returns both together."""
        whole = torch.cat([self.convs[layer], hidden], dim=2)
        self.convs[layer] = whole[:, :, -conv_kernel_size:]
        return whole


class HybridDecoder(nn.Module):
    """LFM2: convolutions and attention by `layer_types`; positions come from the length of the mask."""

    def __init__(self, model: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.model, self.head, self.types = model, head, list(model.config.layer_types)

    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor, *past: Tensor) -> tuple[Tensor, ...]:
        cache, states = HybridCache(), list(past)
        for layer, kind in enumerate(self.types):
            if kind == "conv":
                cache.convs[layer] = states.pop(0)
            else:
                cache.keys[layer], cache.values[layer] = states.pop(0), states.pop(0)
        length, total = inputs_embeds.shape[1], attention_mask.shape[1]
        mask = causal_mask(attention_mask, length)
        positions = self.model.rotary_emb(inputs_embeds, torch.arange(total - length, total)[None])
        hidden = inputs_embeds
        for layer, block in enumerate(self.model.layers):
            hidden = block(
                hidden,
                attention_mask=None if self.types[layer] == "conv" else mask,
                position_embeddings=positions,
                cache=cache,
            )
        present = [
            state
            for layer, kind in enumerate(self.types)
            for state in ([cache.convs[layer]] if kind == "conv" else [cache.keys[layer], cache.values[layer]])
        ]
        return (self.head(self.model.embedding_norm(hidden)), *present)


def export_hybrid_decoder(decoder: HybridDecoder, config: PreTrainedConfig, file: Path) -> None:
    inputs: dict[str, dict[int, str]] = {
        "inputs_embeds": {0: "batch_size", 1: "sequence_length"},
        "attention_mask": {0: "batch_size", 1: "total_sequence_length"},
    }
    outputs: dict[str, dict[int, str]] = {"logits": {0: "batch_size", 1: "sequence_length"}}
    past: list[Tensor] = []
    size = config.hidden_size // config.num_attention_heads
    for layer, kind in enumerate(config.layer_types):
        if kind == "conv":
            past.append(torch.randn(1, config.hidden_size, config.conv_L_cache))
            inputs[f"past_conv.{layer}"] = outputs[f"present_conv.{layer}"] = {0: "batch_size"}
            continue
        for part in ("key", "value"):
            past.append(torch.randn(1, config.num_key_value_heads, 2, size))
            inputs[f"past_key_values.{layer}.{part}"] = {0: "batch_size", 2: "past_sequence_length"}
            outputs[f"present.{layer}.{part}"] = {0: "batch_size", 2: "total_sequence_length"}
    export(
        decoder,
        (torch.randn(1, 3, config.hidden_size), torch.ones(1, 5, dtype=torch.long), *past),
        file,
        inputs,
        outputs,
    )
