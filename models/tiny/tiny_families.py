"""Tiny random-weight models of every family of captioners: the architecture of each from transformers, with dimensions of a toy."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from tiny_export import Decoder, HybridDecoder, export, export_decoder, export_embedding, export_hybrid_decoder
from tiny_tokenizer import build_tokenizer
from tokenizers import Tokenizer
from torch import Tensor, nn

PROMPT = "Say what happens."
HIDDEN, LAYERS, HEADS, CONTEXT = 32, 2, 2, 512
VOCABULARY = 280
TEXT = {
    "vocab_size": VOCABULARY,
    "hidden_size": HIDDEN,
    "intermediate_size": 48,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "num_key_value_heads": HEADS,
    "max_position_embeddings": CONTEXT,
    "tie_word_embeddings": False,
}
MEAN_STD = {
    "do_rescale": True,
    "rescale_factor": 1 / 255,
    "do_normalize": True,
    "image_mean": [0.5] * 3,
    "image_std": [0.5] * 3,
    "do_convert_rgb": True,
}
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{% if message['content'] is string %}{{ message['content'] }}"
    "{% else %}{% for part in message['content'] %}{% if part['type'] == 'image' %}IMAGE{% else %}{{ part['text'] }}{% endif %}{% endfor %}"
    "{% endif %}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)


@dataclass
class Tiny:
    model: nn.Module
    config: dict
    preprocessor: dict
    tokenizer: Tokenizer
    end: str
    size: tuple[int, int]  # width, height of a picture that nothing scales
    prompt: Callable[[int], str]  # the whole prompt for so many pictures, as the model is to see it
    pictures: Callable[
        [np.ndarray], dict[str, Tensor]
    ]  # normalised [pictures, 3, height, width] -> inputs of the model
    export: Callable[[Path], None]
    start: str | None = None
    template: str | None = None
    processor: dict | None = None
    max_pictures: int = 8
    extra: dict = field(default_factory=dict)


def random_weights(make: Callable[[], nn.Module]) -> nn.Module:
    """Random weights from torch's own generator, wide enough that answers vary."""
    model = make().eval()
    for parameter in model.parameters():
        if parameter.dim() > 1:
            parameter.data = torch.randn(parameter.shape) * (1.2 / parameter.shape[-1] ** 0.5)
    return model


# --- LLaVA and its relatives -------------------------------------------------------------------------------------------------------


class LlavaVision(nn.Module):
    def __init__(self, model: nn.Module):
        super().__init__()
        self.tower, self.projector = model.model.vision_tower, model.model.multi_modal_projector
        self.layer, self.strategy = model.config.vision_feature_layer, model.config.vision_feature_select_strategy

    def forward(self, pixel_values: Tensor) -> Tensor:
        hidden = self.tower(pixel_values, output_hidden_states=True).hidden_states[self.layer]
        return self.projector(hidden[:, 1:] if self.strategy == "default" else hidden)


def llava_like(text_config, special: list[str], end: str, **options) -> Tiny:
    from transformers import CLIPVisionConfig, LlavaConfig, LlavaForConditionalGeneration, SiglipVisionConfig

    clip = options.pop("clip", False)
    tower = (CLIPVisionConfig if clip else SiglipVisionConfig)(
        hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=2, image_size=32, patch_size=8
    )
    tokenizer = build_tokenizer(special, start=options.get("start"))
    image = tokenizer.token_to_id("<image>")
    config = LlavaConfig(
        vision_config=tower,
        text_config=text_config,
        image_token_id=image,
        vision_feature_layer=-2 if clip else -1,
        vision_feature_select_strategy="default" if clip else "full",
        image_seq_length=16,
        tie_word_embeddings=False,
        attn_implementation="eager",
    )
    model = random_weights(lambda: LlavaForConditionalGeneration(config))
    norm = "final_layernorm" if text_config.model_type == "phi" else "norm"

    def write(folder: Path) -> None:
        axis = {0: "num_images"}
        export(
            LlavaVision(model),
            (torch.randn(2, 3, 32, 32),),
            folder / "vision_encoder.onnx",
            {"pixel_values": axis},
            {"image_features": axis},
        )
        export_embedding(model.get_input_embeddings(), folder / "embed_tokens.onnx")
        export_decoder(
            Decoder(model.model.language_model, model.lm_head, norm), text_config, folder / "decoder_model_merged.onnx"
        )

    layout = options.pop("layout")
    text = {**TEXT, "model_type": text_config.model_type}
    return Tiny(
        model=model,
        config={"image_token_index": image, "eos_token_id": tokenizer.token_to_id(end), **options.pop("config")(text)},
        preprocessor={
            "image_processor_type": "SiglipImageProcessor",
            "do_resize": True,
            "size": {"height": 32, "width": 32},
            "resample": 2,
            **MEAN_STD,
        },
        tokenizer=tokenizer,
        end=end,
        size=(32, 32),
        prompt=lambda count: layout("<image>" * 16 * count),
        pictures=lambda values: {"pixel_values": torch.from_numpy(values)},
        export=write,
        **options,
    )


def llava() -> Tiny:
    from transformers import LlamaConfig

    template = (
        "{% for message in messages %}{{ message['role'] | upper }}: {% for part in message['content'] %}{% if part['type'] == 'image' %}<image>\n"
        "{% else %}{{ part['text'] }} {% endif %}{% endfor %}{% endfor %}{% if add_generation_prompt %}ASSISTANT:{% endif %}"
    )
    return llava_like(
        LlamaConfig(**TEXT),
        ["<s>", "</s>", "<image>"],
        "</s>",
        clip=True,
        start="<s>",
        template=template,
        layout=lambda images: f"USER: {images}\n{PROMPT} ASSISTANT:",
        config=lambda text: {
            "model_type": "llava",
            "architectures": ["LlavaForConditionalGeneration"],
            "image_seq_length": 16,
            "text_config": text,
        },
    )


def llava_qwen2() -> Tiny:
    """FastVLM. Its tower (FastViTHD) is a SigLIP here: what the studio sees of a tower is what goes in and comes out."""
    from transformers import Qwen2Config

    return llava_like(
        Qwen2Config(**TEXT),
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>"],
        "<|im_end|>",
        # As published: only text, after a system turn.
        template=(
            "{% for message in messages %}{% if loop.first %}<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}"
            "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
            "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
        ),
        layout=lambda images: (
            f"<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n{images}\n{PROMPT}<|im_end|>\n<|im_start|>assistant\n"
        ),
        config=lambda text: {**text, "model_type": "llava_qwen2", "architectures": ["LlavaQwen2ForCausalLM"]},
    )


def llava_onevision() -> Tiny:
    from transformers import Qwen2Config

    template = (
        "{% for message in messages %}<|im_start|>{{ message['role'] }} {% for part in message['content'] %}{% if part['type'] == 'image' %}<image>{% endif %}{% endfor %}"
        "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ '\n' + part['text'] }}{% endif %}{% endfor %}<|im_end|>{% endfor %}"
        "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
    )
    return llava_like(
        Qwen2Config(**TEXT),
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>"],
        "<|im_end|>",
        template=template,
        layout=lambda images: f"<|im_start|>user {images}\n{PROMPT}<|im_end|><|im_start|>assistant\n",
        config=lambda text: {
            "model_type": "llava_onevision",
            "architectures": ["LlavaOnevisionForConditionalGeneration"],
            "text_config": text,
        },
    )


def moondream1() -> Tiny:
    from transformers import PhiConfig

    return llava_like(
        PhiConfig(**TEXT, partial_rotary_factor=0.5),
        ["<|endoftext|>", "<image>"],
        "<|endoftext|>",
        max_pictures=1,
        layout=lambda images: f"{images}\n\nQuestion: {PROMPT}\n\nAnswer:",
        config=lambda text: {
            "model_type": "moondream1",
            "architectures": ["Moondream1ForConditionalGeneration"],
            "phi_config": {**text, "partial_rotary_factor": 0.5},
        },
    )


# --- Idefics3 and SmolVLM ----------------------------------------------------------------------------------------------------------


class IdeficsVision(nn.Module):
    def __init__(self, model: nn.Module):
        super().__init__()
        self.vision, self.connector, self.patch = (
            model.model.vision_model,
            model.model.connector,
            model.config.vision_config.patch_size,
        )

    def forward(self, pixel_values: Tensor, pixel_attention_mask: Tensor) -> Tensor:
        """Whole squares only, whose patches have the learned positions in order; `embeddings` finds those of cropped ones, untraceably."""
        pixels, mask = pixel_values.flatten(0, 1), pixel_attention_mask.flatten(0, 1)
        embeddings = self.vision.embeddings
        hidden = embeddings.patch_embedding(pixels).flatten(2).transpose(1, 2) + embeddings.position_embedding.weight
        patches = mask[:, :: self.patch, :: self.patch].flatten(1)
        additive = torch.where(patches[:, None, None, :], torch.tensor(0.0), torch.tensor(-1e9))
        for layer in self.vision.encoder.layers:
            output = layer(hidden, attention_mask=additive)
            hidden = output[0] if isinstance(output, tuple) else output
        return self.connector(self.vision.post_layernorm(hidden))


def idefics(model_type: str) -> Tiny:
    from transformers import (
        Idefics3Config,
        Idefics3ForConditionalGeneration,
        LlamaConfig,
        SmolVLMConfig,
        SmolVLMForConditionalGeneration,
    )

    special = ["<|im_start|>", "<end_of_utterance>", "<fake_token_around_image>", "<global-img>", "<image>"]
    tokenizer = build_tokenizer(special)
    image = tokenizer.token_to_id("<image>")
    text = LlamaConfig(**TEXT, pad_token_id=0)
    vision = {
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 32,
        "patch_size": 8,
    }
    config_class, model_class = (
        (SmolVLMConfig, SmolVLMForConditionalGeneration)
        if model_type == "smolvlm"
        else (Idefics3Config, Idefics3ForConditionalGeneration)
    )
    config = config_class(
        vision_config=vision,
        text_config=text,
        image_token_id=image,
        scale_factor=2,
        pad_token_id=0,
        tie_word_embeddings=False,
        attn_implementation="eager",
    )
    model = random_weights(lambda: model_class(config))

    def write(folder: Path) -> None:
        axes = {0: "batch_size", 1: "num_images"}
        args = (torch.randn(1, 2, 3, 32, 32), torch.ones(1, 2, 32, 32, dtype=torch.bool))
        export(
            IdeficsVision(model),
            args,
            folder / "vision_encoder.onnx",
            {"pixel_values": axes, "pixel_attention_mask": axes},
            {"image_features": {0: "num_images"}},
        )
        export_embedding(model.get_input_embeddings(), folder / "embed_tokens.onnx")
        export_decoder(Decoder(model.model.text_model, model.lm_head), text, folder / "decoder_model_merged.onnx")

    template = (
        "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}{% if message['content'][0]['type'] == 'image' %}:{% else %}: {% endif %}"
        "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}{% elif part['type'] == 'image' %}<image>{% endif %}{% endfor %}"
        "<end_of_utterance>\n{% endfor %}{% if add_generation_prompt %}Assistant:{% endif %}"
    )
    picture = "<fake_token_around_image><global-img>" + "<image>" * 4 + "<fake_token_around_image>"
    return Tiny(
        model=model,
        config={
            "model_type": model_type,
            "architectures": [model_class.__name__],
            "image_token_id": image,
            "scale_factor": 2,
            "eos_token_id": tokenizer.token_to_id("<end_of_utterance>"),
            "text_config": {**TEXT, "model_type": "llama"},
            "vision_config": {**vision, "model_type": model_type},
        },
        preprocessor={
            "image_processor_type": model_class.__name__.split("For")[0] + "ImageProcessor",
            "processor_class": model_class.__name__.split("For")[0] + "Processor",
            "do_image_splitting": True,
            "do_resize": True,
            "size": {"longest_edge": 128},
            "max_image_size": {"longest_edge": 32},
            "resample": 1,
            **MEAN_STD,
        },
        processor={"processor_class": model_class.__name__.split("For")[0] + "Processor", "image_seq_len": 4},
        tokenizer=tokenizer,
        template=template,
        end="<end_of_utterance>",
        size=(32, 32),
        prompt=lambda count: f"<|im_start|>User:{picture * count}{PROMPT}<end_of_utterance>\nAssistant:",
        pictures=lambda values: {
            "pixel_values": torch.from_numpy(values)[None],
            "pixel_attention_mask": torch.ones(1, len(values), 32, 32, dtype=torch.bool),
        },
        export=write,
    )


# --- LFM2-VL -----------------------------------------------------------------------------------------------------------------------

GRID = (6, 8)  # rows and columns of patches in a picture of 32x24 with patches of 4
PATCH = 4


def patches_of(values: np.ndarray) -> np.ndarray:
    """[pictures, 3, height, width] -> [pictures, rows * columns, patch * patch * 3], channels last within a patch."""
    count, rows, columns = len(values), *GRID
    cut = values.reshape(count, 3, rows, PATCH, columns, PATCH).transpose(0, 2, 4, 3, 5, 1)
    return np.ascontiguousarray(cut.reshape(count, rows * columns, PATCH * PATCH * 3))


class Lfm2Vision(nn.Module):
    """Every picture has the same grid here: the published network unpads pictures of any grid."""

    def __init__(self, model: nn.Module):
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
