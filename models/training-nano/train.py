"""Training of the nano captioner. Stages:
  bow   vision tower on bag-of-words targets (all words of the five captions)
  lm    text-only pre-training of the decoder on caption text
  xe    image captioning, cross-entropy (label smoothing, aux bag-of-words loss, EMA, early stop on dev CIDEr-D)
  scst  self-critical fine-tuning (CIDEr-D reward, leave-one-out baseline)
  test  scores on dev and test
Every stage: python train.py STAGE --data DIR --out FILE.pt [--init FILE.pt] [--epochs N] [--max_s S] ...
"""

import argparse, gzip, io, json, math, os, random, re, time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import get_context
import numpy as np
import torch, torch.nn as nn, torch.nn.functional as F
from PIL import Image
from tokenizers import Tokenizer
from metrics import CiderD, evaluate, ptb
from model import CFG, Nano

T0 = time.time()
STOP = set(
    "a an the of in on at to with and is are his her its their it by for from as that this there into over up down out off while who one other another some through near next front behind s be has have he she they him them or being".split()
)
VARIANTS = [
    "USER: {image}\nDescribe this video. ASSISTANT:",
    "USER: {image}\nDescribe this image in one sentence. ASSISTANT:",
    "USER: {image}\nWhat is happening in this shot? ASSISTANT:",
    "USER: {image}\nPlease describe this video. ASSISTANT:",
    "USER: {image}\nPlease describe this video. Do not include details that you are not sure of. ASSISTANT:",
    "USER: {image}\nWrite a short caption for this clip. The speech is: {asr}. ASSISTANT:",
]


class Data:
    def __init__(s, d, dev, limit=0, images=True, seed=0):
        j = json.load(gzip.open(d + "/data.json.gz", "rt"))
        s.dev = dev
        s.tok = Tokenizer.from_file(d + "/tokenizer.json")
        s.rng = random.Random(seed)
        it = j["items"]
        s.names = [x[0] for x in it]
        s.split = [x[1] for x in it]
        s.caps = [x[2] for x in it]
        s.ids = {k: [i for i, x in enumerate(s.split) if x == k] for k in ("train", "dev", "test", "coco")}
        if limit:
            s.ids = {k: v[:limit] for k, v in s.ids.items()}
        s.train = s.ids["train"] + s.ids["coco"]
        s.text = j["text"][: limit * 20 if limit else None]
        s.prompt = j["prompt"]

        def enc(x):
            return s.tok.encode(x, add_special_tokens=False).ids

        s.left = enc("<s>USER: ")
        assert s.left[0] == 1
        s.empty = enc(s.prompt.split("{image}")[1].format(asr=""))
        pool = (
            j["speech"] + [c[:-1] for c in s.text[::37]] + [a[:-1] + ". " + b[:-1] for a, b in zip(s.text[5::91], s.text[11::91])]
        )
        s.asr = [
            x.ids
            for x in s.tok.encode_batch(
                [s.prompt.split("{image}")[1].format(asr=x + ("." if s.rng.random() < 0.3 else "")) for x in pool],
                add_special_tokens=False,
            )
        ]
        s.var = [enc(v.split("{image}")[1].format(asr=s.rng.choice(pool) if k % 2 else "")) for v in VARIANTS for k in range(8)]
        s.cap = {i: [enc(" " + c) + [2] for c in s.caps[i][:5]] for i in s.train}
        s.flip = torch.tensor([not re.search(r"\b(left|right)\b", " ".join(c).lower()) for c in s.caps])
        if images:
            z = np.load(d + "/images.npz")
            blob, off = z["blob"], z["offsets"]
            need = sorted(set(sum(s.ids.values(), [])))

            def dec(i):
                return np.asarray(Image.open(io.BytesIO(blob[off[i] : off[i + 1]].tobytes())).convert("RGB"))

            x = np.zeros((len(s.names), 224, 224, 3), np.uint8)
            with ThreadPoolExecutor(min(16, os.cpu_count())) as ex:
                for i, a in zip(need, ex.map(dec, need)):
                    x[i] = a
            s.img = torch.from_numpy(x).to(dev).permute(0, 3, 1, 2)
        # bag-of-words targets
        cnt = Counter(w for i in s.train for w in {w for c in s.caps[i] for w in ptb(c)} if w not in STOP)
        mn = 20 if not limit else 2
        s.words = sorted(w for w, n in cnt.items() if n >= mn)
        wi = {w: k for k, w in enumerate(s.words)}
        s.bow = torch.zeros(len(s.names), len(s.words), dtype=torch.float16)
        for i in s.train + s.ids["dev"]:
            c = Counter(w for x in s.caps[i] for w in set(ptb(x)) if w in wi)
            for w, n in c.items():
                s.bow[i, wi[w]] = min(1, n / 2)
        s.bow = s.bow.to(dev)

    def prompt_ids(s, p_asr=0.2, p_var=0.06):
        r = s.rng.random()
        if r < p_asr:
            return s.rng.choice(s.asr)
        if r < p_asr + p_var:
            return s.rng.choice(s.var)
        return s.empty

    def text_of(s, ids):
        """generated ids [n,T] -> strings"""
        rows = []
        for r in ids.tolist():
            rows.append(r[: r.index(2)] if 2 in r else r)
        return [x.strip() for x in s.tok.decode_batch(rows)]


def augment(x, n, flip, strong=True):
    """uint8 [B,3,224,224] -> float [B*n,3,224,224] in [-1,1]; n pseudo-frames (drifting crops) of the same picture."""
    B, dev = x.shape[0], x.device

    def R(*s):
        return torch.rand(*s, device=dev)

    lo = 0.5 if strong else 0.7
    area = lo + (1 - lo) * R(B, 1)
    asp = torch.exp((R(B, 1) - 0.5) * 0.6)
    full = (R(B, 1) < (0.2 if strong else 0.5)).float()
    area = area * (1 - full) + full
    asp = asp * (1 - full) + full
    jit = 0.12 if n > 1 else 0.0
    area = (area * (1 + jit * (R(B, n) * 2 - 1))).clamp(max=1)
    asp = asp.expand(B, n)
    w = (area * asp).sqrt().clamp(max=1)
    h = (area / asp).sqrt().clamp(max=1)
    ux, uy = R(B, 1) * 2 - 1, R(B, 1) * 2 - 1  # shot-level position, then drift or jump
    jump = (R(B, 1) < 0.35).float() * 0.8 + 0.15
    ux = (ux + jump * (R(B, n) * 2 - 1) * (n > 1)).clamp(-1, 1)
    uy = (uy + jump * (R(B, n) * 2 - 1) * (n > 1)).clamp(-1, 1)
    cx, cy = ux * (1 - w), uy * (1 - h)
    box = (R(B, 1) < 0.08).float()
    k = 1 + box * (0.1 + 0.35 * R(B, 1))
    vert = (R(B, 1) < 0.7).float()  # black bars
    h = h * (1 - box * vert) + box * vert * k
    cy = cy * (1 - box * vert)
    w = w * (1 - box * (1 - vert)) + box * (1 - vert) * k
    cx = cx * (1 - box * (1 - vert))
    fl = torch.where(flip[:, None] & (R(B, 1) < 0.5), -1.0, 1.0)
    th = torch.zeros(B * n, 2, 3, device=dev)
    th[:, 0, 0] = (w * fl).reshape(-1)
    th[:, 0, 2] = cx.reshape(-1)
    th[:, 1, 1] = h.reshape(-1)
    th[:, 1, 2] = cy.reshape(-1)
    y = x.float().repeat_interleave(n, 0) / 127.5
    y = (
        F.grid_sample(
            y,
            F.affine_grid(th, (B * n, 3, 224, 224), align_corners=False),
            mode="bilinear",
            padding_mode="zeros",
            align_corners=False,
        )
        / 2
    )

    def c(r):
        return (
            (1 + ((R(B, 1) * 2 - 1) * r + (R(B, n) * 2 - 1) * r * 0.25)).reshape(-1, 1, 1, 1)
            if strong
            else (1 + (R(B, 1) * 2 - 1) * r * 0.5).expand(B, n).reshape(-1, 1, 1, 1)
        )

    y = y * c(0.3)
    m = y.mean((1, 2, 3), keepdim=True)
    y = (y - m) * c(0.3) + m
    g = (y * torch.tensor([0.299, 0.587, 0.114], device=dev).view(1, 3, 1, 1)).sum(1, keepdim=True)
    sat = c(0.4) * (R(B, 1) > 0.05).float().expand(B, n).reshape(-1, 1, 1, 1)
    y = (y - g) * sat + g
    if strong:
        b = (R(B, 1) < 0.12).float().expand(B, n).reshape(-1, 1, 1, 1)
        y = y * (1 - b) + b * F.interpolate(F.avg_pool2d(y, 2), scale_factor=2, mode="bilinear", align_corners=False)
        y = y + (R(B, 1) < 0.12).float().expand(B, n).reshape(-1, 1, 1, 1) * 0.03 * torch.randn_like(y)
    return y.clamp(0, 1) * 2 - 1


class EMA:
    def __init__(s, m, decay):
        s.d = decay
        s.p = [p for p in m.parameters()]
        s.e = [p.detach().clone() for p in s.p]
        s.n = 0

    def step(s):
        s.n += 1
        torch._foreach_lerp_(s.e, [p.detach() for p in s.p], 1 - min(s.d, (1 + s.n) / (10 + s.n)))

    def swap(s):
        for p, e in zip(s.p, s.e):
            t = p.data.clone()
            p.data.copy_(e)
            e.copy_(t)


def frames_to_feats(m, fr, n, chunk=64):
    f = (
        torch.cat([m.vision(c.contiguous(memory_format=torch.channels_last)) for c in fr.split(chunk)])
        if fr.shape[0] > chunk
        else m.vision(fr.contiguous(memory_format=torch.channels_last))
    )
    return f.reshape(-1, n * 49, f.shape[-1])


def lm_loss(m, D, feats, prompts, caps, smooth, weights=None, wdrop=0.0):
    """feats [S,n,d] or None; one prompt and one caption (ids) per row. Returns the mean loss, or token log-probs if weights given."""
    S = len(caps)
    n = feats.shape[1] if feats is not None else 0
    L = len(D.left)
    dev = D.dev
    R = max(len(p) + len(c) for p, c in zip(prompts, caps)) - 1
    ids = np.zeros((S, R), np.int64)
    pos, lab = [], []
    for r, (p, c) in enumerate(zip(prompts, caps)):
        row = (p + c)[:-1]
        ids[r, : len(row)] = row
        if wdrop:  # word dropout: corrupt some input words so that the picture has to be used
            q = np.nonzero(np.random.rand(len(c) - 1) < wdrop)[0] + len(p)
            ids[r, q] = np.random.randint(5, m.c["vocab"], len(q)) if np.random.rand() < 0.5 else 4
        st = r * (L + n + R) + L + n + len(p) - 1
        pos.append(np.arange(st, st + len(c)))
        lab += c
    ids, pos, lab = (
        torch.from_numpy(x).pin_memory().to(dev, non_blocking=True) if dev != "cpu" else torch.from_numpy(x)
        for x in (ids, np.concatenate(pos), np.array(lab))
    )
    e = m.lm.embed_tokens
    left = e(torch.tensor(D.left, device=dev))[None].expand(S, -1, -1)
    right = e(ids)
    x = torch.cat([left] + ([feats.to(left.dtype)] if n else []) + [right], 1)
    h = m.lm(x).reshape(-1, x.shape[-1])[pos]
    lg = m.lm.logits(h).float()
    if weights is None:
        return F.cross_entropy(lg, lab, label_smoothing=smooth)
    lp = -F.cross_entropy(lg, lab, reduction="none")
    w = torch.repeat_interleave(weights, torch.tensor([len(c) for c in caps], device=dev))
    return -(lp * w).sum() / lp.numel()


@torch.no_grad()
def caption(m, D, idx, n=1, bs=250, prompt=None, max_new=32):
    m.eval()
    out = {}
    dev = D.dev
    g = torch.Generator(device=dev)
    g.manual_seed(1)
    for a in range(0, len(idx), bs):
        i = idx[a : a + bs]
        x = D.img[torch.tensor(i, device=dev)].float() / 127.5 - 1
        if n > 1:  # pseudo-shot: full frame first, then slow pan/zoom crops
            fr = [x]
            for k in range(1, n):
                th = torch.zeros(len(i), 2, 3, device=dev)
                z = 1 - 0.06 * k
                th[:, 0, 0] = z
                th[:, 1, 1] = z
                th[:, 0, 2] = (1 - z) * (k % 2 * 2 - 1)
                fr.append(F.grid_sample(x, F.affine_grid(th, x.shape, align_corners=False), align_corners=False))
            x = torch.stack(fr, 1).flatten(0, 1)
        with torch.autocast("cuda", torch.bfloat16, enabled=dev != "cpu"):
            f = frames_to_feats(m, x, n, chunk=256)
            emb = m.prefix(torch.tensor(D.left, device=dev), f)
            r = m.lm.embed_tokens(torch.tensor(prompt or D.empty, device=dev))[None].expand(len(i), -1, -1).to(emb.dtype)
            ids = m.generate(torch.cat([emb, r], 1), max_new)
        for k, t in zip(i, D.text_of(ids)):
            out[k] = t
    return out


def score(m, D, idx, **kw):
    h = caption(m, D, idx, **kw)
    return evaluate({k: D.caps[k] for k in h}, h), h


def sched(opt, base, t, warm, floor=0.03):
    f = min(1, t / warm) if t < warm else floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1, (t - warm) / (1 - warm))))
    for g, b in zip(opt.param_groups, base):
        g["lr"] = b * f


def groups(m, lr, enc_lr, wd):
    enc = [p for n, p in m.named_parameters() if n.startswith("vision.cnn")]
    oth = [(n, p) for n, p in m.named_parameters() if not n.startswith("vision.cnn")]
    return [
        dict(params=[p for n, p in oth if p.ndim > 1 and "embed" not in n and "pos" not in n], lr=lr, weight_decay=wd),
        dict(params=[p for n, p in oth if p.ndim < 2 or "embed" in n or "pos" in n], lr=lr, weight_decay=0),
        dict(params=[p for p in enc if p.ndim > 1], lr=enc_lr, weight_decay=wd * 0.2),
        dict(params=[p for p in enc if p.ndim < 2], lr=enc_lr, weight_decay=0),
    ]


def save(m, a, log, path=None):
    sd = {k: v.detach().half().cpu() for k, v in m.state_dict().items() if a.stage == "bow" or not k.startswith("words")}
    torch.save(dict(sd=sd, cfg=m.c, log=log, args=vars(a)), path or a.out)


def build(a, D):
    c = dict(CFG, layers=a.layers, vis_blocks=a.vis_blocks, vocab=D.tok.get_vocab_size())
    if a.init:
        c = torch.load(a.init, weights_only=False)["cfg"]
    if a.init_lm:
        c = dict(torch.load(a.init_lm, weights_only=False)["cfg"], vis_blocks=a.vis_blocks)
    if a.tiny and not a.init and not a.init_lm:
        c.update(layers=2, ffn=256)
    n_words = len(D.words) if a.stage in ("xe", "bow") else 0
    m = Nano(c, a.drop, a.vdrop, n_words)
    m.vision.cnn.load_npz(a.data + "/mnv2_fp16.npz")
    if n_words:
        b = D.bow[torch.tensor(D.train, device=D.dev)].float().mean(0).clamp(1e-4, 0.99)
        m.words.bias.data.copy_(torch.log(b / (1 - b)))
        m.words.weight.data *= 0.3
    for f, pre in ((a.init, ""), (a.init_lm, "lm."), (a.init_vis, ("vision.", "words."))):
        if f:
            sd = {k: v.float() for k, v in torch.load(f, weights_only=False)["sd"].items() if not pre or k.startswith(pre)}
            r = m.load_state_dict(sd, strict=False)
            print("init", f, len(sd), "missing", len(r.missing_keys), "unexpected", r.unexpected_keys)
    m.to(D.dev)
    m.vision.cnn.to(memory_format=torch.channels_last)
    print(
        {
            k: round(sum(p.numel() for p in x.parameters()) / 1e6, 3)
            for k, x in dict(all=m, cnn=m.vision.cnn, vision=m.vision, lm=m.lm).items()
        },
        flush=True,
    )
    return m


def stage_lm(a, D, m):
    def norm(c):
        return re.sub(r"[^a-z ]", "", c.lower())

    mine = {norm(c) for i in D.ids["train"] for c in D.caps[i]}
    text = [c for c in D.text if norm(c) not in mine]
    print("lm texts", len(text), "of", len(D.text), flush=True)  # nothing from Flickr8k itself
    enc = [x.ids + [2] for x in D.tok.encode_batch([" " + c for c in text], add_special_tokens=False)]
    opt = torch.optim.AdamW(groups(m, a.lr, 0, a.wd)[:2], betas=(0.9, 0.98), fused=D.dev != "cpu")
    base = [g["lr"] for g in opt.param_groups]
    ema = EMA(m.lm, 0.998)
    steps = a.epochs * (len(enc) // a.bs)
    st = 0
    log = []
    t0 = time.time()
    tot = n = 0
    m.train()
    while st < steps:
        order = list(range(len(enc)))
        D.rng.shuffle(order)
        for b in range(0, len(order) - a.bs + 1, a.bs):
            i = order[b : b + a.bs]
            t = max(st / steps, (time.time() - t0) / a.max_s)
            sched(opt, base, t, 0.05)
            if t >= 1:
                st = steps
                break
            with torch.autocast("cuda", torch.bfloat16, enabled=D.dev != "cpu"):
                loss = lm_loss(
                    m,
                    D,
                    None,
                    [D.prompt_ids(0.1) if D.rng.random() < 0.3 else D.empty[-3:] for _ in i],
                    [enc[k] for k in i],
                    0.05,
                )
            loss.backward()
            nn.utils.clip_grad_norm_(m.lm.parameters(), 1.0)
            opt.step()
            opt.zero_grad(set_to_none=True)
            ema.step()
            st += 1
            tot += loss.detach()
            n += 1
            if st % max(1, steps // 20) == 0:
                log.append(dict(step=st, loss=round(float(tot / n), 4), s=round(time.time() - t0, 1)))
                tot = n = 0
                print("lm", log[-1], flush=True)
            if st >= steps:
                break
    ema.swap()
    save(m, a, log)


@torch.no_grad()
def channel_stats(m, D, n=1500):
    m.eval()
    x = []
    for i in torch.tensor(D.train[:n]).split(100):
        x.append(m.vision.raw(D.img[i.to(D.dev)].float().contiguous(memory_format=torch.channels_last) / 127.5 - 1).flatten(0, 1))
    x = torch.cat(x)
    m.vision.mu.copy_(x.mean(0))
    m.vision.sd.copy_(x.std(0) + 0.05)


def bow_loss(m, D, feats, ti):
    return (
        F.binary_cross_entropy_with_logits(
            m.words(F.dropout(feats.float().mean(1) * 5, 0.2, m.training)).float(), D.bow[ti].float(), reduction="none"
        )
        .sum(-1)
        .mean()
        / 10
    )


def stage_bow(a, D, m):
    channel_stats(m, D)
    g = [x for x in groups(m, a.lr, a.enc_lr, a.wd)]
    opt = torch.optim.AdamW(g, betas=(0.9, 0.98), fused=D.dev != "cpu")
    base = [x["lr"] for x in opt.param_groups]
    ema = EMA(m, 0.99)
    per = len(D.train) // a.bs
    steps = a.epochs * per
    st = 0
    log = []
    t0 = time.time()
    best = 9
    ep = 0
    dv = D.ids["dev"]
    stop = False
    while st < steps and not stop:
        order = list(D.train)
        D.rng.shuffle(order)
        m.train()
        tot = torch.zeros(1, device=D.dev)
        n = 0
        for b in range(0, per * a.bs, a.bs):
            i = order[b : b + a.bs]
            ti = torch.tensor(i, device=D.dev)
            t = max(st / steps, (time.time() - t0) / a.max_s)
            sched(opt, base, t, 0.06)
            if t >= 1:
                stop = True
                break
            with torch.no_grad():
                fr = augment(D.img[ti], 1, D.flip[i].to(D.dev), D.rng.random() < 0.9)
            with torch.autocast("cuda", torch.bfloat16, enabled=D.dev != "cpu"):
                loss = bow_loss(m, D, frames_to_feats(m, fr, 1), ti)
            loss.backward()
            nn.utils.clip_grad_norm_(m.vision.parameters(), 1.0)
            opt.step()
            opt.zero_grad(set_to_none=True)
            ema.step()
            st += 1
            n += 1
            tot += loss.detach()
        if n == 0:
            break
        ep += 1
        ema.swap()
        m.eval()
        l = []
        p5 = []
        with torch.no_grad(), torch.autocast("cuda", torch.bfloat16, enabled=D.dev != "cpu"):
            for i in torch.tensor(dv).split(250):
                i = i.to(D.dev)
                f = frames_to_feats(m, D.img[i].float() / 127.5 - 1, 1, 256)
                l.append(float(bow_loss(m, D, f, i)) * len(i))
                p5.append((D.bow[i].gather(1, m.words(f.float().mean(1) * 5).topk(5, 1).indices) > 0).float().sum() / 5)
        r = dict(
            ep=ep,
            loss=round(float(tot / n), 4),
            dev_bce=round(sum(l) / len(dv), 4),
            dev_p5=round(float(sum(p5)) / len(dv), 4),
            s=round(time.time() - t0, 1),
        )
        log.append(r)
        print(a.tag, json.dumps(r), flush=True)
        if r["dev_bce"] < best:
            best = r["dev_bce"]
            save(m, a, log)
        ema.swap()


FR = [1] * 46 + [2] * 20 + [3] * 10 + [4] * 14 + [6] * 5 + [8] * 5


def stage_xe(a, D, m):
    opt = torch.optim.AdamW(groups(m, a.lr, a.enc_lr, a.wd), betas=(0.9, 0.98), fused=D.dev != "cpu")
    base = [g["lr"] for g in opt.param_groups]
    ema = EMA(m, a.ema)
    if a.enc_lr == 0:
        [p.requires_grad_(False) for p in m.vision.cnn.parameters()]
    frozen = False
    if not a.init_vis and not a.init:
        channel_stats(m, D)
    N = len(D.train)
    per = N // a.bs
    steps = a.epochs * per
    st = 0
    log = []
    best = -1
    t0 = time.time()
    dev = D.dev
    stop = False
    ep = 0
    while st < steps and not stop:
        order = list(D.train)
        D.rng.shuffle(order)
        m.train()
        tot = torch.zeros(2, device=dev)
        n = 0
        te = time.time()
        nf = 0
        for b in range(0, per * a.bs, a.bs):
            i = order[b : b + a.bs]
            ti = torch.tensor(i, device=dev)
            t = max(st / steps, (time.time() - t0) / a.max_s)
            sched(opt, base, t, 0.04)
            if t >= 1:
                stop = True
                break
            k = D.rng.choice(FR)
            i = i[: max(8, 4 * a.bs // k)]
            ti = ti[: len(i)]
            nf += k * len(i)
            fz = ep < a.freeze_lm
            if fz != frozen:
                frozen = fz
                [p.requires_grad_(not fz) for p in m.lm.parameters()]
            with torch.no_grad():
                fr = augment(D.img[ti], k, D.flip[i].to(dev), D.rng.random() < 0.9)
            with torch.autocast("cuda", torch.bfloat16, enabled=dev != "cpu"):
                f = frames_to_feats(m, fr, k)
                caps = [D.rng.sample(D.cap[x], min(a.ncap, len(D.cap[x]))) for x in i]
                rep = torch.tensor([len(c) for c in caps], device=dev)
                loss = lm_loss(
                    m,
                    D,
                    f.repeat_interleave(rep, 0),
                    [D.prompt_ids() for c in caps for _ in c],
                    [c for cs in caps for c in cs],
                    a.smooth,
                    wdrop=a.wdrop,
                )
                aux = bow_loss(m, D, f, ti)
            (loss + a.aux * aux).backward()
            nn.utils.clip_grad_norm_(m.parameters(), 1.0)
            opt.step()
            opt.zero_grad(set_to_none=True)
            ema.step()
            st += 1
            n += 1
            tot += torch.stack([loss.detach(), aux.detach()])
        if n == 0:
            break
        ep += 1
        ts = time.time() - te
        l = (tot / n).tolist()
        r = dict(
            ep=ep, step=st, loss=round(l[0], 4), aux=round(l[1], 4), train_s=round(ts, 1), frames=nf, lr=opt.param_groups[0]["lr"]
        )
        if ep >= a.eval_from or stop or st >= steps:
            ema.swap()
            sc, _ = score(m, D, D.ids["dev"])
            r.update(
                CIDEr=round(sc["CIDEr_D"], 4),
                B4=round(sc["BLEU4"], 4),
                len=round(sc["mean_len"], 2),
                distinct=round(sc["distinct"], 3),
            )
            if sc["CIDEr_D"] > best:
                best = sc["CIDEr_D"]
                save(m, a, log + [r])
            ema.swap()
        r["s"] = round(time.time() - t0, 1)
        log.append(r)
        print(a.tag, json.dumps(r), flush=True)
    json.dump(dict(best=best, log=log, args=vars(a)), open(a.out.replace(".pt", ".json"), "w"))


CD = None


def _reward(x):
    return CD.one(*x)


def stage_scst(a, D, m, pool):
    opt = torch.optim.AdamW(groups(m, a.lr, a.enc_lr, 0.0), betas=(0.9, 0.98), fused=D.dev != "cpu")
    base = [g["lr"] for g in opt.param_groups]
    ema = EMA(m, a.ema)
    N = len(D.train)
    per = N // a.bs
    steps = a.epochs * per
    st = 0
    log = []
    t0 = time.time()
    dev = D.dev
    stop = False
    ep = 0
    ema.swap()
    sc, _ = score(m, D, D.ids["dev"])
    ema.swap()
    best = sc["CIDEr_D"]
    log.append(dict(ep=0, CIDEr=round(best, 4), B4=round(sc["BLEU4"], 4), len=round(sc["mean_len"], 2)))
    print(a.tag, log[-1], flush=True)
    save(m, a, log)
    left = torch.tensor(D.left, device=dev)
    while st < steps and not stop:
        order = list(D.train)
        D.rng.shuffle(order)
        tot = torch.zeros(4, device=dev)
        n = 0
        te = time.time()
        m.eval()
        tg = 0
        for b in range(0, per * a.bs, a.bs):
            i = order[b : b + a.bs]
            ti = torch.tensor(i, device=dev)
            t = max(st / steps, (time.time() - t0) / a.max_s)
            sched(opt, base, t, 0.03, 0.1)
            if t >= 1:
                stop = True
                break
            k = D.rng.choice([1, 1, 1, 1, 1, 2, 2, 3, 4, 4] if D.rng.random() < 0.96 else [6, 8])
            i = i[: max(8, 4 * a.bs // k)]
            ti = ti[: len(i)]
            p = D.prompt_ids(0.2, 0.04)
            with torch.no_grad():
                fr = augment(D.img[ti], k, D.flip[i].to(dev), D.rng.random() < 0.4)
            t1 = time.time()
            with torch.autocast("cuda", torch.bfloat16, enabled=dev != "cpu"):
                f = frames_to_feats(m, fr, k)
                with torch.no_grad():
                    r = m.lm.embed_tokens(torch.tensor(p, device=dev))[None].expand(len(i), -1, -1).to(f.dtype)
                    ids = m.generate(torch.cat([m.prefix(left, f.detach()), r], 1), a.max_new, True, a.K)
                txt = D.text_of(ids)
                rows = ids.tolist()
                rows = [x[: x.index(2) + 1] if 2 in x else x for x in rows]
                job = []
                for q, (s, x) in enumerate(zip(txt, rows)):
                    job.append((i[q // a.K], ptb(s) + (["."] if s.endswith(".") else []) + (["<eos>"] if x[-1] == 2 else [])))
                rew = np.array(pool.map(_reward, job, chunksize=max(1, len(job) // 24)))
                for q, (_, w) in enumerate(job):
                    bg = Counter(zip(w, w[1:]))
                    rew[q] -= 0.15 * sum(v - 1 for v in bg.values())
                rew = torch.tensor(rew, dtype=torch.float32, device=dev).view(-1, a.K)
                adv = rew - (rew.sum(1, keepdim=True) - rew) / (a.K - 1)
                tg += time.time() - t1
                loss = lm_loss(m, D, f.repeat_interleave(a.K, 0), [p] * len(rows), rows, 0, adv.reshape(-1))
                xe = torch.zeros((), device=dev)
                if a.xe_w:
                    xe = lm_loss(m, D, f, [p] * len(i), [D.rng.choice(D.cap[x]) for x in i], a.smooth)
            (loss + a.xe_w * xe).backward()
            nn.utils.clip_grad_norm_(m.parameters(), 1.0)
            opt.step()
            opt.zero_grad(set_to_none=True)
            ema.step()
            st += 1
            n += 1
            tot += torch.stack([loss.detach(), xe.detach(), rew.mean(), adv.std()])
        if n == 0:
            break
        ep += 1
        ts = time.time() - te
        l = (tot / n).tolist()
        r = dict(
            ep=ep,
            step=st,
            loss=round(l[0], 4),
            xe=round(l[1], 4),
            reward=round(l[2], 4),
            adv=round(l[3], 3),
            train_s=round(ts, 1),
            gen_s=round(tg, 1),
            lr=opt.param_groups[0]["lr"],
        )
        ema.swap()
        sc, _ = score(m, D, D.ids["dev"])
        r.update(
            CIDEr=round(sc["CIDEr_D"], 4),
            B4=round(sc["BLEU4"], 4),
            len=round(sc["mean_len"], 2),
            distinct=round(sc["distinct"], 3),
            rep=round(sc["repeated_bigram"], 3),
            vocab=sc["vocab"],
        )
        if sc["CIDEr_D"] > best:
            best = sc["CIDEr_D"]
            save(m, a, log + [r])
        ema.swap()
        r["s"] = round(time.time() - t0, 1)
        log.append(r)
        print(a.tag, json.dumps(r), flush=True)
    json.dump(dict(best=best, log=log, args=vars(a)), open(a.out.replace(".pt", ".json"), "w"))


def stage_test(a, D, m):
    res = {}
    for sp in ("dev", "test"):
        for n in (1, 2, 4, 8):
            sc, h = score(m, D, D.ids[sp], n=n)
            res[f"{sp}_n{n}"] = sc
    asr = D.tok.encode(
        D.prompt.split("{image}")[1].format(asr="so today I want to show you how to make a simple pasta sauce with my dog"),
        add_special_tokens=False,
    ).ids
    res["test_asr"], h2 = score(m, D, D.ids["test"], prompt=asr)
    _, h1 = score(m, D, D.ids["test"])
    res["captions"] = {D.names[k]: v for k, v in h1.items()}
    res["asr_same"] = sum(h1[k] == h2[k] for k in h1) / len(h1)
    for k, v in res.items():
        if k != "captions":
            print(a.tag, k, {x: round(y, 4) for x, y in v.items()} if isinstance(v, dict) else v, flush=True)
    json.dump(res, open(a.out.replace(".pt", ".test.json"), "w"))


def main():
    global CD
    p = argparse.ArgumentParser()
    p.add_argument("stage")
    for k, v in dict(data="pack", out="out.pt", init="", init_lm="", init_vis="", tag="", dev="cuda").items():
        p.add_argument("--" + k, default=v)
    for k, v in dict(
        epochs=10, bs=64, layers=8, vis_blocks=0, ncap=5, K=5, seed=0, limit=0, eval_from=1, max_new=28, tiny=0, freeze_lm=0
    ).items():
        p.add_argument("--" + k, type=int, default=v)
    for k, v in dict(
        lr=4e-4, enc_lr=1e-4, wd=0.05, drop=0.1, vdrop=0.1, smooth=0.1, aux=0.3, ema=0.998, max_s=1e9, xe_w=0.1, wdrop=0
    ).items():
        p.add_argument("--" + k, type=float, default=v)
    a = p.parse_args()
    a.tag = a.tag or a.stage
    torch.manual_seed(a.seed)
    np.random.seed(a.seed)
    random.seed(a.seed)
    pool = None
    if a.stage == "scst":  # workers are forked before CUDA starts
        j = json.load(gzip.open(a.data + "/data.json.gz", "rt"))
        CD = CiderD(
            {i: [ptb(c) + [".", "<eos>"] for c in x[2][:5]] for i, x in enumerate(j["items"]) if x[1] in ("train", "coco")}
        )
        pool = get_context("fork").Pool(min(12, os.cpu_count()))
    if a.dev == "cuda":
        torch.backends.cudnn.benchmark = True
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
    D = Data(a.data, a.dev, a.limit, images=a.stage != "lm", seed=a.seed)
    print(a.tag, "data ready", round(time.time() - T0, 1), "s; words", len(D.words), flush=True)
    m = build(a, D)
    dict(
        bow=lambda: stage_bow(a, D, m),
        lm=lambda: stage_lm(a, D, m),
        xe=lambda: stage_xe(a, D, m),
        scst=lambda: stage_scst(a, D, m, pool),
        test=lambda: stage_test(a, D, m),
    )[a.stage]()
    print(
        a.tag,
        "done",
        round(time.time() - T0, 1),
        "s",
        "peak GB",
        round(torch.cuda.max_memory_allocated() / 2**30, 1) if a.dev == "cuda" else "",
        flush=True,
    )
    if pool:
        pool.terminate()


if __name__ == "__main__":
    main()
