"""Makes the tiny Llama of make_tiny_writers.py once more as GGUF, for a llama.cpp server in the tests,
and a picture encoder of random weights.

    python make_tiny_gguf.py ../../tests/fixtures/models/llama-cpp

`tiny-llama.gguf` writes the tokens of `tests/fixtures/models/writers/llama/reference.json`; `tiny-mmproj.gguf` lets it
see: a CLIP tower with LLaVA's projector, which nothing was ever trained to distinguish,
but whose answers depend on the picture.
"""

import sys
from pathlib import Path

import gguf
import numpy as np
import torch

from make_tiny_writers import with_distinctive_answers
from tiny_tokenizer import BYTES
from tiny_writers import CHATML, CONTEXT, END, SPECIAL, TinyWriter

HIDDEN, LAYERS, HEADS, FEED_FORWARD = 32, 2, 2, 48
IMAGE_SIZE, PATCH_SIZE = 32, 8


def interleaved(weights: torch.Tensor, heads: int) -> torch.Tensor:
    """Rows of queries and keys as llama.cpp turns them by position:
    neighbours in pairs, not first halves with second halves.
    """
    rows, columns = weights.shape
    return weights.reshape(heads, 2, rows // heads // 2, columns).swapaxes(1, 2).reshape(rows, columns)


def write_tokenizer(writer: gguf.GGUFWriter, tiny: TinyWriter) -> None:
    size = tiny.config["vocab_size"]
    tokens = [*BYTES, *SPECIAL]
    unused = [f"<|unused-{index}|>" for index in range(size - len(tokens))]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(tokens + unused)
    writer.add_token_types(
        [gguf.TokenType.NORMAL] * len(BYTES)
        + [gguf.TokenType.CONTROL] * len(SPECIAL)
        + [gguf.TokenType.UNUSED] * len(unused)
    )
    # llama.cpp wants at least one; these two bytes never come.
    writer.add_token_merges([f"{BYTES[-2]} {BYTES[-1]}"])
    writer.add_eos_token_id(tiny.tokenizer.token_to_id(END))
    writer.add_add_bos_token(False)
    writer.add_chat_template(CHATML)


def write_llama(file: Path) -> None:
    tiny, _ = with_distinctive_answers("llama")
    config, weights = tiny.model.config, tiny.model.state_dict()
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_name("Tiny Llama of random weights")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.head_dim)
    writer.add_rope_freq_base(config.rope_parameters["rope_theta"])
    writer.add_vocab_size(config.vocab_size)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    write_tokenizer(writer, tiny)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    for key, value in weights.items():
        turned = value
        if key.endswith("q_proj.weight"):
            turned = interleaved(value, config.num_attention_heads)
        if key.endswith("k_proj.weight"):
            turned = interleaved(value, config.num_key_value_heads)
        writer.add_tensor(names.get_name(key, try_suffixes=(".weight",)), turned.numpy().astype(np.float32))
    finish(writer)


def write_projector(file: Path) -> None:
    torch.manual_seed(0)
    writer = gguf.GGUFWriter(file, "clip")
    writer.add_name("Tiny picture encoder of random weights")
    writer.add_clip_has_vision_encoder(True)
    writer.add_clip_projector_type("mlp")
    writer.add_vision_image_size(IMAGE_SIZE)
    writer.add_vision_patch_size(PATCH_SIZE)
    writer.add_vision_embedding_length(HIDDEN)
    writer.add_vision_feed_forward_length(FEED_FORWARD)
    writer.add_vision_projection_dim(HIDDEN)
    writer.add_vision_block_count(LAYERS)
    writer.add_vision_head_count(HEADS)
    writer.add_vision_attention_layernorm_eps(1e-5)
    writer.add_vision_image_mean([0.5] * 3)
    writer.add_vision_image_std([0.5] * 3)
    writer.add_vision_use_gelu(True)
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)

    def random(name: str, *shape: int) -> None:
        writer.add_tensor(name, (torch.randn(shape) * (1.2 / shape[-1] ** 0.5)).numpy())

    def linear(name: str, outputs: int, inputs: int) -> None:
        random(f"{name}.weight", outputs, inputs)
        writer.add_tensor(f"{name}.bias", np.zeros(outputs, np.float32))

    def norm(name: str) -> None:
        writer.add_tensor(f"{name}.weight", np.ones(HIDDEN, np.float32))
        writer.add_tensor(f"{name}.bias", np.zeros(HIDDEN, np.float32))

    random("v.class_embd", HIDDEN)
    random("v.patch_embd.weight", HIDDEN, 3, PATCH_SIZE, PATCH_SIZE)
    random("v.position_embd.weight", (IMAGE_SIZE // PATCH_SIZE) ** 2 + 1, HIDDEN)
    norm("v.pre_ln")
    for layer in range(LAYERS):
        block = f"v.blk.{layer}"
        for part in ("attn_q", "attn_k", "attn_v", "attn_out"):
            linear(f"{block}.{part}", HIDDEN, HIDDEN)
        norm(f"{block}.ln1")
        norm(f"{block}.ln2")
        linear(f"{block}.ffn_up", FEED_FORWARD, HIDDEN)
        linear(f"{block}.ffn_down", HIDDEN, FEED_FORWARD)
    linear("mm.0", HIDDEN, HIDDEN)
    linear("mm.2", HIDDEN, HIDDEN)
    finish(writer)


def finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with torch.no_grad():
        write_llama(folder / "tiny-llama.gguf")
    write_projector(folder / "tiny-mmproj.gguf")
    for file in sorted(folder.glob("*.gguf")):
        print(f"{file.name}: {file.stat().st_size // 1000} kB")
