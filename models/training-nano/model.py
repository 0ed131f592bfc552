"""Nano LLaVA: MobileNetV2 -> MLP projector (+ optional ViT blocks) -> Llama decoder. Plain PyTorch."""

import math
import numpy as np
import torch, torch.nn as nn, torch.nn.functional as F

CFG = dict(
    vocab=8000,
    d=512,
    layers=8,
    heads=8,
    ffn=1280,
    theta=10000.0,
    eps=1e-5,
    vis_blocks=0,
    vis_ffn=1024,
    multi=1,
    pad=0,
    bos=1,
    eos=2,
    image=3,
)


# ---------------------------------------------------------------- vision
class Conv(nn.Module):
    """Conv with TensorFlow SAME padding and optional ReLU6 (batch norm is already folded in)."""

    def __init__(s, i, o, k=1, st=1, g=1, act=True):
        super().__init__()
        s.k, s.st, s.act = k, st, act
        s.c = nn.Conv2d(i, o, k, st, 0 if st == 2 else k // 2, groups=g)

    def forward(s, x):
        if s.st == 2:
            x = F.pad(x, (0, 1, 0, 1))
        x = s.c(x)
        return x.clamp(0, 6) if s.act else x


class Block(nn.Module):
    def __init__(s, i, o, st, e):
        super().__init__()
        h = i * e
        s.res = st == 1 and i == o
        s.m = nn.Sequential(*([Conv(i, h)] if e > 1 else []), Conv(h, h, 3, st, h), Conv(h, o, act=False))

    def forward(s, x):
        y = s.m(x)
        return x + y if s.res else y


class MobileNetV2(nn.Module):
    SPEC = [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]

    def __init__(s):
        super().__init__()
        L = [Conv(3, 32, 3, 2)]
        c = 32
        for e, o, n, st in s.SPEC:
            for j in range(n):
                L.append(Block(c, o, st if j == 0 else 1, e))
                c = o
        L.append(Conv(320, 1280))
        s.f = nn.ModuleList(L)

    def forward(s, x):
        """[B,3,224,224] in [-1,1] -> [B,1280,7,7] and the 14x14x96 map."""
        mid = None
        for i, m in enumerate(s.f):
            x = m(x)
            if i == 13:
                mid = x  # last 96-channel block, 14x14
        return x, mid

    def load_npz(s, path):
        w = np.load(path)
        ks = sorted({int(k[1:]) for k in w.files if k[0] == "w"})
        ks = [k for k in ks if k < 63]
        convs = [m for m in s.modules() if isinstance(m, nn.Conv2d)]
        assert len(ks) == len(convs), (len(ks), len(convs))
        with torch.no_grad():
            for k, m in zip(ks, convs):
                m.weight.copy_(torch.from_numpy(w[f"w{k}"].astype(np.float32)))
                m.bias.copy_(torch.from_numpy(w[f"b{k}"].astype(np.float32)))


class VisBlock(nn.Module):
    def __init__(s, d, h, f, drop):
        super().__init__()
        s.h = h
        s.n1 = nn.LayerNorm(d)
        s.n2 = nn.LayerNorm(d)
        s.qkv = nn.Linear(d, 3 * d)
        s.o = nn.Linear(d, d)
        s.f1 = nn.Linear(d, f)
        s.f2 = nn.Linear(f, d)
        s.drop = nn.Dropout(drop)

    def forward(s, x):
        B, T, D = x.shape
        q, k, v = s.qkv(s.n1(x)).view(B, T, 3, s.h, D // s.h).permute(2, 0, 3, 1, 4).unbind(0)
        a = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(B, T, D)
        x = x + s.drop(s.o(a))
        return x + s.drop(s.f2(F.gelu(s.f1(s.n2(x)))))


class Vision(nn.Module):
    def __init__(s, c, drop=0.1):
        super().__init__()
        s.cnn = MobileNetV2()
        s.multi = c["multi"]
        d = c["d"]
        cin = 1280 + (384 if s.multi else 0)
        s.register_buffer("mu", torch.zeros(cin))
        s.register_buffer("sd", torch.ones(cin))  # channel statistics of the training images
        s.p1 = nn.Linear(cin, d)
        s.p2 = nn.Linear(d, d)
        s.pos = nn.Parameter(torch.randn(49, d) * 0.02)
        s.blocks = nn.ModuleList([VisBlock(d, 8, c["vis_ffn"], drop) for _ in range(c["vis_blocks"])])
        s.out = nn.LayerNorm(d)
        nn.init.constant_(s.out.weight, 0.1)
        s.drop = nn.Dropout(drop)

    def raw(s, x):
        f, m = s.cnn(x)
        f = f.flatten(2).transpose(1, 2)
        return torch.cat([f, F.pixel_unshuffle(m, 2).flatten(2).transpose(1, 2)], -1) if s.multi else f

    def forward(s, x):
        """[N,3,224,224] -> [N,49,d]"""
        h = s.p2(F.gelu(s.p1(s.drop((s.raw(x) - s.mu) / s.sd))))
        h = h + s.pos
        for b in s.blocks:
            h = b(h)
        return s.out(h)


# ---------------------------------------------------------------- language model (Llama)
class RMS(nn.Module):
    def __init__(s, d, eps):
        super().__init__()
        s.weight = nn.Parameter(torch.ones(d))
        s.eps = eps

    def forward(s, x):
        if x.is_cuda:
            return F.rms_norm(x.float(), x.shape[-1:], s.weight, s.eps)
        h = x.float()
        h = h * torch.rsqrt(h.pow(2).mean(-1, keepdim=True) + s.eps)
        return s.weight * h.to(x.dtype)


def rope(q, cos, sin):
    a, b = q.chunk(2, -1)
    return q * cos + torch.cat([-b, a], -1) * sin


class Layer(nn.Module):
    """One Llama layer; parameter names are those of transformers' LlamaDecoderLayer."""

    def __init__(s, c, drop):
        super().__init__()
        d, f = c["d"], c["ffn"]
        s.h = c["heads"]
        s.input_layernorm = RMS(d, c["eps"])
        s.post_attention_layernorm = RMS(d, c["eps"])
        s.self_attn = nn.ModuleDict({k + "_proj": nn.Linear(d, d, bias=False) for k in "qkvo"})
        s.mlp = nn.ModuleDict(
            dict(
                gate_proj=nn.Linear(d, f, bias=False), up_proj=nn.Linear(d, f, bias=False), down_proj=nn.Linear(f, d, bias=False)
            )
        )
        s.drop = nn.Dropout(drop)

    def forward(s, x, cos, sin, past=None, mask=None, attn=None):
        B, T, D = x.shape
        h = s.input_layernorm(x)
        A = s.self_attn
        q, k, v = (A[n + "_proj"](h).view(B, T, s.h, D // s.h).transpose(1, 2) for n in "qkv")
        q, k = rope(q, cos, sin), rope(k, cos, sin)
        if past is not None:
            k = torch.cat([past[0], k], 2)
            v = torch.cat([past[1], v], 2)
        if attn is not None:
            o = attn(q, k, v, mask)
        else:
            o = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=mask is None and T > 1)
        x = x + s.drop(A["o_proj"](o.transpose(1, 2).reshape(B, T, D)))
        h = s.post_attention_layernorm(x)
        M = s.mlp
        x = x + s.drop(M["down_proj"](F.silu(M["gate_proj"](h)) * M["up_proj"](h)))
        return x, (k, v)


class Llama(nn.Module):
    def __init__(s, c, drop=0.1):
        super().__init__()
        s.c = c
        s.embed_tokens = nn.Embedding(c["vocab"], c["d"])
        s.layers = nn.ModuleList([Layer(c, drop) for _ in range(c["layers"])])
        s.norm = RMS(c["d"], c["eps"])
        s.drop = nn.Dropout(drop)
        inv = 1.0 / c["theta"] ** (torch.arange(0, c["d"] // c["heads"], 2).float() / (c["d"] // c["heads"]))
        s.register_buffer("inv", inv, persistent=False)
        s.apply(s._init)
        for l in s.layers:
            for m in (l.self_attn["o_proj"], l.mlp["down_proj"]):
                nn.init.normal_(m.weight, 0, 0.02 / math.sqrt(2 * c["layers"]))

    def _init(s, m):
        if isinstance(m, nn.Linear):
            nn.init.normal_(m.weight, 0, 0.02 if m.in_features > 64 else 0.02)
        if isinstance(m, nn.Embedding):
            nn.init.normal_(m.weight, 0, 0.04)

    def rot(s, pos, dtype):
        f = pos[..., None].float() * s.inv
        f = torch.cat([f, f], -1)
        return f.cos().to(dtype), f.sin().to(dtype)

    def forward(s, x, past=None, start=0, need_cache=False):
        """x [B,T,d] embeddings -> hidden [B,T,d] (and the cache). No padding on the left; causal."""
        T = x.shape[1]
        cos, sin = s.rot(
            torch.arange(start, start + T, device=x.device)[None, None],
            torch.get_autocast_dtype("cuda") if x.is_cuda and torch.is_autocast_enabled() else x.dtype,
        )
        x = s.drop(x)
        cache = []
        for i, l in enumerate(s.layers):
            x, kv = l(x, cos, sin, past[i] if past else None)
            if need_cache:
                cache.append(kv)
        x = s.norm(x)
        return (x, cache) if need_cache else x

    def logits(s, h):
        return F.linear(h, s.embed_tokens.weight.to(h.dtype))


class Nano(nn.Module):
    def __init__(s, c=CFG, drop=0.1, vdrop=0.1, n_words=0):
        super().__init__()
        s.c = dict(c)
        s.vision = Vision(c, vdrop)
        s.lm = Llama(c, drop)
        if n_words:
            s.words = nn.Linear(c["d"], n_words)  # auxiliary bag-of-words head, not exported

    def prefix(s, left, feats):
        """left ids [L] + image features [B,n,d] -> embeddings [B,L+n,d]"""
        e = s.lm.embed_tokens(left)
        return torch.cat([e[None].expand(feats.shape[0], -1, -1).to(feats.dtype), feats], 1)

    @torch.no_grad()
    def generate(s, emb, max_new=32, sample=False, K=1, temp=1.0):
        """emb [B,T,d] prompt embeddings -> ids [B*K,max_new] (eos-terminated, then pad)."""
        c = s.c
        h, cache = s.lm(emb, need_cache=True)
        B, T = emb.shape[:2]
        lg = s.lm.logits(h[:, -1])
        if K > 1:
            cache = [(k.repeat_interleave(K, 0), v.repeat_interleave(K, 0)) for k, v in cache]
            lg = lg.repeat_interleave(K, 0)
        n = lg.shape[0]
        H = c["heads"]
        hd = c["d"] // H
        buf = []
        for k, v in cache:  # static buffers: no reallocation at each step
            kb = k.new_empty(n, H, T + max_new, hd)
            vb = v.new_empty(n, H, T + max_new, hd)
            kb[:, :, :T] = k
            vb[:, :, :T] = v
            buf.append((kb, vb))
        out = torch.full((n, max_new), c["pad"], dtype=torch.long, device=emb.device)
        done = torch.zeros(n, dtype=torch.bool, device=emb.device)
        ban = torch.zeros(c["vocab"], device=emb.device)
        ban[[c["pad"], c["bos"], c["image"], 4]] = -1e4
        for t in range(max_new):
            lg = lg.float() + ban
            nxt = torch.multinomial((lg / temp).softmax(-1), 1)[:, 0] if sample else lg.argmax(-1)
            nxt = torch.where(done, torch.full_like(nxt, c["pad"]), nxt)
            out[:, t] = nxt
            done |= nxt == c["eos"]
            if t == max_new - 1 or (t % 4 == 3 and bool(done.all())):
                break
            x = s.lm.embed_tokens(nxt)[:, None].to(emb.dtype)
            P = T + t
            cos, sin = s.lm.rot(torch.tensor([[[P]]], device=emb.device), buf[0][0].dtype)
            for (kb, vb), l in zip(buf, s.lm.layers):
                h = l.input_layernorm(x)
                A = l.self_attn
                q, k, v = (A[m + "_proj"](h).view(n, 1, H, hd).transpose(1, 2) for m in "qkv")
                kb[:, :, P : P + 1] = rope(k, cos, sin)
                vb[:, :, P : P + 1] = v
                o = F.scaled_dot_product_attention(rope(q, cos, sin).to(kb.dtype), kb[:, :, : P + 1], vb[:, :, : P + 1])
                x = x + A["o_proj"](o.transpose(1, 2).reshape(n, 1, -1))
                h = l.post_attention_layernorm(x)
                M = l.mlp
                x = x + M["down_proj"](F.silu(M["gate_proj"](h)) * M["up_proj"](h))
            lg = s.lm.logits(s.lm.norm(x)[:, 0])
        return out
