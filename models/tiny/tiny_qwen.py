"""Tiny models of Qwen-VL, whose pictures are grids of patches."""

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from tiny_export import Decoder, export, export_decoder, export_embedding
from tiny_families import CHATML, GRID, HEADS, HIDDEN, MEAN_STD, PATCH, PROMPT, TEXT, Tiny, random_weights
from tiny_tokenizer import build_tokenizer

MERGE = 2


def merged_patches_of(values: np.ndarray) -> np.ndarray:
    """[pictures, 3, height, width] -> [pictures * patches, 3 * 2 * patch * patch]:
    patches in groups of 2x2, each picture doubled in time.
    """
    count, rows, columns = len(values), GRID[0] // MERGE, GRID[1] // MERGE
    cut = values.reshape(count, 3, rows, MERGE, PATCH, columns, MERGE, PATCH).transpose(0, 2, 5, 3, 6, 1, 4, 7)
    doubled = np.repeat(cut.reshape(count * GRID[0] * GRID[1], 3, 1, PATCH, PATCH), 2, axis=2)
    return np.ascontiguousarray(doubled.reshape(len(doubled), -1))


class GridVision(nn.Module):
    """One picture with the grid that was traced:
    the published network takes any grid, and is fed one picture per run as well.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.visual = model.model.visual

    def forward(self, pixel_values: Tensor, image_grid_thw: Tensor) -> Tensor:
        features = self.visual(pixel_values, grid_thw=torch.tensor([[1, *GRID]])).pooler_output
        # Without a use of the grid the export would drop that input.
        return features + 0.0 * image_grid_thw.sum().to(features.dtype)


def qwen_vl(model_type: str) -> Tiny:
    import transformers

    name = {"qwen2_vl": "Qwen2VL", "qwen2_5_vl": "Qwen2_5_VL", "qwen3_vl": "Qwen3VL"}[model_type]
    config_class, model_class = (
        getattr(transformers, f"{name}Config"),
        getattr(transformers, f"{name}ForConditionalGeneration"),
    )
    tokenizer = build_tokenizer(
        [
            "<|endoftext|>",
            "<|im_start|>",
            "<|im_end|>",
            "<|vision_start|>",
            "<|vision_end|>",
            "<|image_pad|>",
            "<|video_pad|>",
        ]
    )
    ids = {
        key: tokenizer.token_to_id(f"<|{token}|>")
        for key, token in [
            ("image_token_id", "image_pad"),
            ("video_token_id", "video_pad"),
            ("vision_start_token_id", "vision_start"),
            ("vision_end_token_id", "vision_end"),
        ]
    }
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 3, 3]}
    text = {**TEXT, "rope_parameters": rope, **({"head_dim": HIDDEN // HEADS} if model_type == "qwen3_vl" else {})}
    vision: dict[str, Any] = {
        "depth": 2,
        "num_heads": 2,
        "in_channels": 3,
        "patch_size": PATCH,
        "spatial_merge_size": MERGE,
        "temporal_patch_size": 2,
    }
    own: dict[str, dict[str, Any]] = {
        "qwen2_vl": {"embed_dim": 16, "hidden_size": HIDDEN, "mlp_ratio": 2},
        # One window holds a whole picture of this size.
        "qwen2_5_vl": {
            "hidden_size": 16,
            "out_hidden_size": HIDDEN,
            "intermediate_size": 24,
            "window_size": 64,
            "fullatt_block_indexes": [1],
        },
        # transformers.js has no place for DeepStack's features: a model without them.
        "qwen3_vl": {
            "hidden_size": 16,
            "out_hidden_size": HIDDEN,
            "intermediate_size": 24,
            "num_position_embeddings": 16,
            "deepstack_visual_indexes": [],
        },
    }
    vision |= own[model_type]
    config = config_class(
        text_config=text, vision_config=vision, **ids, tie_word_embeddings=False, attn_implementation="eager"
    )
    model = random_weights(lambda: model_class(config))
    grid_name = "grid_thw" if model_type == "qwen2_vl" else "image_grid_thw"

    def pictures(values: np.ndarray) -> dict[str, Tensor]:
        return {
            "pixel_values": torch.from_numpy(merged_patches_of(values)),
            "image_grid_thw": torch.tensor([[1, *GRID]] * len(values)),
        }

    def write(folder: Path) -> None:
        args = (torch.randn(GRID[0] * GRID[1], 3 * 2 * PATCH * PATCH), torch.tensor([[1, *GRID]]))
        export(
            GridVision(model),
            args,
            folder / "vision_encoder.onnx",
            {"pixel_values": {}, grid_name: {}},
            {"image_features": {}},
        )
        export_embedding(model.get_input_embeddings(), folder / "embed_tokens.onnx")
        export_decoder(
            Decoder(model.model.language_model, model.lm_head),
            config.text_config,
            folder / "decoder_model_merged.onnx",
            position_axes=3,
        )

    template = CHATML.replace(
        "<|im_start|>{{ message",
        "{% if loop.first and message['role'] != 'system' %}"
        "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}<|im_start|>{{ message",
        1,
    )
    picture = "<|vision_start|>" + "<|image_pad|>" * (GRID[0] * GRID[1] // MERGE**2) + "<|vision_end|>"
    described = {**text, "model_type": f"{model_type}_text"}
    return Tiny(
        model=model,
        config={
            # Published configs of Qwen2-VL are flat; those of its successors are not.
            **(text if model_type == "qwen2_vl" else {"text_config": described}),
            "model_type": model_type,
            "architectures": [model_class.__name__],
            **ids,
            "eos_token_id": tokenizer.token_to_id("<|im_end|>"),
            "vision_config": vision,
        },
        preprocessor={
            "image_processor_type": "Qwen2VLImageProcessor",
            "processor_class": {
                "qwen2_vl": "Qwen2VLProcessor",
                "qwen2_5_vl": "Qwen2_5_VLProcessor",
                "qwen3_vl": "Qwen3VLProcessor",
            }[model_type],
            "do_resize": True,
            "min_pixels": 64,
            "max_pixels": 768,
            "patch_size": PATCH,
            "temporal_patch_size": 2,
            "merge_size": MERGE,
            **MEAN_STD,
        },
        tokenizer=tokenizer,
        template=template.replace("IMAGE", "<|vision_start|><|image_pad|><|vision_end|>"),
        end="<|im_end|>",
        size=(32, 24),
        prompt=lambda count: (
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
            f"<|im_start|>user\n{picture * count}{PROMPT}<|im_end|>\n<|im_start|>assistant\n"
        ),
        pictures=pictures,
        export=write,
        extra={"mm_token_type_ids": ids["image_token_id"]},
    )
