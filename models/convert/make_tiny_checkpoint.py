"""Random checkpoints of exactly Shotluck-Holmes' two architectures, small enough for a test.

python models/convert/make_tiny_checkpoint.py 1.5 CHECKPOINT TOWER     (or 3.1)

CHECKPOINT gets what training saves: config.json with TinyLLaVA's keys, one half-float state dict under its names with
the tower inside (its last layer and its head cut off, as TinyLLaVA cuts them), tokenizer files of the slow tokenizer.
TOWER gets the config.json of the vision tower, which in a real checkpoint is SigLIP so400m-384.
"""

import io
import json
import sys
from pathlib import Path
from typing import Any

import sentencepiece
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

TOWER: dict[str, Any] = {
    "architectures": ["SiglipVisionModel"],
    "model_type": "siglip_vision_model",
    "hidden_size": 24,
    "intermediate_size": 40,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_channels": 3,
    # Not a multiple of the patch, like 384 and 14: the rest is cut off. 16 tokens per frame.
    "image_size": 44,
    "patch_size": 10,
    "hidden_act": "gelu_pytorch_tanh",
    "layer_norm_eps": 1e-6,
}
# Keys that both architectures share, as training writes them.
MULTIMODAL = {
    "freeze_mm_mlp_adapter": False,
    "image_aspect_ratio": "pad",
    "mm_hidden_size": TOWER["hidden_size"],
    "mm_patch_merge_type": "flat",
    "mm_projector_lr": None,
    "mm_projector_type": "mlp2x_gelu",
    "mm_use_im_patch_token": False,
    "mm_use_im_start_end": False,
    "mm_vision_select_feature": "patch",
    "mm_vision_select_layer": -2,
    "tie_word_embeddings": False,
    "tokenizer_padding_side": "right",
    "torch_dtype": "float16",
    "transformers_version": "4.37.2",
    "tune_mm_mlp_adapter": False,
    "use_cache": True,
    "use_mm_proj": True,
}
LANGUAGE_MODELS = {
    # TinyLlama: four query heads share a key head (here two); no biases.
    "1.5": {
        "architectures": ["TinyLlavaLlamaForCausalLM"],
        "model_type": "tiny_llava",
        "mm_vision_tower": "bczhou/TinyLLaVA-1.5B-SigLIP",
        "hidden_size": 32,
        "intermediate_size": 56,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "hidden_act": "silu",
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "rope_scaling": None,
        "attention_bias": False,
        "max_position_embeddings": 256,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
    },
    # Phi-2: every head has keys of its own; rotary embedding on 0.4 of a head; a side-by-side block.
    "3.1": {
        "architectures": ["TinyLlavaPhiForCausalLM"],
        "model_type": "tiny_llava_phi",
        "mm_vision_tower": "bczhou/TinyLLaVA-3.1B-SigLIP",
        "hidden_size": 40,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 4,
        "hidden_act": "gelu_new",
        "layer_norm_eps": 1e-5,
        "partial_rotary_factor": 0.4,
        "qk_layernorm": False,
        "rope_theta": 10000.0,
        "rope_scaling": None,
        "max_position_embeddings": 256,
        "attention_dropout": 0.0,
        "embd_pdrop": 0.0,
        "resid_pdrop": 0.1,
    },
}
# What tokenizers learn from: enough words that prompts are not cut into letters alone.
TEXT = [
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite",
    "answers to the user's questions. USER: ASSISTANT: Please describe this video. "
    "Do not include details that you are not sure of. This is",
    "what the speech in the video is saying: a man and a woman walk along the beach "
    "while the sun goes down behind the hills. The camera",
    "follows a brown dog that runs through the grass, then a title card with white letters on black appears. "
    "She speaks to the audience.",
]
# 3072 scaled down: room for six frames with the prompt of prove.py and 32 tokens of answer, and for no more.
CONTEXT = 256
SEED = {"1.5": 15, "3.1": 31}


def make(size: str, folder: str | Path, tower_folder: str | Path) -> None:
    """@param size "1.5" or "3.1". Deterministic: the same files every time."""
    torch.manual_seed(SEED[size])
    folder, tower_folder = Path(folder), Path(tower_folder)
    folder.mkdir(parents=True)
    tower_folder.mkdir(parents=True)
    vocabulary = _write_sentencepiece(folder) if size == "1.5" else _write_byte_level(folder)
    config = {**LANGUAGE_MODELS[size], **MULTIMODAL, **vocabulary, "tokenizer_model_max_length": CONTEXT}
    weights = {**(_llama_weights(config) if size == "1.5" else _phi_weights(config)), **_vision_weights(config)}
    save_file(
        {name: tensor.half().contiguous() for name, tensor in weights.items()},
        folder / "model.safetensors",
        metadata={"format": "pt"},
    )
    for target, value in ((folder, config), (tower_folder, TOWER)):
        (target / "config.json").write_text(json.dumps(value, indent=2, sort_keys=True) + "\n")


def _llama_weights(config: dict[str, Any]) -> dict[str, torch.Tensor]:
    width, inner = config["hidden_size"], config["intermediate_size"]
    keys = width // config["num_attention_heads"] * config["num_key_value_heads"]
    weights = {"model.norm.weight": _around_one(width)}
    for layer in range(config["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        shapes = {"q_proj": (width, width), "k_proj": (keys, width), "v_proj": (keys, width), "o_proj": (width, width)}
        weights |= {f"{name}.self_attn.{part}.weight": _matrix(*shape) for part, shape in shapes.items()}
        shapes = {"gate_proj": (inner, width), "up_proj": (inner, width), "down_proj": (width, inner)}
        weights |= {f"{name}.mlp.{part}.weight": _matrix(*shape) for part, shape in shapes.items()}
        weights |= {
            f"{name}.{part}.weight": _around_one(width) for part in ("input_layernorm", "post_attention_layernorm")
        }
    return {**weights, **_ends(config)}


def _phi_weights(config: dict[str, Any]) -> dict[str, torch.Tensor]:
    width, inner = config["hidden_size"], config["intermediate_size"]
    weights = _norm("model.final_layernorm", width)
    for layer in range(config["num_hidden_layers"]):
        name = f"model.layers.{layer}"
        for part in ("q_proj", "k_proj", "v_proj", "dense"):
            weights |= _linear(f"{name}.self_attn.{part}", width, width)
        weights |= _linear(f"{name}.mlp.fc1", inner, width) | _linear(f"{name}.mlp.fc2", width, inner)
        weights |= _norm(f"{name}.input_layernorm", width)
    return {**weights, **_ends(config)}


def _ends(config: dict[str, Any]) -> dict[str, torch.Tensor]:
    """Embedding and head; the head is drawn wide, so that the best token stands clear of the next."""
    shape = (config["vocab_size"], config["hidden_size"])
    return {"model.embed_tokens.weight": torch.randn(shape), "lm_head.weight": torch.randn(shape)}


def _vision_weights(config: dict[str, Any]) -> dict[str, torch.Tensor]:
    width, inner, patch = TOWER["hidden_size"], TOWER["intermediate_size"], TOWER["patch_size"]
    root = "model.vision_tower.vision_tower.vision_model"
    weights = {
        f"{root}.embeddings.patch_embedding.weight": torch.randn(width, 3, patch, patch) * 0.1,
        f"{root}.embeddings.patch_embedding.bias": torch.randn(width) * 0.1,
        f"{root}.embeddings.position_embedding.weight": torch.randn((TOWER["image_size"] // patch) ** 2, width) * 0.3,
        **_norm(f"{root}.post_layernorm", width),
    }
    # The last layer is not in the checkpoint: layer -2 is looked at, and TinyLLaVA deletes what comes after it.
    for layer in range(TOWER["num_hidden_layers"] - 1):
        name = f"{root}.encoder.layers.{layer}"
        for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
            weights |= _linear(f"{name}.self_attn.{part}", width, width)
        weights |= _linear(f"{name}.mlp.fc1", inner, width) | _linear(f"{name}.mlp.fc2", width, inner)
        weights |= _norm(f"{name}.layer_norm1", width) | _norm(f"{name}.layer_norm2", width)
    text_width = config["hidden_size"]
    return (
        weights
        | _linear("model.mm_projector.0", text_width, width)
        | _linear("model.mm_projector.2", text_width, text_width, 1.5)
    )


def _linear(name: str, outputs: int, inputs: int, gain: float = 1.0) -> dict[str, torch.Tensor]:
    return {f"{name}.weight": _matrix(outputs, inputs) * gain, f"{name}.bias": torch.randn(outputs) * 0.1}


def _norm(name: str, width: int) -> dict[str, torch.Tensor]:
    return {f"{name}.weight": _around_one(width), f"{name}.bias": torch.randn(width) * 0.1}


def _matrix(outputs: int, inputs: int) -> torch.Tensor:
    return torch.randn(outputs, inputs) * (1.6 / inputs**0.5)


def _around_one(width: int) -> torch.Tensor:
    return 1 + torch.randn(width) * 0.1


def _write_sentencepiece(folder: Path) -> dict[str, int]:
    """Llama's kind of tokenizer.model: BPE, bytes to fall back on, digits apart, text as it is."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT),
        model_writer=model,
        model_type="bpe",
        vocab_size=448,
        byte_fallback=True,
        split_digits=True,
        normalization_rule_name="identity",
        remove_extra_whitespaces=False,
        allow_whitespace_only_pieces=True,
        minloglevel=2,
    )
    (folder / "tokenizer.model").write_bytes(model.getvalue())
    _write_tokenizer_config(
        folder,
        {
            "tokenizer_class": "LlamaTokenizer",
            "legacy": False,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "unk_token": "<unk>",
            "pad_token": "<unk>",
        },
    )
    return {"vocab_size": 448}


def _write_byte_level(folder: Path) -> dict[str, int]:
    """Phi-2's kind: byte-level BPE in vocab.json and merges.txt, the end token last, runs of spaces added,
    rows to spare in the table.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    tokenizer.train_from_iterator(
        TEXT, trainers.BpeTrainer(vocab_size=419, initial_alphabet=alphabet, show_progress=False)
    )
    tokenizer.model.save(str(folder))
    vocabulary = json.loads((folder / "vocab.json").read_text("utf8"))
    vocabulary["<|endoftext|>"] = len(vocabulary)
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), "utf8")
    added = {" " * spaces: len(vocabulary) + index for index, spaces in enumerate((4, 3, 2))}
    (folder / "added_tokens.json").write_text(json.dumps(added))
    _write_tokenizer_config(
        folder,
        {
            "tokenizer_class": "CodeGenTokenizer",
            "add_prefix_space": False,
            "bos_token": "<|endoftext|>",
            "eos_token": "<|endoftext|>",
            "unk_token": "<|endoftext|>",
        },
    )
    return {"vocab_size": 432}


def _write_tokenizer_config(folder: Path, config: dict[str, Any]) -> None:
    (folder / "tokenizer_config.json").write_text(json.dumps({**config, "padding_side": "right"}, indent=2) + "\n")


if __name__ == "__main__":
    make(*sys.argv[1:4])
