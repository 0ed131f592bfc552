"""Tiny random-weight text models:
the architectures whose published chat models write summaries, with dimensions of a toy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from tiny_export import Decoder, export
from tiny_families import TEXT, random_weights
from tiny_tokenizer import build_tokenizer

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
END = "<|im_end|>"
# As in Llama 3 and in most exports, fewer heads for keys and values than for queries.
CONTEXT = 2048  # a token is a byte here: enough for the summary of a short video
CONFIG = {**TEXT, "max_position_embeddings": CONTEXT, "num_key_value_heads": 1}
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
# Qwen3 thinks before it answers, unless its template is set otherwise: then it is handed thoughts that are empty.
THINKING = CHATML.replace(
    "assistant\n{% endif %}",
    "assistant\n"
    "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}",
)


@dataclass
class TinyWriter:
    model: nn.Module
    config: dict[str, Any]
    tokenizer: Tokenizer
    template: str
    layout: Callable[[str], str]  # what the template is to make of a prompt


class TextDecoder(nn.Module):
    """`Decoder` over tokens instead of embeddings, as text models are exported."""

    def __init__(self, model: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.embedding, self.decoder = model.embed_tokens, Decoder(model, head)

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, position_ids: Tensor, *past: Tensor
    ) -> tuple[Tensor, ...]:
        return self.decoder(self.embedding(input_ids), attention_mask, position_ids, *past)


def export_writer(model: nn.Module, file: Path) -> None:
    config = model.config
    size = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    names = [f"{layer}.{part}" for layer in range(config.num_hidden_layers) for part in ("key", "value")]
    inputs = {
        "input_ids": {0: "batch_size", 1: "sequence_length"},
        "attention_mask": {0: "batch_size", 1: "total_sequence_length"},
        "position_ids": {0: "batch_size", 1: "sequence_length"},
        **{f"past_key_values.{name}": {0: "batch_size", 2: "past_sequence_length"} for name in names},
    }
    outputs = {
        "logits": {0: "batch_size", 1: "sequence_length"},
        **{f"present.{name}": {0: "batch_size", 2: "total_sequence_length"} for name in names},
    }
    past = [torch.randn(1, config.num_key_value_heads, 2, size) for _ in names]
    args = (torch.ones(1, 3, dtype=torch.long), torch.ones(1, 5, dtype=torch.long), torch.arange(2, 5)[None], *past)
    export(TextDecoder(model.model, model.lm_head), args, file, inputs, outputs)


def chat_model(make: Callable[[], nn.Module], template: str, after_prompt: str) -> TinyWriter:
    tokenizer = build_tokenizer(SPECIAL)
    model = random_weights(make)
    write_letters_only(model, tokenizer)
    kept = [
        "num_hidden_layers",
        "num_attention_heads",
        "num_key_value_heads",
        "hidden_size",
        "max_position_embeddings",
        "vocab_size",
    ]
    config = {
        "model_type": model.config.model_type,
        "architectures": [type(model).__name__],
        "eos_token_id": tokenizer.token_to_id(END),
    }
    config |= {key: getattr(model.config, key) for key in kept}
    if getattr(model.config, "head_dim", None) is not None:
        config["head_dim"] = model.config.head_dim
    return TinyWriter(
        model,
        config,
        tokenizer,
        template,
        lambda prompt: f"<|im_start|>user\n{prompt}<|im_end|>\n<|im_start|>assistant\n{after_prompt}",
    )


def write_letters_only(model: nn.Module, tokenizer: Tokenizer) -> None:
    """Leaves words for printable letters and the end alone, so that an answer is text, however random.
    The best of them is above 0, the score of all others.
    """
    written = [tokenizer.token_to_id("Ġ" if letter == " " else letter) for letter in map(chr, range(32, 127))] + [
        tokenizer.token_to_id(END)
    ]
    silent = [token for token in range(model.config.vocab_size) if token not in written]
    model.lm_head.weight.data[silent] = 0


def llama() -> TinyWriter:
    from transformers import LlamaConfig, LlamaForCausalLM

    return chat_model(lambda: LlamaForCausalLM(LlamaConfig(**CONFIG, attn_implementation="eager")), CHATML, "")


def qwen2() -> TinyWriter:
    from transformers import Qwen2Config, Qwen2ForCausalLM

    return chat_model(lambda: Qwen2ForCausalLM(Qwen2Config(**CONFIG, attn_implementation="eager")), CHATML, "")


def qwen3() -> TinyWriter:
    from transformers import Qwen3Config, Qwen3ForCausalLM

    return chat_model(
        lambda: Qwen3ForCausalLM(Qwen3Config(**CONFIG, head_dim=16, attn_implementation="eager")),
        THINKING,
        "<think>\n\n</think>\n\n",
    )


WRITERS = {"llama": llama, "qwen2": qwen2, "qwen3": qwen3}
