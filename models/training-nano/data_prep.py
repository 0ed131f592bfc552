"""Build the packed training data (run once, CPU).

Inputs : Flickr8k JPEGs (224x224) + captions.txt, official Flickr8k split lists,
         239 COCO images (COCO-MINI) with their captions, COCO val2017 caption text,
         Multi30k (Flickr30k) English caption text (task 2, train.1-5.en).
Outputs: <out>/images.npz   blob/offsets of re-encoded JPEGs (one uint8 array)
         <out>/data.json.gz captions, splits, extra text, ASR-like pool
         <out>/tokenizer.json, <out>/mnv2_fp16.npz
"""

import argparse, gzip, io, json, os, random, re, subprocess
import numpy as np
from PIL import Image

PROMPT = (
    "USER: {image}\nPlease describe this video. Do not include details that you are not sure of. "
    "This is what the speech in the video is saying: {asr}. ASSISTANT:"
)


def clean(c):
    """One caption -> sentence case, no stray spaces, one final period."""
    c = c.replace('"', " ").replace("``", " ").replace("''", " ").replace("\u2019", "'")
    c = re.sub(r"\s+", " ", c).strip()
    c = re.sub(r"\s+([.,;:!?])", r"\1", c)
    c = re.sub(r"\s+('s|'re|'ve|'d|'ll|n't|'m|')(?=\s|[.,]|$)", r"\1", c)
    c = re.sub(r"\(\s+", "(", c)
    c = re.sub(r"\s+\)", ")", c)
    c = c.rstrip(" .,;:!-") if not c.endswith("!)") else c
    if not c:
        return ""
    if c.isupper():
        c = c.lower()
    return c[0].upper() + c[1:] + "."


def speech_pool(rng, n):
    a = [
        "so",
        "okay so",
        "well",
        "you know",
        "um",
        "and then",
        "right now",
        "today",
        "hi everyone",
        "listen",
        "look",
        "yeah",
        "I mean",
        "alright",
        "now",
        "",
        "and",
        "but",
        "oh",
        "thank you",
    ]
    b = [
        "we're going to",
        "I want to",
        "let me show you how to",
        "you have to",
        "I was trying to",
        "they never wanted to",
        "don't forget to",
        "she told me to",
        "we should really",
        "it is time to",
        "people always ask me to",
        "I just love to",
        "you can't",
        "he decided to",
        "ask not what you can do to",
        "what I'd like to do is",
    ]
    c = [
        "make a simple pasta sauce",
        "talk about the weather",
        "fix this engine",
        "go home",
        "add two cups of flour",
        "win this game",
        "subscribe to the channel",
        "look at the numbers",
        "take the train to the city",
        "call your mother",
        "turn left at the corner",
        "see the new phone",
        "find out what happened",
        "try this recipe",
        "get the best price",
        "welcome our next guest",
        "clean the kitchen",
        "review this product",
        "sing another song",
        "start the race",
        "open the box",
        "understand the problem",
        "wait for the results",
        "do it again",
        "believe in yourself",
        "thank all of our sponsors",
        "watch the dog",
        "buy a red car",
        "ride a bike",
        "meet the children",
        "serve your country",
        "change the oil",
        "save some money",
        "cut the onions",
        "paint the wall",
    ]
    d = [
        "",
        "",
        "",
        "because it works",
        "and that's it",
        "before it is too late",
        "in the morning",
        "every single day",
        "you know what I mean",
        "please",
        "with my friends",
        "for the first time",
        "as soon as possible",
        "if you ask me",
    ]
    out = set()
    while len(out) < n:
        s = " ".join(x for x in (rng.choice(a), rng.choice(b), rng.choice(c), rng.choice(d)) if x)
        if rng.random() < 0.5:
            s = s[0].upper() + s[1:]
        if rng.random() < 0.3:
            s = s.replace(" and ", ", and ")
        out.add(s)
    return sorted(out)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--flickr", default="data/flickr8k")
    ap.add_argument("--splits", default="data/flickr8k/splits")
    ap.add_argument("--coco", default="data/text/captions_val2017.json")
    ap.add_argument("--m30k", default="data/text")
    ap.add_argument("--mini", default="data/coco-mini")
    ap.add_argument("--mnv2", default="mnv2.onnx")
    ap.add_argument("--out", default="pack")
    ap.add_argument("--quality", type=int, default=40)
    ap.add_argument("--vocab", type=int, default=8000)
    a = ap.parse_args()
    os.makedirs(a.out, exist_ok=True)
    rng = random.Random(0)

    caps = {}
    for line in open(a.flickr + "/captions.txt", encoding="utf8").read().split("\n")[1:]:
        if "," in line:
            n, c = line.split(",", 1)
            c = clean(c)
            if len(c.split()) >= 3:
                caps.setdefault(n, []).append(c)
    have = set(os.listdir(a.flickr + "/data/images"))
    split = {
        s: [n for n in open(f"{a.splits}/Flickr_8k.{s}Images.txt").read().split() if n in have and n in caps]
        for s in ("train", "dev", "test")
    }
    items = [(n, a.flickr + "/data/images/" + n, s) for s in split for n in sorted(split[s])]

    coco = json.load(open(a.coco))
    fn = {i["id"]: i["file_name"] for i in coco["images"]}
    cc = {}
    for x in coco["annotations"]:
        cc.setdefault(fn[x["image_id"]], []).append(clean(x["caption"]))
    git = a.mini + "/.git" if os.path.isdir(a.mini + "/.git") else a.mini

    def show(p):
        return subprocess.run(["git", "--git-dir=" + git, "show", "HEAD:" + p], capture_output=True, check=True).stdout

    tr = json.loads(show("annotations/captions_train2017.json"))
    tfn = {i["id"]: i["file_name"] for i in tr["images"]}
    tc = {}
    for x in tr["annotations"]:
        tc.setdefault(tfn[x["image_id"]], []).append(clean(x["caption"]))
    names = subprocess.run(
        ["git", "--git-dir=" + git, "ls-tree", "-r", "--name-only", "HEAD"], capture_output=True, text=True
    ).stdout.split()
    for p in names:
        if p.endswith(".jpg"):
            n = p.split("/")[-1]
            c = tc.get(n) or cc.get(n)
            if c and len(c) >= 3:
                caps["coco_" + n] = [x for x in c if x][:5]
                items.append(("coco_" + n, p, "coco"))

    blob, off = [], [0]
    for n, p, s in items:
        im = Image.open(io.BytesIO(show(p)) if s == "coco" else p).convert("RGB")
        if im.size != (224, 224):
            im = im.resize((224, 224), Image.BICUBIC)
        b = io.BytesIO()
        im.save(b, "JPEG", quality=a.quality, optimize=True, progressive=True)
        blob.append(b.getvalue())
        off.append(off[-1] + len(blob[-1]))
    np.savez(a.out + "/images.npz", blob=np.frombuffer(b"".join(blob), np.uint8), offsets=np.array(off, np.int64))

    # extra text for language-model pre-training; Flickr8k dev/test photos are removed by photo id
    held = {n.split("_")[0] for s in ("dev", "test") for n in split[s]}
    heldtxt = {re.sub(r"[^a-z ]", "", c.lower()) for s in ("dev", "test") for n in split[s] for c in caps[n]}
    ids = [x.split(".")[0] for x in open(a.m30k + "/m30k_images.txt").read().split()]
    extra = []
    drop = 0
    for k in range(1, 6):
        for i, l in zip(ids, open(f"{a.m30k}/m30k.{k}.txt", encoding="utf8").read().split("\n")):
            c = clean(l)
            if i in held or re.sub(r"[^a-z ]", "", c.lower()) in heldtxt:
                drop += 1
            elif 3 <= len(c.split()) <= 40:
                extra.append(c)
    ct = [c for v in cc.values() for c in v if 3 <= len(c.split()) <= 40 and re.sub(r"[^a-z ]", "", c.lower()) not in heldtxt]
    print("flickr30k text kept", len(extra), "dropped", drop, "coco text", len(ct))
    speech = speech_pool(rng, 4000)
    data = dict(items=[[n, s, caps[n]] for n, _, s in items], text=extra + ct, speech=speech, prompt=PROMPT)
    with gzip.open(a.out + "/data.json.gz", "wt", 9) as f:
        json.dump(data, f)

    from tokenizers import Tokenizer, models, pre_tokenizers, decoders, trainers, processors

    tok = Tokenizer(models.BPE(unk_token=None))
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.decoder = decoders.ByteLevel()
    sp = ["<pad>", "<s>", "</s>", "<image>", "<unk>"]
    train_text = [" " + c for n, _, s in items if s in ("train", "coco") for c in caps[n]]
    corpus = (
        train_text * 2
        + [" " + c for c in data["text"]]
        + [" " + s for s in speech[:1500]]
        + [PROMPT.format(image="", asr="")] * 200
    )
    tok.train_from_iterator(
        corpus,
        trainers.BpeTrainer(
            vocab_size=a.vocab, special_tokens=sp, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), min_frequency=2
        ),
    )
    tok.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A $B", special_tokens=[("<s>", 1)])
    tok.save(a.out + "/tokenizer.json")

    import onnx
    from onnx import numpy_helper as nh

    w = {i.name: nh.to_array(i) for i in onnx.load(a.mnv2).graph.initializer}
    np.savez(
        a.out + "/mnv2_fp16.npz", **{k: v.astype(np.float16) for k, v in w.items() if k not in ("w63", "b63")}
    )  # no ImageNet head
    print({s: sum(x[2] == s for x in items) for s in ("train", "dev", "test", "coco")}, "vocab", tok.get_vocab_size())
    for f in sorted(os.listdir(a.out)):
        print(f, os.path.getsize(a.out + "/" + f))


if __name__ == "__main__":
    main()
