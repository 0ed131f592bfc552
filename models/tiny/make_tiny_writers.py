"""Makes a tiny text model of every architecture that writes summaries, with the tokens that PyTorch writes for it.

    python make_tiny_writers.py ../../tests/fixtures/models/writers [architecture ...]

Every folder gets `reference.json`: greedy tokens of the PyTorch model (its own forward pass over the whole sequence,
without cache) after a short and a long prompt. Then the exported network is run by onnxruntime on the same tokens; the
largest difference of logits is printed; above 1e-3 it is an error.
"""

import json
import shutil
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
import torch

from tiny_tokenizer import save_tokenizer
from tiny_writers import CONTEXT, END, WRITERS, TinyWriter, export_writer

# The long one is longer than what the studio reads in one run of the network.
PROMPTS = [
    "Say what happens.",
    "".join(f"[{shot}] Seen: shot {shot} of a film.\n" for shot in range(1, 13)) + "Say what happens.",
]
NEW_TOKENS = 12
LEAST_MARGIN = 1e-2  # between the logits of the best and the second token: near 0, rounding could decide
LEAST_DIFFERENT_TOKENS = 6
MOST_DIFFERENCE = 1e-3
MOST_BYTES = 400_000


@dataclass
class Answer:
    prompt: str
    ids: list[int]
    tokens: list[int]
    logits: torch.Tensor  # [tokens, vocabulary]
    least_margin: float


def greedy(tiny: TinyWriter, prompt: str) -> Answer:
    """What the PyTorch model writes after `prompt`."""
    ids = tiny.tokenizer.encode(tiny.layout(prompt)).ids
    end = tiny.tokenizer.token_to_id(END)
    tokens: list[int] = []
    scores: list[torch.Tensor] = []
    margins: list[float] = []
    while len(tokens) < NEW_TOKENS and end not in tokens:
        logits = tiny.model(input_ids=torch.tensor([ids + tokens]), use_cache=False).logits[0, -1]
        best, second = logits.topk(2).values.tolist()
        margins.append(best - second)
        tokens.append(int(logits.argmax()))
        scores.append(logits)
    return Answer(prompt, ids, tokens, torch.stack(scores), min(margins))


def with_distinctive_answers(name: str) -> tuple[TinyWriter, list[Answer]]:
    """The first seed whose answers are clear, varied, and depend on the prompt."""
    for seed in range(200):
        torch.manual_seed(seed)
        tiny = WRITERS[name]()
        answers = [greedy(tiny, prompt) for prompt in PROMPTS]
        clear = all(
            answer.least_margin > LEAST_MARGIN and len(set(answer.tokens)) >= LEAST_DIFFERENT_TOKENS
            for answer in answers
        )
        if clear and len({tuple(answer.tokens) for answer in answers}) == len(answers):
            return tiny, answers
    raise RuntimeError(f"{name}: no seed gives distinctive answers")


def onnx_logits(folder: Path, answer: Answer) -> np.ndarray:
    """The logits of every token of the answer, one run per token with a cache."""
    session = onnxruntime.InferenceSession(folder / "onnx" / "model.onnx")
    names = [value.name for value in session.get_outputs()]
    cache = {
        value.name: np.zeros((1, value.shape[1], 0, value.shape[3]), np.float32)
        for value in session.get_inputs()
        if value.name.startswith("past")
    }
    length, ids, scores = 0, answer.ids, []
    for token in answer.tokens:
        total = length + len(ids)
        feeds = {
            "input_ids": np.array([ids]),
            "attention_mask": np.ones((1, total), np.int64),
            "position_ids": np.arange(length, total)[None],
        }
        output = dict(zip(names, session.run(None, {**feeds, **cache}), strict=True))
        scores.append(output["logits"][0, -1])
        cache = {name: output[name.replace("past_key_values", "present")] for name in cache}
        length, ids = total, [token]
    return np.stack(scores)


def write_folder(tiny: TinyWriter, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "onnx").mkdir(parents=True)
    for name, value in {
        "config": tiny.config,
        "generation_config": {"eos_token_id": tiny.config["eos_token_id"]},
    }.items():
        (folder / f"{name}.json").write_text(json.dumps(value, indent=1) + "\n")
    save_tokenizer(tiny.tokenizer, folder, context=CONTEXT, template=tiny.template, start=None, end=END)
    export_writer(tiny.model, folder / "onnx" / "model.onnx")


@torch.no_grad()
def make(name: str, folder: Path) -> None:
    tiny, answers = with_distinctive_answers(name)
    write_folder(tiny, folder)
    widest = max(float(np.abs(onnx_logits(folder, answer) - answer.logits.numpy()).max()) for answer in answers)
    assert widest < MOST_DIFFERENCE, f"{name}: onnxruntime and PyTorch differ by {widest}"
    cases = [
        {"prompt": answer.prompt, "promptTokenCount": len(answer.ids), "tokens": answer.tokens} for answer in answers
    ]
    (folder / "reference.json").write_text(json.dumps({"cases": cases}) + "\n")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    assert size < MOST_BYTES, f"{name}: {size} bytes"
    print(f"{name:16} {type(tiny.model).__name__:34} logits differ by at most {widest:.1e}; {size // 1000} kB")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    torch.set_num_threads(1)
    target = Path(sys.argv[1])
    for architecture in sys.argv[2:] or WRITERS:
        make(architecture, target / architecture)
