"""The language model's part of a checkpoint's config.json, with every default written out."""

from typing import Any

from checkpoint import Checkpoint
from errors import ConversionError

# Defaults of transformers' LlamaConfig and PhiConfig where a checkpoint leaves the key out.
SHARED = {"rope_theta": 10000.0, "max_position_embeddings": 2048}
DEFAULTS = {
    "llama": {**SHARED, "rms_norm_eps": 1e-6, "hidden_act": "silu"},
    "phi": {**SHARED, "layer_norm_eps": 1e-5, "hidden_act": "gelu_new", "partial_rotary_factor": 0.5},
}
SIZES = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")
# Variants of the two architectures that neither TinyLlama nor Phi-2 uses.
UNKNOWN = {
    "rope_scaling": None,
    "attention_bias": False,
    "mlp_bias": False,
    "qk_layernorm": False,
    "tie_word_embeddings": False,
}


def text_config(checkpoint: Checkpoint) -> dict[str, Any]:
    """Sizes are counts of values, `head_dim` that of one head; `max_position_embeddings` is in tokens."""
    model_type = checkpoint.architecture.language_model
    source = checkpoint.config
    for key, usual in UNKNOWN.items():
        if source.get(key, usual) not in (usual, None):
            raise ConversionError(
                f'{checkpoint.folder / "config.json"}: key "{key}" is {source[key]!r}; '
                f"this converter knows {usual!r} only"
            )
    text = {"model_type": model_type, **{key: checkpoint.require(key) for key in SIZES}}
    text |= {key: _or(source.get(key), default) for key, default in DEFAULTS[model_type].items()}
    text["num_key_value_heads"] = _or(source.get("num_key_value_heads"), text["num_attention_heads"])
    text["head_dim"] = _or(source.get("head_dim"), text["hidden_size"] // text["num_attention_heads"])
    text.setdefault("partial_rotary_factor", 1.0)
    # Rotary positions have no end of their own: the model was tuned on sequences of this length.
    text["max_position_embeddings"] = context_length(checkpoint)
    return text


def context_length(checkpoint: Checkpoint) -> int:
    """Longest sequence in tokens: TinyLLaVA cuts prompts with their frames at `tokenizer_model_max_length` (3072)."""
    return checkpoint.require("tokenizer_model_max_length")


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value
