"""Tiny Idefics3 and SmolVLM."""

from pathlib import Path

import torch
from torch import Tensor, nn

from tiny_export import Decoder, export, export_decoder, export_embedding
from tiny_families import MEAN_STD, PROMPT, TEXT, Tiny, random_weights
from tiny_tokenizer import build_tokenizer


class IdeficsVision(nn.Module):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.vision, self.connector, self.patch = (
            model.model.vision_model,
            model.model.connector,
            model.config.vision_config.patch_size,
        )

    def forward(self, pixel_values: Tensor, pixel_attention_mask: Tensor) -> Tensor:
        """Whole squares only, whose patches have the learned positions in order;
        `embeddings` finds those of cropped ones, untraceably.
        """
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
        "<|im_start|>{% for message in messages %}{{ message['role'] | capitalize }}"
        "{% if message['content'][0]['type'] == 'image' %}:{% else %}: {% endif %}"
        "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}"
        "{% elif part['type'] == 'image' %}<image>{% endif %}{% endfor %}"
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
