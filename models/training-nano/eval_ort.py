"""Greedy captions with onnxruntime, one image at a time as the app does, and the scores.
python eval_ort.py --model shotluck-nano --suffix _quantized --n 1000 --split test [--frames 1]"""

import argparse, gzip, json, io, time
import numpy as np, onnxruntime as ort
from PIL import Image
from tokenizers import Tokenizer
from metrics import evaluate


class Captioner:
    def __init__(s, d, suffix="_quantized", threads=2):
        o = ort.SessionOptions()
        o.intra_op_num_threads = threads

        def S(n):
            return ort.InferenceSession(f"{d}/onnx/{n}{suffix}.onnx", o)

        s.v, s.e, s.d = S("vision_encoder"), S("embed_tokens"), S("decoder_model_merged")
        s.tok = Tokenizer.from_file(d + "/tokenizer.json")
        c = json.load(open(d + "/config.json"))["text_config"]
        s.L, s.H, s.hd = c["num_hidden_layers"], c["num_key_value_heads"], c["head_dim"]

    def __call__(s, frames, asr="", max_new=32):
        """frames: uint8 [N,224,224,3]"""
        f = s.v.run(None, {"pixel_values": frames.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1})[0]
        p = (
            "USER: "
            + "<image>" * (49 * len(frames))
            + f"\nPlease describe this video. Do not include details that you are not sure of. This is what the speech in the video is saying: {asr}. ASSISTANT:"
        )
        ids = np.array([s.tok.encode(p).ids], np.int64)
        x = s.e.run(None, {"input_ids": ids})[0]
        x[ids == 3] = f.reshape(-1, f.shape[-1])
        kv = {f"past_key_values.{i}.{t}": np.zeros((1, s.H, 0, s.hd), np.float32) for i in range(s.L) for t in ("key", "value")}
        out = []
        n = ids.shape[1]
        pos = np.arange(n)[None]
        while len(out) < max_new:
            o = s.d.run(None, {"inputs_embeds": x, "attention_mask": np.ones((1, n), np.int64), "position_ids": pos, **kv})
            t = int(o[0][0, -1].argmax())
            if t == 2:
                break
            out.append(t)
            kv = {k: o[1 + i] for i, k in enumerate(kv)}
            x = s.e.run(None, {"input_ids": np.array([[t]], np.int64)})[0]
            pos = np.array([[n]])
            n += 1
        return s.tok.decode(out).strip()


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--model", default="shotluck-nano")
    p.add_argument("--suffix", default="_quantized")
    p.add_argument("--split", default="test")
    p.add_argument("--n", type=int, default=1000)
    p.add_argument("--frames", type=int, default=1)
    p.add_argument("--data", default="pack")
    p.add_argument("--out", default="")
    a = p.parse_args()
    c = Captioner(a.model, a.suffix)
    j = json.load(gzip.open(a.data + "/data.json.gz", "rt"))
    z = np.load(a.data + "/images.npz")
    blob, off = z["blob"], z["offsets"]
    idx = [i for i, x in enumerate(j["items"]) if x[1] == a.split][: a.n]
    hyp = {}
    t = time.time()
    for i in idx:
        im = Image.open(io.BytesIO(blob[off[i] : off[i + 1]].tobytes())).convert("RGB")
        fr = [np.asarray(im)]
        for k in range(1, a.frames):
            m = int(224 * 0.03 * k)
            b = (0, 0, 224 - 2 * m, 224 - 2 * m) if k % 2 else (2 * m, 2 * m, 224, 224)
            fr.append(np.asarray(im.resize((224, 224), Image.BICUBIC, box=b)))
        hyp[j["items"][i][0]] = c(np.stack(fr))
    dt = time.time() - t
    r = evaluate(
        {k: next(x[2] for x in j["items"] if x[0] == k) for k in hyp}
        if len(hyp) < 50
        else {x[0]: x[2] for x in j["items"] if x[0] in hyp},
        hyp,
    )
    r.update(frames=a.frames, suffix=a.suffix, ms_per_image=round(1000 * dt / len(hyp), 1))
    print(json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in r.items()}))
    if a.out:
        json.dump(dict(scores=r, captions=hyp), open(a.out, "w"))
