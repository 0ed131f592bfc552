"""Short CPU stage after SCST: teaches title cards, credits, blank and dark frames (common in video, absent from Flickr8k).
Only the decoder is trained; on real pictures the targets are the model's own captions, so that nothing else drifts."""

import argparse, glob, random, time
import numpy as np, torch
from PIL import Image, ImageDraw, ImageFont, ImageFilter
from train import Data, lm_loss
from export import load

COL = dict(
    white=(250, 250, 250),
    black=(8, 8, 8),
    red=(205, 30, 30),
    blue=(25, 95, 205),
    green=(30, 150, 60),
    yellow=(240, 215, 40),
    orange=(240, 135, 25),
    pink=(240, 120, 175),
    purple=(120, 45, 165),
    gray=(128, 128, 128),
)
WORDS = "the big story of a new day presents film by one two three final chapter episode season lost world city night ready payback summer return directed produced music edited story project open movie rabbit rodents giant life how to make your first steps subscribe thanks for watching chapter part welcome news live today special report breaking introduction conclusion questions overview results method data model university company studio pictures entertainment".split()
FONTS = [
    f
    for f in glob.glob("/usr/share/fonts/**/*.ttf", recursive=True) + glob.glob("/usr/share/fonts/**/*.otf", recursive=True)
    if not any(x in f.lower() for x in ("emoji", "symbol", "dingbat", "math"))
]


def font(r, n):
    try:
        return ImageFont.truetype(r.choice(FONTS), n) if FONTS and r.random() < 0.8 else ImageFont.load_default(n)
    except Exception:
        return ImageFont.load_default(n)


def jit(r, c, a=22):
    return tuple(max(0, min(255, v + r.randint(-a, a))) for v in c)


def phrase(r, n):
    s = " ".join(r.choice(WORDS) for _ in range(n))
    k = r.random()
    return s.upper() if k < 0.45 else s.title() if k < 0.85 else s.capitalize()


def bg(r, c):
    im = Image.new("RGB", (398, 224), jit(r, c, 10))
    ImageDraw.Draw(im)
    if r.random() < 0.3:
        a, b = np.array(jit(r, c, 8), float), np.clip(np.array(c, float) * r.uniform(0.75, 1.1), 0, 255)
        t = np.linspace(0, 1, 224)[:, None, None] if r.random() < 0.5 else np.linspace(0, 1, 398)[None, :, None]
        im = Image.fromarray(np.broadcast_to(a + (b - a) * t, (224, 398, 3)).astype(np.uint8))
    return im


def card(r):
    """-> image, caption"""
    k = r.random()
    names = list(COL)
    if k < 0.10:
        v = r.randint(0, 14)
        return Image.new("RGB", (398, 224), (v, v, v)), "A black screen."
    if k < 0.17:
        v = r.randint(240, 255)
        return Image.new("RGB", (398, 224), (v, v, v)), "A white screen."
    if k < 0.21:
        c = r.choice(names[2:])
        return bg(r, COL[c]), f"A {c} screen." if c != "orange" else "An orange screen."
    b = r.choice(["white", "black", "black", "white", r.choice(names)])
    t = r.choice(
        [
            x
            for x in names
            if x != b
            and {x, b}
            not in (
                {"white", "yellow"},
                {"red", "orange"},
                {"orange", "yellow"},
                {"purple", "blue"},
                {"pink", "red"},
                {"black", "purple"},
                {"gray", "white"},
                {"pink", "orange"},
                {"pink", "purple"},
            )
        ]
        + (["white"] * 5 if b == "black" else ["black"] * 3 if b == "white" else [])
    )
    if t == b:
        t = "white" if b != "white" else "black"
    im = bg(r, COL[b])
    d = ImageDraw.Draw(im)
    col = jit(r, COL[t], 12)
    if k < 0.36:  # credits: many small lines
        n = r.randint(5, 11)
        y = r.randint(4, 20)
        fs = r.randint(9, 15)
        f = font(r, fs)
        for _ in range(n):
            s = phrase(r, r.randint(1, 4))
            w = d.textlength(s, font=f)
            d.text((r.choice([(398 - w) / 2, (398 - w) / 2, 40, 200]), y), s, col, font=f)
            y += fs + r.randint(4, 8)
        return (
            im,
            f"A title card with text on a {b} background."
            if b != "orange"
            else "A title card with text on an orange background.",
        )
    fs = r.choice([14, 18, 22, 28, 36, 48, 60])
    f = font(r, fs)
    lines = [phrase(r, 1 if fs > 40 else r.randint(1, 4 if fs < 26 else 2)) for _ in range(r.randint(1, 3 if fs > 30 else 4))]
    y = (224 - len(lines) * fs * 1.25) * r.uniform(0.3, 0.7)
    for s in lines:
        w = d.textlength(s, font=f)
        d.text(((398 - w) / 2 + r.randint(-25, 25) * (r.random() < 0.3), y), s, col, font=f)
        y += fs * 1.25
    if r.random() < 0.2:
        x, yy, q = r.randint(20, 340), r.randint(10, 180), r.randint(12, 45)
        d.ellipse((x, yy, x + q, yy + q), fill=col)
    return (
        im,
        f"A title card with text on a {b} background." if b != "orange" else "A title card with text on an orange background.",
    )


def overlay(r, a):
    """subtitle, caption bar or logo over a photo: the description must not change"""
    im = Image.fromarray(a).resize((398, 224))
    d = ImageDraw.Draw(im)
    f = font(r, r.randint(10, 18))
    s = phrase(r, r.randint(3, 7))
    w = d.textlength(s, font=f)
    y = r.choice([200, 190, 8])
    if r.random() < 0.5:
        d.rectangle((0, y - 4, 398, y + 24), fill=jit(r, COL[r.choice(["black", "white", "blue", "red"])]))
    d.text(
        ((398 - w) / 2, y),
        s,
        r.choice([(255, 255, 255), (255, 235, 60), (10, 10, 10)]),
        font=f,
        stroke_width=1,
        stroke_fill=(0, 0, 0),
    )
    return im


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ckpt")
    p.add_argument("--data")
    p.add_argument("--out")
    p.add_argument("--steps", type=int, default=150)
    p.add_argument("--bs", type=int, default=20)
    p.add_argument("--lr", type=float, default=4e-5)
    p.add_argument("--minutes", type=float, default=9)
    p.add_argument("--real", type=int, default=1300)
    p.add_argument("--cards", type=int, default=900)
    a = p.parse_args()
    r = random.Random(0)
    torch.manual_seed(0)
    np.random.seed(0)
    t0 = time.time()
    D = Data(a.data, "cpu")
    m, ck = load(a.ckpt)
    m.vision.requires_grad_(False)

    def enc(c):
        return D.tok.encode(" " + c, add_special_tokens=False).ids + [2]

    snow = [i for i in D.train if sum("snow" in c.lower() for c in D.caps[i]) > 1]
    sky = [
        i
        for i in D.train
        if any(w in " ".join(D.caps[i]).lower() for w in (" sign", "dark", "night", "text", "white background"))
    ]
    real = r.sample(snow, min(300, len(snow))) + r.sample(sky, min(200, len(sky)))
    real += r.sample([i for i in D.train if i not in set(real)], a.real - len(real))
    ims, cap, kind = [], [], []
    for i in real:
        x = D.img[i].permute(1, 2, 0).numpy()
        q = r.random()
        k = "real"
        if q < 0.15:
            x = np.asarray(overlay(r, x).resize((224, 224)))
        elif q < 0.23:
            x = (x * r.uniform(0.015, 0.06)).astype(np.uint8)
            k = "dark"
        elif q < 0.30:
            x = (x * r.uniform(0.25, 0.5)).astype(np.uint8)
        ims.append(x)
        kind.append(k)
        cap.append(("src", i) if k == "real" else enc("A dark scene."))
    for _ in range(a.cards):
        im, c = card(r)
        im = im.resize((224, 224), Image.BICUBIC)
        if r.random() < 0.15:
            im = im.filter(ImageFilter.GaussianBlur(r.uniform(0.4, 1.2)))
        ims.append(np.asarray(im))
        kind.append("card")
        cap.append(enc(c))
    X = torch.from_numpy(np.stack(ims)).permute(0, 3, 1, 2)
    with torch.no_grad():
        Fe = torch.cat([m.vision(x.float() / 127.5 - 1) for x in X.split(50)])
        src = torch.cat(
            [m.vision(D.img[torch.tensor(q)].float() / 127.5 - 1) for q in (real[k : k + 50] for k in range(0, len(real), 50))]
        )
    left = torch.tensor(D.left)

    def gen(f, prompt):
        out = []
        for x in f.split(100):
            e = torch.cat([m.prefix(left, x), m.lm.embed_tokens(torch.tensor(prompt))[None].expand(len(x), -1, -1)], 1)
            out += [q[: q.index(2) + 1] if 2 in q else q for q in m.generate(e, 28).tolist()]
        return out

    with torch.no_grad():
        own = dict(zip(real, gen(src, D.empty)))
    cap = [own[c[1]] if c[0] == "src" else c for c in cap]
    R = [k for k in range(len(kind)) if kind[k] == "real"]
    S = [k for k in range(len(kind)) if kind[k] != "real"]
    r.shuffle(R)
    r.shuffle(S)
    hold, S = S[:80], S[80:]
    print("features", round(time.time() - t0), "s", len(R), len(S), flush=True)

    def held():
        m.eval()
        g = gen(Fe[hold], D.empty)
        tx = D.text_of(torch.tensor([q + [0] * (28 - len(q)) for q in g]))
        gold = [D.tok.decode(cap[k][:-1]).strip() for k in hold]
        return sum(x == y for x, y in zip(tx, gold)) / len(hold), tx, gold

    opt = torch.optim.AdamW([x for n, x in m.lm.named_parameters()], lr=a.lr, betas=(0.9, 0.98), weight_decay=0.0)
    m.lm.drop.p = 0
    log = []
    t1 = time.time()
    for st in range(a.steps):
        t = max(st / a.steps, (time.time() - t1) / (a.minutes * 60))
        n = r.choice([1, 1, 1, 2])
        if t >= 1:
            break
        for g in opt.param_groups:
            g["lr"] = a.lr * min(1, (st + 1) / 10) * (1 - t)
        half = a.bs // 2 // n
        ki = r.sample(R, half) + r.sample(S, half)
        f = Fe[ki] if n == 1 else torch.stack([Fe[ki]] * n, 1).flatten(1, 2)
        loss = lm_loss(m, D, f, [D.prompt_ids(0.15, 0.03) for _ in ki], [cap[k] for k in ki], 0.02)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(m.lm.parameters(), 1.0)
        opt.step()
        opt.zero_grad()
        if st % 15 == 14:
            h, tx, gold = held()
            log.append(dict(step=st + 1, loss=round(loss.item(), 3), held_exact=h, s=round(time.time() - t1)))
            print(log[-1], tx[0], "|", gold[0], flush=True)
    h, tx, gold = held()
    print("held-out synthetic exact", h)
    [print(" ", x, "|", y) for x, y in list(zip(tx, gold))[:12]]
    ck["sd"] = {k: v.detach().half() for k, v in m.state_dict().items()}
    ck["cards"] = dict(log=log, held_exact=h, args=vars(a))
    torch.save(ck, a.out)


if __name__ == "__main__":
    main()
