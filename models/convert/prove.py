"""Proves the converter on the two tiny checkpoints and writes what the studio's test compares with.

python models/convert/prove.py                 prints how far each weight format is from PyTorch
python models/convert/prove.py --fixtures      writes tests/fixtures/models/shotluck-holmes-{1.5,3.1}-tiny (fp32)
"""

import argparse
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime

from convert import ENDINGS, PLANS, convert
from make_tiny_checkpoint import TOWER, make
from reference import IMAGE_TOKEN_INDEX, Reference, painted_frames

FIXTURES = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "models"
# The prompt that Shotluck-Holmes was tuned with.
PROMPT = (
    "Please describe this video. Do not include details that you are not sure of. "
    "This is what the speech in the video is saying: we walk along the beach."
)
MAX_NEW_TOKENS = 32
FRAME_COUNTS = (1, 4, 6)
# Asked for more frames than the context holds, the studio shows the middles of as many equal parts as it does hold.
ASKED, HELD = 8, 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fixtures", action="store_true")
    options = parser.parse_args()
    for size in ("1.5", "3.1"):
        with tempfile.TemporaryDirectory() as work:
            prove(size, Path(work), options.fixtures)


def prove(size: str, work: Path, write_fixtures: bool) -> None:
    source, tower = work / "checkpoint", work / "tower"
    make(size, source, tower)
    reference = Reference(source, tower)
    cases = [case_of(reference, list(range(count)), 0) for count in FRAME_COUNTS]
    # 3 in Shotluck-Holmes' evaluation; 1 bans what these random networks do repeat.
    cases += [case_of(reference, list(range(4)), ngram) for ngram in (3, 1)]
    cases += [case_of(reference, list(range(4)), 0, pixels="raw")]
    cases += [case_of(reference, [int((part + 0.5) * ASKED / HELD) for part in range(HELD)], 0, asked=ASKED)]
    for case in cases:
        print(
            f"{size}: {len(case['frames'])} frames, {case['pixels']}, {len(case['tokens'])} tokens, "
            f"best token ahead by at least {case['leastMargin']:.4f}"
        )
    for weights in ["fp32"] if write_fixtures else PLANS:
        folder = work / weights
        convert(source, folder, weights, tower, say=lambda _: None)
        compare_logits(size, weights, folder, reference)
    if write_fixtures:
        write_fixture(FIXTURES / f"shotluck-holmes-{size}-tiny", work / "fp32", reference, cases)


def case_of(
    reference: Reference,
    frames: list[int],
    no_repeat_ngram_size: int,
    pixels: str = "normalised",
    asked: int | None = None,
) -> dict[str, Any]:
    pictures = painted_frames(ASKED, TOWER["image_size"])[frames]
    answer = reference.generate(pictures, PROMPT, MAX_NEW_TOKENS, no_repeat_ngram_size, pixels)
    return {
        "asked": asked or len(frames),
        "frames": frames,
        "framesSha256": hashlib.sha256(pictures.tobytes()).hexdigest(),
        "noRepeatNgramSize": no_repeat_ngram_size,
        "pixels": pixels,
        "tokens": answer.tokens,
        "leastMargin": round(answer.least_margin, 6),
    }


def compare_logits(size: str, weights: str, folder: Path, reference: Reference) -> None:
    """Scores of the first token after four frames: PyTorch in float32 against the written networks in onnxruntime."""
    frames = painted_frames(4, TOWER["image_size"])
    expected = reference.generate(frames, PROMPT, 1).first_logits
    written = first_logits(folder, PLANS[weights], reference.encode(PROMPT), reference.pixel_values(frames).numpy())
    difference = float(np.abs(written - expected).max())
    same = "same" if int(written.argmax()) == int(expected.argmax()) else "another"
    megabytes = sum(file.stat().st_size for file in (folder / "onnx").iterdir()) / 1e6
    print(
        f"{size} {weights}: largest difference of a logit {difference:.2g} (they span {np.ptp(expected):.1f}), "
        f"{same} first token, {megabytes:.2f} MB"
    )


def first_logits(folder: Path, plan: dict[str, str], ids: list[int], pixel_values: np.ndarray) -> np.ndarray:
    """Scores of the first token, float32 [vocabulary], by the written networks. `ids` with one -200 for all frames;
    `pixel_values` float32 [frames, 3, height, width].
    """
    sessions = {
        name: onnxruntime.InferenceSession(str(folder / "onnx" / f"{name}{ENDINGS[weight]}.onnx"))
        for name, weight in plan.items()
    }
    features = sessions["vision_encoder"].run(None, {"pixel_values": pixel_values})[0]
    features = features.reshape(1, -1, features.shape[-1])
    at = ids.index(IMAGE_TOKEN_INDEX)
    text = [
        sessions["embed_tokens"].run(None, {"input_ids": np.array([part])})[0] for part in (ids[:at], ids[at + 1 :])
    ]
    inputs = np.concatenate([text[0], features, text[1]], axis=1)
    decoder, length = sessions["decoder_model_merged"], inputs.shape[1]
    feeds = {
        "inputs_embeds": inputs,
        "attention_mask": np.ones((1, length), np.int64),
        "position_ids": np.arange(length)[None],
    }
    for value in decoder.get_inputs()[3:]:
        feeds[value.name] = np.zeros((1, value.shape[1], 0, value.shape[3]), np.float32)
    return decoder.run(["logits"], feeds)[0][0, -1]


def write_fixture(target: Path, folder: Path, reference: Reference, cases: list[dict[str, Any]]) -> None:
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target)
    expected = {
        "about": "Written by models/convert/prove.py: what PyTorch says for the source checkpoint of this folder.",
        "prompt": PROMPT,
        "layout": reference.layout(PROMPT),
        "promptIds": reference.encode(PROMPT),
        "maxNewTokens": MAX_NEW_TOKENS,
        "cases": cases,
    }
    (target / "expected.json").write_text(json.dumps(expected, indent=1, ensure_ascii=False) + "\n", "utf8")
    print(f"{target.name}: {sum(file.stat().st_size for file in target.rglob('*') if file.is_file()) / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
