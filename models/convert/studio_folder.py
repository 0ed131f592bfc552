"""The small files of the studio's folder: config.json, generation_config.json, preprocessor_config.json."""

from typing import Any

from tokenizers import Tokenizer

from checkpoint import Checkpoint
from tokenizer_files import token_ids

# How Shotluck-Holmes decodes in its evaluation (scripts/run/eval, model_shot2story.py).
EVALUATION_DECODING = {
    "do_sample": True,
    "temperature": 0.2,
    "top_p": 0.9,
    "no_repeat_ngram_size": 3,
    "max_new_tokens": 128,
}


def folder_config(
    checkpoint: Checkpoint, text: dict[str, Any], tokenizer: Tokenizer, plan: dict[str, str], external_data: list[str]
) -> dict[str, Any]:
    """`plan`: weight format per network as transformers.js names it;
    `external_data`: names of the ONNX files with data beside them.
    """
    ids = token_ids(checkpoint, tokenizer)
    tower = checkpoint.tower
    return {
        "architectures": ["LlavaForConditionalGeneration"],
        "model_type": "llava",
        "image_token_index": ids["image"],
        "image_seq_length": (tower["image_size"] // tower["patch_size"]) ** 2,
        "bos_token_id": ids["bos"],
        "eos_token_id": ids["eos"],
        "pad_token_id": ids["pad"],
        "projector_hidden_act": "gelu",
        "tie_word_embeddings": False,
        "vision_feature_layer": checkpoint.config["mm_vision_select_layer"],
        # SigLIP has no class token: all its tokens are patches.
        "vision_feature_select_strategy": "full",
        "text_config": text,
        "vision_config": {"model_type": "siglip_vision_model", **tower},
        "transformers.js_config": {"dtype": plan, "use_external_data_format": dict.fromkeys(external_data, 1)},
        "converted_from": {
            "architecture": checkpoint.architecture.name,
            "conversation": checkpoint.architecture.conversation.name,
            "mm_vision_tower": checkpoint.config["mm_vision_tower"],
        },
    }


def generation_config(checkpoint: Checkpoint, tokenizer: Tokenizer) -> dict[str, Any]:
    ids = token_ids(checkpoint, tokenizer)
    return {"bos_token_id": ids["bos"], "eos_token_id": ids["eos"], "pad_token_id": ids["pad"], **EVALUATION_DECODING}


def preprocessor_config(checkpoint: Checkpoint, pixels: str) -> dict[str, Any]:
    """`pixels`: `normalised` as SigLIP and TinyLLaVA, -1..1; `raw`: 0..255 as of Shotluck-Holmes' load_video."""
    size = checkpoint.tower["image_size"]
    return {
        "image_processor_type": "SiglipImageProcessor",
        "processor_class": "LlavaProcessor",
        "do_convert_rgb": True,
        "do_resize": True,
        "size": {"height": size, "width": size},
        "resample": 3,
        "do_rescale": pixels == "normalised",
        "rescale_factor": 1 / 255,
        "do_normalize": pixels == "normalised",
        "image_mean": [0.5, 0.5, 0.5],
        "image_std": [0.5, 0.5, 0.5],
    }
