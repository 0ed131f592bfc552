"""Captions shots with shotluck-nano in PyTorch: `caption_torch.py REQUEST.json`, answers in JSON.

The request names a file of RGB24 frames [shots, frames, 224, 224, 3] and the prompts as the model sees them. Timed is
everything from frames in memory to the text; importing, loading and one caption to warm up are not.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from nano_torch import FOLDER, generate, load

IMAGE = "<image>"


def caption(
    model: nn.Module, head: torch.Tensor, tokenizer: Tokenizer, frames: np.ndarray, prompt: str, max_new_tokens: int
) -> dict[str, Any]:
    times = []
    start = time.perf_counter()
    ids = tokenizer.encode(prompt).ids
    tokens = generate(model, head, ids, frames, max_new_tokens, lambda: times.append(time.perf_counter() - start))
    text = tokenizer.decode(tokens, skip_special_tokens=True).strip()
    return {"seconds": time.perf_counter() - start, "firstTokenSeconds": times[0], "tokens": len(tokens), "text": text}


request = json.loads(Path(sys.argv[1]).read_text())
shape = (len(request["prompts"]), request["framesPerShot"], 224, 224, 3)
frames = np.fromfile(request["framesFile"], dtype=np.uint8).reshape(shape)
tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
model, head = load()
caption(model, head, tokenizer, frames[0], request["prompts"][0], request["maxNewTokens"])
captions = [
    caption(model, head, tokenizer, *shot, request["maxNewTokens"])
    for shot in zip(frames, request["prompts"], strict=True)
]
# Kibibytes on Linux, bytes on macOS.
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
version = f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads"
print(json.dumps({"version": version, "peakBytes": peak, "captions": captions}))
