"""Makes a tiny captioner of every family, in transformers.js' folder layout,
with the tokens that PyTorch writes for it.

    python make_tiny.py ../../tests/fixtures/models/families [family ...]

Every folder gets `reference.json`: greedy tokens of the PyTorch model (transformers' own forward pass over the whole
sequence, without cache) for painted pictures. Then the exported networks are run by onnxruntime on the same inputs; the
largest difference of logits is printed; above 1e-3 it is an error.
"""

import json
import shutil
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from tiny_families import PROMPT, Tiny
from tiny_florence import florence2
from tiny_idefics import idefics
from tiny_lfm2 import lfm2_vl
from tiny_llava import llava, llava_onevision, llava_qwen2, moondream1
from tiny_qwen import qwen_vl
from tiny_tokenizer import save_tokenizer

FAMILIES: dict[str, Callable[[], Tiny]] = {
    "llava": llava,
    "llava_qwen2": llava_qwen2,
    "llava_onevision": llava_onevision,
    "moondream1": moondream1,
    "idefics3": lambda: idefics("idefics3"),
    "smolvlm": lambda: idefics("smolvlm"),
    "lfm2_vl": lfm2_vl,
    "qwen2_vl": lambda: qwen_vl("qwen2_vl"),
    "qwen2_5_vl": lambda: qwen_vl("qwen2_5_vl"),
    "qwen3_vl": lambda: qwen_vl("qwen3_vl"),
    "florence2": florence2,
}
NEW_TOKENS = 12
LEAST_MARGIN = 1e-2  # between the logits of the best and the second token: near 0, rounding could decide
LEAST_DIFFERENT_TOKENS = 6
MOST_DIFFERENCE = 1e-3
MOST_BYTES = 400_000


def painted(count: int, width: int, height: int) -> np.ndarray:
    """Pictures that a test can paint as well: uint8 [count, height, width, 3]."""
    frame, y, x, channel = np.meshgrid(range(count), range(height), range(width), range(3), indexing="ij")
    return ((x * 7 + y * 13 + channel * 40 + frame * 67) % 256).astype(np.uint8)


def picture_inputs(tiny: Tiny, count: int) -> dict[str, torch.Tensor]:
    """Of the painted pictures, normalised to -1..1, in the shapes that the family wants."""
    pixels = painted(count, *tiny.size).astype(np.float32).transpose(0, 3, 1, 2)
    return tiny.pictures((pixels / 255 - 0.5) / 0.5)


def torch_logits(tiny: Tiny, ids: list[int], answer: list[int], pictures: dict[str, torch.Tensor]) -> torch.Tensor:
    """Logits after the prompt `ids` and the answer so far."""
    if "decoder_start_token_id" in tiny.extra:
        image = tiny.model.config.image_token_id
        count = tiny.model.model.get_image_features(**pictures).pooler_output.shape[1]
        decoder_ids = torch.tensor([[tiny.extra["decoder_start_token_id"], *answer]])
        return tiny.model(
            input_ids=torch.tensor([[image] * count + ids]), decoder_input_ids=decoder_ids, **pictures
        ).logits[0, -1]
    sequence = torch.tensor([ids + answer])
    extra = {name: (sequence == token).int() for name, token in tiny.extra.items()}
    return tiny.model(
        input_ids=sequence, attention_mask=torch.ones_like(sequence), use_cache=False, **pictures, **extra
    ).logits[0, -1]


@dataclass
class Answer:
    picture_count: int
    prompt: list[int]
    tokens: list[int]
    logits: torch.Tensor  # [tokens, vocabulary]
    least_margin: float  # between the best and the second token


def greedy(tiny: Tiny, count: int) -> Answer:
    """What the PyTorch model writes about `count` painted pictures."""
    ids = tiny.tokenizer.encode(tiny.prompt(count)).ids
    pictures = picture_inputs(tiny, count)
    answer: list[int] = []
    scores: list[torch.Tensor] = []
    margins: list[float] = []
    end = tiny.tokenizer.token_to_id(tiny.end)
    while len(answer) < NEW_TOKENS and end not in answer:
        logits = torch_logits(tiny, ids, answer, pictures)
        best, second = logits.topk(2).values.tolist()
        margins.append(best - second)
        answer.append(int(logits.argmax()))
        scores.append(logits)
    return Answer(count, ids, answer, torch.stack(scores), min(margins))


class Networks:
    """The exported networks, run by onnxruntime."""

    def __init__(self, folder: Path) -> None:
        self.sessions = {file.stem: onnxruntime.InferenceSession(file) for file in (folder / "onnx").glob("*.onnx")}

    def run(self, name: str, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        session = self.sessions[name]
        wanted = {value.name for value in session.get_inputs()}
        outputs = session.run(None, {key: value for key, value in feeds.items() if key in wanted})
        return dict(zip([value.name for value in session.get_outputs()], outputs, strict=True))

    def embed(self, ids: list[int]) -> np.ndarray:
        """float32 [1, tokens, width]."""
        return self.run("embed_tokens", {"input_ids": np.array([ids])})["inputs_embeds"].copy()

    def features(self, pictures: dict[str, torch.Tensor]) -> np.ndarray:
        """float32 [tokens of all pictures, width]."""
        feeds = {name: value.numpy() for name, value in pictures.items()}
        if "image_grid_thw" in feeds:
            grids = feeds["image_grid_thw"]
            each = np.split(feeds["pixel_values"], len(grids))
            runs = [
                {"pixel_values": patches, "image_grid_thw": grids[[index]], "grid_thw": grids[[index]]}
                for index, patches in enumerate(each)
            ]
            return np.concatenate([self.run("vision_encoder", run)["image_features"] for run in runs])
        features = self.run("vision_encoder", feeds)["image_features"]
        return features.reshape(-1, features.shape[-1])

    def empty_cache(self) -> dict[str, np.ndarray]:
        """By the name of each input: float32 with length 0 for one sequence."""
        past = [value for value in self.sessions["decoder_model_merged"].get_inputs() if value.name.startswith("past")]
        return {
            value.name: np.zeros(
                [size if isinstance(size, int) else (1 if size == "batch_size" else 0) for size in value.shape],
                np.float32,
            )
            for value in past
        }


def onnx_logits(tiny: Tiny, folder: Path, answer: Answer) -> np.ndarray:
    """The logits of every token of the answer, one run per token with a cache."""
    networks, pictures, ids = Networks(folder), picture_inputs(tiny, answer.picture_count), answer.prompt
    features, cache, scores = networks.features(pictures), networks.empty_cache(), []
    fixed: dict[str, np.ndarray] = {"use_cache_branch": np.array([False])}
    if "decoder_start_token_id" in tiny.extra:
        whole = np.concatenate([features[None], networks.embed(ids)], axis=1)
        mask = np.ones(whole.shape[:2], np.int64)
        states = networks.run("encoder_model", {"inputs_embeds": whole, "attention_mask": mask})["last_hidden_state"]
        fixed |= {"encoder_hidden_states": states, "encoder_attention_mask": mask}
        inputs = networks.embed([tiny.extra["decoder_start_token_id"]])
    else:
        inputs = networks.embed(ids)
        inputs[0, np.array(ids) == tiny.model.config.image_token_id] = features
    length, positions = 0, rope_positions(tiny, ids, pictures)
    for token in answer.tokens:
        steps = inputs.shape[1]
        feeds = {
            "inputs_embeds": inputs,
            "attention_mask": np.ones((1, length + steps), np.int64),
            "position_ids": positions(length, steps),
            **fixed,
            **cache,
        }
        output = networks.run("decoder_model_merged", feeds)
        scores.append(output["logits"][0, -1])
        cache = {
            name: output[name.replace("past_key_values", "present").replace("past_conv", "present_conv")]
            for name in cache
        }
        length, inputs = length + steps, networks.embed([token])
    return np.stack(scores)


def rope_positions(tiny: Tiny, ids: list[int], pictures: dict[str, torch.Tensor]) -> Callable[[int, int], np.ndarray]:
    """Positions of `steps` tokens after `length` others: [1, steps], or [3, 1, steps] for time, height and width."""
    if "mm_token_type_ids" not in tiny.extra:
        return lambda length, steps: np.arange(length, length + steps)[None]
    sequence = torch.tensor([ids])
    kinds = (sequence == tiny.extra["mm_token_type_ids"]).int()
    known, delta = tiny.model.model.get_rope_index(
        sequence,
        mm_token_type_ids=kinds,
        image_grid_thw=pictures["image_grid_thw"],
        attention_mask=torch.ones_like(sequence),
    )
    return lambda length, steps: known.numpy() if length == 0 else np.full((3, 1, steps), length + int(delta), np.int64)


def write_folder(tiny: Tiny, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "onnx").mkdir(parents=True)
    files = {
        "config": tiny.config,
        "preprocessor_config": tiny.preprocessor,
        "generation_config": {"eos_token_id": tiny.config["eos_token_id"]},
    }
    if tiny.processor is not None:
        files["processor_config"] = tiny.processor
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n")
    save_tokenizer(tiny.tokenizer, folder, context=512, template=tiny.template, start=tiny.start, end=tiny.end)
    tiny.export(folder / "onnx")


@torch.no_grad()
def with_distinctive_answers(name: str) -> tuple[Tiny, list[Answer]]:
    """The first seed whose answers are clear, varied, and depend on the pictures:
    one that says the same of everything proves nothing.
    """
    for seed in range(100):
        torch.manual_seed(seed)
        tiny = FAMILIES[name]()
        answers = [greedy(tiny, count) for count in sorted({1, min(3, tiny.max_pictures)})]
        clear = all(
            answer.least_margin > LEAST_MARGIN and len(set(answer.tokens)) >= LEAST_DIFFERENT_TOKENS
            for answer in answers
        )
        if clear and len({tuple(answer.tokens) for answer in answers}) == len(answers):
            return tiny, answers
    raise RuntimeError(f"{name}: no seed gives distinctive answers")


@torch.no_grad()
def make(name: str, folder: Path) -> None:
    tiny, answers = with_distinctive_answers(name)
    write_folder(tiny, folder)
    widest = max(float(np.abs(onnx_logits(tiny, folder, answer) - answer.logits.numpy()).max()) for answer in answers)
    assert widest < MOST_DIFFERENCE, f"{name}: onnxruntime and PyTorch differ by {widest}"
    cases = [
        {"pictureCount": answer.picture_count, "promptTokenCount": len(answer.prompt), "tokens": answer.tokens}
        for answer in answers
    ]
    width, height = tiny.size
    reference = {"prompt": PROMPT, "width": width, "height": height, "cases": cases}
    (folder / "reference.json").write_text(json.dumps(reference) + "\n")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    assert size < MOST_BYTES, f"{name}: {size} bytes"
    print(f"{name:16} {type(tiny.model).__name__:34} logits differ by at most {widest:.1e}; {size // 1000} kB")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    target = Path(sys.argv[1])
    for family in sys.argv[2:] or FAMILIES:
        make(family, target / family)
