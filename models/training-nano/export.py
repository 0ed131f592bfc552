"""Checkpoint -> transformers.js folder (config, tokenizer, ONNX fp32 and quantised) with parity checks.
python export.py --ckpt final.pt --tok pack/tokenizer.json --out shotluck-nano
"""

import argparse, json, os, shutil, math
from pathlib import Path
import numpy as np, onnx, torch, torch.nn as nn, torch.nn.functional as F
from arrange import arrange
from model import Nano
from quantise import quant_dynamic, quant_embed, quant_nbits, quant_vision


def load(path):
    ck = torch.load(path, map_location="cpu", weights_only=False)
    m = Nano(ck["cfg"])
    r = m.load_state_dict({k: v.float() for k, v in ck["sd"].items()}, strict=False)
    assert not r.missing_keys and not r.unexpected_keys, r
    return m.eval(), ck


class VisionX(nn.Module):
    """Vision tower with the channel standardisation folded into the first projector layer."""

    def __init__(s, v):
        super().__init__()
        s.v = v
        s.p1 = nn.Linear(v.p1.in_features, v.p1.out_features)
        with torch.no_grad():
            s.p1.weight.copy_(v.p1.weight / v.sd)
            s.p1.bias.copy_(v.p1.bias - v.p1.weight @ (v.mu / v.sd))

    def forward(s, pixel_values):
        v = s.v
        x = v.p2(F.gelu(s.p1(v.raw(pixel_values)))) + v.pos
        for b in v.blocks:
            n = b.n1(x)
            B = n.shape[0]
            q, k, w = (t.reshape(B, 49, b.h, -1).transpose(1, 2) for t in b.qkv(n).chunk(3, -1))
            a = (q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])).softmax(-1) @ w
            x = x + b.o(a.transpose(1, 2).reshape(B, 49, -1))
            x = x + b.f2(F.gelu(b.f1(b.n2(x))))
        return v.out(x)


class DecoderX(nn.Module):
    def __init__(s, lm):
        super().__init__()
        s.lm = lm
        s.head = nn.Linear(lm.c["d"], lm.c["vocab"], bias=False)
        s.head.weight = nn.Parameter(lm.embed_tokens.weight.detach().clone())

    def forward(s, inputs_embeds, attention_mask, position_ids, *past):
        lm = s.lm
        x = inputs_embeds
        S, T = x.shape[1], attention_mask.shape[1]
        cos, sin = lm.rot(position_ids[:, None], torch.float32)
        ki = torch.arange(T)
        qi = torch.arange(S) + (T - S)
        ok = (ki[None, :] <= qi[:, None])[None, None] & (attention_mask[:, None, None, :] > 0)
        bias = torch.where(ok, torch.tensor(0.0), torch.tensor(-1e9))
        out = []

        def attn(q, k, v, mask):
            return ((q * (1 / math.sqrt(q.shape[-1]))) @ k.transpose(-1, -2) + mask).softmax(-1) @ v

        for i, l in enumerate(lm.layers):
            x, (k, v) = l(x, cos, sin, (past[2 * i], past[2 * i + 1]), bias, attn)
            out += [k, v]
        return (s.head(lm.norm(x)), *out)


def export_onnx(m, out, opset=18):
    os.makedirs(out + "/onnx", exist_ok=True)
    c = m.c
    L, H, hd = c["layers"], c["heads"], c["d"] // c["heads"]
    kw = dict(dynamo=False, opset_version=opset, do_constant_folding=True)
    torch.onnx.export(
        VisionX(m.vision).eval(),
        (torch.randn(2, 3, 224, 224),),
        out + "/onnx/vision_encoder.onnx",
        input_names=["pixel_values"],
        output_names=["image_features"],
        dynamic_axes={"pixel_values": {0: "num_images"}, "image_features": {0: "num_images"}},
        **kw,
    )
    torch.onnx.export(
        m.lm.embed_tokens,
        (torch.randint(0, 9, (1, 5)),),
        out + "/onnx/embed_tokens.onnx",
        input_names=["input_ids"],
        output_names=["inputs_embeds"],
        dynamic_axes={
            "input_ids": {0: "batch_size", 1: "sequence_length"},
            "inputs_embeds": {0: "batch_size", 1: "sequence_length"},
        },
        **kw,
    )
    pk = [f"past_key_values.{i}.{n}" for i in range(L) for n in ("key", "value")]
    pr = [f"present.{i}.{n}" for i in range(L) for n in ("key", "value")]
    ax = dict(
        inputs_embeds={0: "batch_size", 1: "sequence_length"},
        attention_mask={0: "batch_size", 1: "total_sequence_length"},
        position_ids={0: "batch_size", 1: "sequence_length"},
        logits={0: "batch_size", 1: "sequence_length"},
        **{k: {0: "batch_size", 2: "past_sequence_length"} for k in pk},
        **{k: {0: "batch_size", 2: "total_sequence_length"} for k in pr},
    )
    past = [torch.randn(1, H, 4, hd) for _ in pk]
    torch.onnx.export(
        DecoderX(m.lm).eval(),
        (torch.randn(1, 3, c["d"]), torch.ones(1, 7, dtype=torch.long), torch.arange(4, 7)[None], *past),
        out + "/onnx/decoder_model_merged.onnx",
        input_names=["inputs_embeds", "attention_mask", "position_ids"] + pk,
        output_names=["logits"] + pr,
        dynamic_axes=ax,
        **kw,
    )
    for n in ("vision_encoder", "embed_tokens", "decoder_model_merged"):
        g = onnx.load(f"{out}/onnx/{n}.onnx")
        onnx.checker.check_model(g)
    try:
        from onnxruntime.transformers.optimizer import optimize_model  # noqa: F401  (not used: plain graphs run everywhere)
    except Exception:
        pass


PROMPT = "USER: <image>\nPlease describe this video. Do not include details that you are not sure of. This is what the speech in the video is saying: . ASSISTANT:"
TEMPLATE = (
    "{% for m in messages %}{% if m['role'] == 'user' %}USER: {% if m['content'] is string %}{{ m['content'] }}{% else %}{% for c in m['content'] %}{% if c['type'] == 'image' %}<image>\n{% endif %}{% endfor %}"
    "{% for c in m['content'] %}{% if c['type'] == 'text' %}{{ c['text'] }}{% endif %}{% endfor %}{% endif %} {% elif m['role'] == 'assistant' %}ASSISTANT: {{ m['content'] if m['content'] is string else m['content'][0]['text'] }}</s>{% endif %}{% endfor %}{% if add_generation_prompt %}ASSISTANT:{% endif %}"
)


def write_configs(c, tok, out):
    def J(n, d):
        return json.dump(d, open(f"{out}/{n}", "w"), indent=2)

    J(
        "config.json",
        dict(
            architectures=["LlavaForConditionalGeneration"],
            model_type="llava",
            image_token_index=c["image"],
            image_token_id=c["image"],
            ignore_index=-100,
            projector_hidden_act="gelu",
            image_seq_length=49,
            pad_token_id=c["pad"],
            bos_token_id=c["bos"],
            eos_token_id=c["eos"],
            tie_word_embeddings=True,
            vision_feature_layer=-1,
            vision_feature_select_strategy="full",
            torch_dtype="float32",
            text_config=dict(
                model_type="llama",
                architectures=["LlamaForCausalLM"],
                vocab_size=c["vocab"],
                hidden_size=c["d"],
                intermediate_size=c["ffn"],
                num_hidden_layers=c["layers"],
                num_attention_heads=c["heads"],
                num_key_value_heads=c["heads"],
                head_dim=c["d"] // c["heads"],
                hidden_act="silu",
                max_position_embeddings=512,
                rope_theta=c["theta"],
                rms_norm_eps=c["eps"],
                bos_token_id=c["bos"],
                eos_token_id=c["eos"],
                pad_token_id=c["pad"],
                tie_word_embeddings=True,
            ),
            vision_config=dict(
                model_type="siglip_vision_model",
                image_size=224,
                patch_size=32,
                hidden_size=c["d"],
                intermediate_size=c["vis_ffn"],
                num_hidden_layers=max(1, c["vis_blocks"]),
                num_attention_heads=8,
                num_channels=3,
                _comment="placeholder sizes; the tower is MobileNetV2 1.0 + projector inside onnx/vision_encoder",
            ),
            **{"transformers.js_config": dict(dtype="q8")},
        ),
    )
    J(
        "generation_config.json",
        dict(
            bos_token_id=c["bos"], eos_token_id=c["eos"], pad_token_id=c["pad"], do_sample=False, num_beams=1, max_new_tokens=32
        ),
    )
    pp = dict(
        image_processor_type="SiglipImageProcessor",
        do_resize=True,
        size=dict(height=224, width=224),
        resample=2,
        do_center_crop=False,
        do_rescale=True,
        rescale_factor=1 / 255,
        do_normalize=True,
        image_mean=[0.5] * 3,
        image_std=[0.5] * 3,
        do_convert_rgb=True,
        processor_class="LlavaProcessor",
    )
    J("preprocessor_config.json", pp)
    J(
        "processor_config.json",
        dict(
            processor_class="LlavaProcessor",
            image_token="<image>",
            patch_size=32,
            num_additional_image_tokens=0,
            vision_feature_select_strategy="full",
        ),
    )
    sp = dict(bos_token="<s>", eos_token="</s>", pad_token="<pad>", unk_token="<unk>")
    J("special_tokens_map.json", sp)
    J(
        "tokenizer_config.json",
        dict(
            tokenizer_class="PreTrainedTokenizerFast",
            model_max_length=512,
            add_bos_token=True,
            add_eos_token=False,
            clean_up_tokenization_spaces=False,
            padding_side="left",
            chat_template=TEMPLATE,
            processor_class="LlavaProcessor",
            **sp,
            additional_special_tokens=["<image>"],
            added_tokens_decoder={
                str(i): dict(content=t, lstrip=False, normalized=False, rstrip=False, single_word=False, special=True)
                for i, t in enumerate(["<pad>", "<s>", "</s>", "<image>", "<unk>"])
            },
        ),
    )
    shutil.copy(tok, out + "/tokenizer.json")


def parity(m, out):
    import onnxruntime as ort

    def S(n):
        return ort.InferenceSession(f"{out}/onnx/{n}.onnx")

    c = m.c
    L = c["layers"]
    torch.manual_seed(0)
    with torch.no_grad():
        x = torch.randn(3, 3, 224, 224).clamp(-1, 1)
        r = m.vision(x).numpy()

        def rel(a, b):
            return float(np.linalg.norm(a - b) / np.linalg.norm(b))

        v = {
            k: rel(S(n).run(None, dict(pixel_values=x.numpy()))[0], r)
            for k, n in (("fp32", "vision_encoder"), ("quantized", "vision_encoder_quantized"))
        }
        ids = torch.randint(5, c["vocab"], (2, 40))
        e = m.lm.embed_tokens(ids)
        em = {
            k: rel(S(n).run(None, dict(input_ids=ids.numpy()))[0], e.numpy())
            for k, n in (("fp32", "embed_tokens"), ("quantized", "embed_tokens_quantized"))
        }
        full = m.lm.logits(m.lm(e)).numpy()
        de = {}
        for k, n in (("fp32", "decoder_model_merged"), ("quantized", "decoder_model_merged_quantized")):
            s = S(n)
            H, hd = c["heads"], c["d"] // c["heads"]
            kv = {f"past_key_values.{i}.{t}": np.zeros((2, H, 0, hd), np.float32) for i in range(L) for t in ("key", "value")}
            got, chunks = [], ((0, 30), (30, 31), (31, 35), (35, 40))  # prefill, one token, chunks
            for a, b in chunks:
                o = s.run(
                    None,
                    dict(
                        inputs_embeds=e[:, a:b].numpy(),
                        attention_mask=np.ones((2, b), np.int64),
                        position_ids=np.tile(np.arange(a, b), (2, 1)),
                        **kv,
                    ),
                )
                got.append(o[0])
                kv = {f"past_key_values.{i}.{t}": o[1 + 2 * i + j] for i in range(L) for j, t in enumerate(("key", "value"))}
            g, last = np.concatenate(got, 1), full[:, [b - 1 for _, b in chunks]]  # the network scores the last place of each chunk
            de[k] = dict(rel=rel(g, last), top1_same=float((g.argmax(-1) == last.argmax(-1)).mean()))
    return dict(vision_rel=v, embed_rel=em, decoder=de)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--ckpt")
    p.add_argument("--tok")
    p.add_argument("--out")
    p.add_argument("--dec", default="dynamic", choices=["dynamic", "nbits8", "nbits4"])
    a = p.parse_args()
    m, ck = load(a.ckpt)
    os.makedirs(a.out, exist_ok=True)
    export_onnx(m, a.out)
    write_configs(m.c, a.tok, a.out)
    o = a.out + "/onnx/"
    arrange(Path(a.out))
    quant_vision(o + "vision_encoder.onnx", o + "vision_encoder_quantized.onnx")
    quant_embed(o + "embed_tokens.onnx", o + "embed_tokens_quantized.onnx")
    d = o + "decoder_model_merged.onnx", o + "decoder_model_merged_quantized.onnx"
    if a.dec == "dynamic":
        quant_dynamic(*d)
    else:
        quant_nbits(*d, bits=int(a.dec[-1]))
    r = parity(m, a.out)
    print(json.dumps(r, indent=1))
    json.dump(r, open(os.path.dirname(os.path.abspath(a.ckpt)) + "/parity.json", "w"), indent=1)
    for f in sorted(os.listdir(o)):
        print(f, os.path.getsize(o + f))


if __name__ == "__main__":
    main()
