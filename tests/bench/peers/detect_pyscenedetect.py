"""PySceneDetect's detect-adaptive on films, its defaults throughout:
`detect_pyscenedetect.py FILM...`, answers in JSON.

Timed are opening, decoding and detecting; importing is not.
"""

import json
import sys
import time
from typing import Any

import cv2
import scenedetect


def detect(film: str) -> dict[str, Any]:
    start, cpu_start = time.perf_counter(), time.process_time()
    scenes = scenedetect.detect(film, scenedetect.AdaptiveDetector())
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    return {"seconds": seconds, "cpuSeconds": cpu_seconds, "boundariesS": [begin.seconds for begin, _ in scenes[1:]]}


version = f"PySceneDetect {scenedetect.__version__}, OpenCV {cv2.__version__}"
print(json.dumps({"version": version, "films": [detect(film) for film in sys.argv[1:]]}))
