"""Tiny LFM2-VL, whose pictures are grids of patches."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from tiny_export import HybridDecoder, export, export_embedding, export_hybrid_decoder
from tiny_families import CHATML, GRID, MEAN_STD, PATCH, PROMPT, TEXT, Tiny, random_weights
from tiny_tokenizer import build_tokenizer


def patches_of(values: np.ndarray) -> np.ndarray:
    """[pictures, 3, height, width] -> [pictures, rows * columns, patch * patch * 3], channels last within a patch."""
    count, rows, columns = len(values), *GRID
    cut = values.reshape(count, 3, rows, PATCH, columns, PATCH).transpose(0, 2, 4, 3, 5, 1)
    return np.ascontiguousarray(cut.reshape(count, rows * columns, PATCH * PATCH * 3))


class Lfm2Vision(nn.Module):
    """Every picture has the same grid here: the published network unpads pictures of any grid."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.vision, self.projector = model.model.vision_tower, model.model.multi_modal_projector

    def forward(self, pixel_values: Tensor, pixel_attention_mask: Tensor, spatial_shapes: Tensor) -> Tensor:
        hidden = self.vision.embeddings(pixel_values, spatial_shapes)
        mask = torch.where(pixel_attention_mask[:, None, None, :] > 0, torch.tensor(0.0), torch.tensor(-1e9))
        for layer in self.vision.encoder.layers:
            output = layer(hidden, attention_mask=mask)
            hidden = output[0] if isinstance(output, tuple) else output
        hidden = self.vision.post_layernorm(hidden)[:, : GRID[0] * GRID[1]]
        features = self.projector(hidden.reshape(hidden.shape[0], *GRID, hidden.shape[2]))
        return features.reshape(-1, features.shape[-1])


def lfm2_vl() -> Tiny:
    from transformers import Lfm2Config, Lfm2VlConfig, Lfm2VlForConditionalGeneration, Siglip2VisionConfig

    tokenizer = build_tokenizer(
        ["<|pad|>", "<|startoftext|>", "<|im_start|>", "<|im_end|>", "<image>", "<|image_start|>", "<|image_end|>"],
        start="<|startoftext|>",
    )
    image = tokenizer.token_to_id("<image>")
    text = Lfm2Config(**TEXT, layer_types=["conv", "full_attention"], conv_L_cache=3, block_auto_adjust_ff_dim=False)
    vision = Siglip2VisionConfig(
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=2,
        num_attention_heads=2,
        patch_size=PATCH,
        num_patches=16,
        vision_use_head=False,
    )
    config = Lfm2VlConfig(
        vision_config=vision,
        text_config=text,
        image_token_id=image,
        downsample_factor=2,
        projector_hidden_size=32,
        tie_word_embeddings=False,
        attn_implementation="eager",
    )
    model = random_weights(lambda: Lfm2VlForConditionalGeneration(config))

    def shapes(count: int) -> dict[str, Tensor]:
        mask = (torch.arange(64) < GRID[0] * GRID[1]).long().repeat(count, 1)
        return {"pixel_attention_mask": mask, "spatial_shapes": torch.tensor([GRID] * count)}

    def pictures(values: np.ndarray) -> dict[str, Tensor]:
        patches = torch.from_numpy(patches_of(values))
        return {"pixel_values": nn.functional.pad(patches, (0, 0, 0, 64 - patches.shape[1])), **shapes(len(values))}

    def write(folder: Path) -> None:
        axis = {0: "num_images"}
        args = (torch.randn(2, 64, PATCH * PATCH * 3), *shapes(2).values())
        inputs = {"pixel_values": axis, "pixel_attention_mask": axis, "spatial_shapes": axis}
        export(Lfm2Vision(model), args, folder / "vision_encoder.onnx", inputs, {"image_features": {0: "num_tokens"}})
        export_embedding(model.get_input_embeddings(), folder / "embed_tokens.onnx")
        export_hybrid_decoder(
            HybridDecoder(model.model.language_model, model.lm_head), text, folder / "decoder_model_merged.onnx"
        )

    template = "{{ bos_token }}" + CHATML.replace("IMAGE", "<image>")
    picture = "<|image_start|>" + "<image>" * 12 + "<|image_end|>"
    return Tiny(
        model=model,
        config={
            "model_type": "lfm2_vl",
            "architectures": ["Lfm2VlForConditionalGeneration"],
            "image_token_id": image,
            "eos_token_id": tokenizer.token_to_id("<|im_end|>"),
            "downsample_factor": 2,
            "text_config": {**TEXT, "model_type": "lfm2", "layer_types": ["conv", "full_attention"], "conv_L_cache": 3},
        },
        preprocessor={
            "image_processor_type": "Lfm2VlImageProcessor",
            "processor_class": "Lfm2VlProcessor",
            "do_resize": True,
            "size": {"height": 32, "width": 32},
            "do_image_splitting": True,
            "tile_size": 32,
            "downsample_factor": 2,
            "encoder_patch_size": PATCH,
            "min_image_tokens": 4,
            "max_image_tokens": 12,
            "min_tiles": 2,
            "max_tiles": 4,
            "use_thumbnail": True,
            **MEAN_STD,
        },
        tokenizer=tokenizer,
        template=template,
        start="<|startoftext|>",
        end="<|im_end|>",
        size=(32, 24),
        prompt=lambda count: f"<|im_start|>user\n{picture * count}{PROMPT}<|im_end|>\n<|im_start|>assistant\n",
        pictures=pictures,
        export=write,
    )
