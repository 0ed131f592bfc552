"""Tiny Florence-2, which has an encoder."""

from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import DynamicCache, EncoderDecoderCache

from tiny_export import export, export_embedding
from tiny_families import HEADS, HIDDEN, LAYERS, MEAN_STD, VOCABULARY, Tiny, random_weights
from tiny_tokenizer import build_tokenizer

TASK_PROMPT = "Describe with a paragraph what is shown in the image."


class FlorenceVision(nn.Module):
    """pixel_values [pictures, 3, height, width] -> [pictures, tokens, width]."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.tower, self.projector = model.model.vision_tower, model.model.multi_modal_projector

    def forward(self, pixel_values: Tensor) -> Tensor:
        return self.projector(self.tower(pixel_values).last_hidden_state)


class FlorenceEncoder(nn.Module):
    """inputs_embeds [batch, sequence, width], attention_mask [batch, sequence] -> hidden states,
    shaped as the embeddings.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.encoder = model.model.language_model.encoder

    def forward(self, inputs_embeds: Tensor, attention_mask: Tensor) -> Tensor:
        encoder = self.encoder
        hidden = encoder.layernorm_embedding(inputs_embeds + encoder.embed_positions(inputs_embeds[:, :, 0]))
        mask = torch.where(attention_mask[:, None, None, :] > 0, torch.tensor(0.0), torch.tensor(-1e9))
        for layer in encoder.layers:
            output = layer(hidden, attention_mask=mask)
            hidden = output[0] if isinstance(output, tuple) else output
        return hidden


class FlorenceDecoder(nn.Module):
    """BART's decoder over a cache of its own keys and values and of the encoder's,
    which are computed in the first run and kept.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.decoder, self.head = model.model.language_model.decoder, model.lm_head

    def forward(
        self, encoder_attention_mask: Tensor, encoder_hidden_states: Tensor, inputs_embeds: Tensor, *past: Tensor
    ) -> tuple[Tensor, ...]:
        decoder, length = self.decoder, past[0].shape[2]
        query = inputs_embeds.shape[1]
        positions = decoder.embed_positions.weight[torch.arange(query) + length + decoder.embed_positions.offset]
        hidden = decoder.layernorm_embedding(inputs_embeds + positions)
        seen = torch.arange(length + query)[None] <= torch.arange(length, length + query)[:, None]
        mask = torch.where(seen, torch.tensor(0.0), torch.tensor(-1e9))[None, None]
        cross = torch.where(encoder_attention_mask[:, None, None, :] > 0, torch.tensor(0.0), torch.tensor(-1e9))
        cache = EncoderDecoderCache(DynamicCache(), DynamicCache())
        for index, layer in enumerate(decoder.layers):
            cache.self_attention_cache.update(past[4 * index], past[4 * index + 1], index)
            attention = layer.encoder_attn
            for part, project in ((2, attention.k_proj), (3, attention.v_proj)):
                known = past[4 * index + part]
                computed = project(encoder_hidden_states).unflatten(2, (HEADS, -1)).transpose(1, 2)
                whole = torch.cat([known, computed[:, :, known.shape[2] :]], dim=2)
                if part == 2:
                    keys = whole
                else:
                    cache.cross_attention_cache.update(keys, whole, index)
            cache.is_updated[index] = True
            hidden = layer(hidden, mask, encoder_hidden_states, encoder_attention_mask=cross, cache=cache)
            hidden = hidden[0] if isinstance(hidden, tuple) else hidden
        present = [
            part
            for own, other in zip(cache.self_attention_cache.layers, cache.cross_attention_cache.layers, strict=True)
            for part in (own.keys, own.values, other.keys, other.values)
        ]
        return (self.head(hidden), *present)


def florence2() -> Tiny:
    from transformers import BartConfig, Florence2Config, Florence2ForConditionalGeneration, Florence2VisionConfig

    tokenizer = build_tokenizer(["<s>", "<pad>", "</s>", "<image>"], start="<s>", end="</s>")
    start, pad, end = (tokenizer.token_to_id(token) for token in ("<s>", "<pad>", "</s>"))
    language = {
        "vocab_size": VOCABULARY,
        "d_model": HIDDEN,
        "encoder_layers": LAYERS,
        "decoder_layers": LAYERS,
        "encoder_attention_heads": HEADS,
        "decoder_attention_heads": HEADS,
        "encoder_ffn_dim": 32,
        "decoder_ffn_dim": 32,
        "max_position_embeddings": 96,
        "bos_token_id": start,
        "pad_token_id": pad,
        "eos_token_id": end,
        "decoder_start_token_id": end,
        "is_encoder_decoder": True,
    }
    vision = Florence2VisionConfig(
        embed_dim=(8, 16),
        depths=(1, 1),
        num_heads=(2, 2),
        num_groups=(2, 2),
        patch_size=(3, 3),
        patch_stride=(4, 2),
        patch_padding=(1, 1),
        patch_prenorm=(False, True),
        window_size=4,
        projection_dim=HIDDEN,
        max_position_embeddings=16,
    )
    config = Florence2Config(
        vision_config=vision,
        text_config=BartConfig(**language),
        image_token_id=tokenizer.token_to_id("<image>"),
        is_encoder_decoder=True,
        tie_word_embeddings=True,
        attn_implementation="eager",
    )
    model = random_weights(lambda: Florence2ForConditionalGeneration(config))
    model.tie_weights()

    def write(folder: Path) -> None:
        export(
            FlorenceVision(model),
            (torch.randn(2, 3, 32, 32),),
            folder / "vision_encoder.onnx",
            {"pixel_values": {0: "batch_size"}},
            {"image_features": {0: "batch_size"}},
        )
        export_embedding(model.get_input_embeddings(), folder / "embed_tokens.onnx")
        text, mask = {0: "batch_size", 1: "encoder_sequence_length"}, torch.ones(1, 5, dtype=torch.long)
        states = torch.randn(1, 5, HIDDEN)
        export(
            FlorenceEncoder(model),
            (states, mask),
            folder / "encoder_model.onnx",
            {"inputs_embeds": text, "attention_mask": text},
            {"last_hidden_state": text},
        )
        names = [
            f"{layer}.{side}.{part}"
            for layer in range(LAYERS)
            for side in ("decoder", "encoder")
            for part in ("key", "value")
        ]
        lengths = {
            name: "past_decoder_sequence_length" if ".decoder." in name else "encoder_sequence_length_out"
            for name in names
        }
        past = [torch.randn(1, HEADS, 2 if ".decoder." in name else 5, HIDDEN // HEADS) for name in names]
        inputs = {
            "encoder_attention_mask": text,
            "encoder_hidden_states": text,
            "inputs_embeds": {0: "batch_size", 1: "decoder_sequence_length"},
        }
        inputs |= {f"past_key_values.{name}": {0: "batch_size", 2: lengths[name]} for name in names}
        outputs = {
            "logits": {0: "batch_size", 1: "decoder_sequence_length"},
            **{f"present.{name}": {0: "batch_size", 2: "length"} for name in names},
        }
        export(
            FlorenceDecoder(model),
            (mask, states, torch.randn(1, 1, HIDDEN), *past),
            folder / "decoder_model_merged.onnx",
            inputs,
            outputs,
        )

    tasks = {
        "<CAPTION>": "What does the image describe?",
        "<DETAILED_CAPTION>": "Describe in detail what is shown in the image.",
        "<MORE_DETAILED_CAPTION>": TASK_PROMPT,
    }
    return Tiny(
        model=model,
        config={
            "model_type": "florence2",
            "architectures": ["Florence2ForConditionalGeneration"],
            "is_encoder_decoder": True,
            "bos_token_id": start,
            "pad_token_id": pad,
            "eos_token_id": end,
            "text_config": {**language, "model_type": "florence2_language"},
            "vision_config": {"model_type": "davit", "projection_dim": HIDDEN},
        },
        preprocessor={
            "image_processor_type": "CLIPImageProcessor",
            "processor_class": "Florence2Processor",
            "do_resize": True,
            "size": {"height": 32, "width": 32},
            "resample": 3,
            "task_prompts_without_inputs": tasks,
            **MEAN_STD,
        },
        tokenizer=tokenizer,
        start="<s>",
        end="</s>",
        size=(32, 32),
        prompt=lambda _count: TASK_PROMPT,
        pictures=lambda values: {"pixel_values": torch.from_numpy(values)},
        export=write,
        max_pictures=1,
        extra={"decoder_start_token_id": end},
    )
