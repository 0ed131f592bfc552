"""tokenizer.json and tokenizer_config.json of the studio's folder, from whatever tokenizer files the checkpoint has.

TinyLLaVA cuts a prompt at `<image>` and encodes each piece as a text of its own (`tokenizer_image_token`). A
tokenizer.json whose normaliser works per piece between added tokens gives the same ids;
check_against_source() makes sure of it for every conversion.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sentencepiece
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from checkpoint import Checkpoint, read_json
from conversations import IMAGE_TOKEN
from errors import ConversionError

Encode = Callable[[str], list[int]]

# What the check encodes: plain, with speech, other scripts, digits, spaces at odd places.
PROBES = (
    "Please describe this video. Do not include details that you are not sure of. "
    "This is what the speech in the video is saying: hello there.",
    "Describe the shot.",
    "  Two  spaces, a tab\t, a line\nbreak; 1234.5 % — “quotes”, naïve café, 日本語, 👩‍🚀",
)


def read_tokenizer(checkpoint: Checkpoint) -> tuple[Tokenizer, Encode]:
    """-> (tokenizer with `<image>` added, function that encodes one piece of text as the source does)."""
    folder = checkpoint.folder
    if (folder / "tokenizer.model").is_file():
        source = sentencepiece.SentencePieceProcessor(model_file=str(folder / "tokenizer.model"))
        tokenizer, encode = _from_sentencepiece(source), source.encode
        _add_tokens_of(folder, tokenizer)
    else:
        tokenizer, plain = _from_json(folder), _from_json(folder)

        def encode(text: str) -> list[int]:
            return plain.encode(text, add_special_tokens=False).ids

    tokenizer.add_special_tokens([AddedToken(IMAGE_TOKEN, special=True, normalized=False)])
    return tokenizer, encode


def token_ids(checkpoint: Checkpoint, tokenizer: Tokenizer) -> dict[str, int]:
    """Ids of the tokens with a meaning of their own: image, bos, eos, pad. TinyLLaVA pads with the unknown token."""
    end = checkpoint.architecture.conversation.end_token
    is_llama = checkpoint.architecture.language_model == "llama"
    names = {"image": IMAGE_TOKEN, "eos": end, "bos": "<s>" if is_llama else end, "pad": "<unk>" if is_llama else end}
    ids = {role: tokenizer.token_to_id(name) for role, name in names.items()}
    for role, token in ids.items():
        if token is None:
            raise ConversionError(f'{checkpoint.folder}: the tokenizer has no token "{names[role]}"')
    return ids


def check_against_source(checkpoint: Checkpoint, tokenizer: Tokenizer, encode: Encode) -> None:
    """@raises ConversionError where the written tokenizer would cut a prompt differently than the checkpoint's own."""
    ids = token_ids(checkpoint, tokenizer)
    start = [ids["bos"]] if checkpoint.architecture.language_model == "llama" else []
    for probe in PROBES:
        layout = checkpoint.architecture.conversation.render(probe)
        before, after = layout.split(IMAGE_TOKEN)
        expected = [*start, *encode(before), ids["image"], *encode(after)]
        written = tokenizer.encode(layout).ids
        if written != expected:
            at = next(
                (i for i, pair in enumerate(zip(written, expected, strict=False)) if pair[0] != pair[1]),
                min(len(written), len(expected)),
            )
            raise ConversionError(
                f"tokenizer.json encodes {probe[:40]!r} otherwise than the checkpoint's tokenizer, from token {at} on"
            )


def tokenizer_config(checkpoint: Checkpoint, tokenizer: Tokenizer) -> dict[str, Any]:
    ids = token_ids(checkpoint, tokenizer)
    start = (
        {"bos_token": tokenizer.id_to_token(ids["bos"])} if checkpoint.architecture.language_model == "llama" else {}
    )
    return {
        **start,
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": checkpoint.require("tokenizer_model_max_length"),
        "padding_side": "left",
        "clean_up_tokenization_spaces": False,
        "eos_token": tokenizer.id_to_token(ids["eos"]),
        "pad_token": tokenizer.id_to_token(ids["pad"]),
        "image_token": IMAGE_TOKEN,
        "additional_special_tokens": [IMAGE_TOKEN],
        "chat_template": checkpoint.architecture.conversation.chat_template(),
        "processor_class": "LlavaProcessor",
    }


def _from_json(folder: Path) -> Tokenizer:
    if (folder / "tokenizer.json").is_file():
        return Tokenizer.from_file(str(folder / "tokenizer.json"))
    if not (folder / "vocab.json").is_file() or not (folder / "merges.txt").is_file():
        raise ConversionError(f"{folder}: no tokenizer: tokenizer.model, tokenizer.json, or vocab.json with merges.txt")
    tokenizer = _byte_level(folder)
    _add_tokens_of(folder, tokenizer)
    return tokenizer


def _from_sentencepiece(source: sentencepiece.SentencePieceProcessor) -> Tokenizer:
    """Llama's tokenizer: BPE over pieces with bytes to fall back on, `▁` for a space and before each text,
    `<s>` in front.
    """
    pieces = [source.id_to_piece(i) for i in range(source.get_piece_size())]
    vocabulary = {piece: i for i, piece in enumerate(pieces)}
    model = models.BPE(
        vocab=vocabulary,
        merges=_merges(source, vocabulary),
        unk_token=source.id_to_piece(source.unk_id()),
        fuse_unk=True,
        byte_fallback=True,
    )
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    start = source.id_to_piece(source.bos_id())
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{start} $A", pair=f"{start} $A {start} $B", special_tokens=[(start, source.bos_id())]
    )
    special = [piece for i, piece in enumerate(pieces) if source.is_control(i) or source.is_unknown(i)]
    tokenizer.add_special_tokens([AddedToken(piece, special=True, normalized=False) for piece in special])
    return tokenizer


def _merges(source: sentencepiece.SentencePieceProcessor, vocabulary: dict[str, int]) -> list[tuple[str, str]]:
    """Pairs of pieces that make a piece, best first:
    SentencePiece keeps no list of merges, only the rank of each result as its score.
    """
    pairs: list[tuple[float, int, tuple[str, str]]] = []
    for piece, index in vocabulary.items():
        if source.is_byte(index) or source.is_control(index) or source.is_unknown(index):
            continue
        halves = ((piece[:cut], piece[cut:]) for cut in range(1, len(piece)))
        pairs.extend(
            (source.get_score(index), vocabulary[left], (left, right))
            for left, right in halves
            if left in vocabulary and right in vocabulary
        )
    return [pair for _, _, pair in sorted(pairs, key=lambda entry: (-entry[0], entry[1]))]


def _byte_level(folder: Path) -> Tokenizer:
    """GPT-2's and Phi-2's tokenizer: BPE over bytes, nothing added in front."""
    tokenizer = Tokenizer(models.BPE.from_file(str(folder / "vocab.json"), str(folder / "merges.txt")))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken("<|endoftext|>", special=True, normalized=False)])
    return tokenizer


def _add_tokens_of(folder: Path, tokenizer: Tokenizer) -> None:
    """added_tokens.json of a checkpoint, e.g. the runs of spaces of Phi-2."""
    if not (folder / "added_tokens.json").is_file():
        return
    for token, index in sorted(read_json(folder / "added_tokens.json").items(), key=lambda entry: entry[1]):
        tokenizer.add_tokens([AddedToken(token, special=False, normalized=False)])
        if tokenizer.token_to_id(token) != index:
            raise ConversionError(
                f"{folder / 'added_tokens.json'}: token {json.dumps(token)} has id {index}, "
                f"but {tokenizer.token_to_id(token)} is the next free one"
            )
