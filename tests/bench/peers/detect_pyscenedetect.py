"""PySceneDetect's detect-adaptive on videos, its defaults throughout:
`detect_pyscenedetect.py VIDEO...`, answers in JSON.

Timed are opening, decoding and detecting; importing is not.
"""

import json
import sys
import time
from typing import Any

import cv2
import scenedetect


def detect(video: str) -> dict[str, Any]:
    start, cpu_start = time.perf_counter(), time.process_time()
    scenes = scenedetect.detect(video, scenedetect.AdaptiveDetector())
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    return {"seconds": seconds, "cpuSeconds": cpu_seconds, "boundariesS": [begin.seconds for begin, _ in scenes[1:]]}


version = f"PySceneDetect {scenedetect.__version__}, OpenCV {cv2.__version__}"
print(json.dumps({"version": version, "videos": [detect(video) for video in sys.argv[1:]]}))
