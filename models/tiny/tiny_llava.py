"""Tiny LLaVA and its relatives: FastVLM, LLaVA-OneVision, moondream."""

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import PreTrainedConfig

from tiny_export import Decoder, export, export_decoder, export_embedding
from tiny_families import MEAN_STD, PROMPT, TEXT, Tiny, random_weights
from tiny_tokenizer import build_tokenizer


class LlavaVision(nn.Module):
    """pixel_values [pictures, 3, height, width] -> [pictures, tokens, width of the language model]."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.tower, self.projector = model.model.vision_tower, model.model.multi_modal_projector
        self.layer, self.strategy = model.config.vision_feature_layer, model.config.vision_feature_select_strategy

    def forward(self, pixel_values: Tensor) -> Tensor:
        hidden = self.tower(pixel_values, output_hidden_states=True).hidden_states[self.layer]
        return self.projector(hidden[:, 1:] if self.strategy == "default" else hidden)


def llava_like(text_config: PreTrainedConfig, special: list[str], end: str, **options: Any) -> Tiny:
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
        "{% for message in messages %}{{ message['role'] | upper }}: {% for part in message['content'] %}"
        "{% if part['type'] == 'image' %}<image>\n{% else %}{{ part['text'] }} {% endif %}"
        "{% endfor %}{% endfor %}{% if add_generation_prompt %}ASSISTANT:{% endif %}"
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
    """FastVLM. Its tower (FastViTHD) is a SigLIP here: the studio sees of a tower only what goes in and comes out."""
    from transformers import Qwen2Config

    return llava_like(
        Qwen2Config(**TEXT),
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<image>"],
        "<|im_end|>",
        # As published: only text, after a system turn.
        template=(
            "{% for message in messages %}{% if loop.first %}"
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n{% endif %}"
            "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
            "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
        ),
        layout=lambda images: (
            "<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n"
            f"<|im_start|>user\n{images}\n{PROMPT}<|im_end|>\n<|im_start|>assistant\n"
        ),
        config=lambda text: {**text, "model_type": "llava_qwen2", "architectures": ["LlavaQwen2ForCausalLM"]},
    )


def llava_onevision() -> Tiny:
    from transformers import Qwen2Config

    template = (
        "{% for message in messages %}<|im_start|>{{ message['role'] }} "
        "{% for part in message['content'] %}{% if part['type'] == 'image' %}<image>{% endif %}{% endfor %}"
        "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ '\n' + part['text'] }}{% endif %}"
        "{% endfor %}<|im_end|>{% endfor %}"
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
