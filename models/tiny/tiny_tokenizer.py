"""A tokenizer of the 256 bytes and a family's special tokens, in the layout that transformers.js reads."""

import json
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())


def build_tokenizer(special: list[str], start: str | None = None, end: str | None = None) -> Tokenizer:
    """Ids 0..255 are bytes, special tokens follow in order. `start` and `end` surround every encoded text."""
    tokenizer = Tokenizer(models.BPE(vocab={byte: index for index, byte in enumerate(BYTES)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in special])
    around = [token for token in (start, end) if token is not None]
    if around:
        text = " ".join(part for part in (start, "$A", end) if part is not None)
        tokenizer.post_processor = processors.TemplateProcessing(
            single=text, special_tokens=[(token, tokenizer.token_to_id(token)) for token in around]
        )
    return tokenizer


def save_tokenizer(
    tokenizer: Tokenizer, folder: Path, *, context: int, template: str | None, start: str | None, end: str
) -> None:
    (folder / "tokenizer.json").write_text(json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": context,
        "clean_up_tokenization_spaces": False,
        "eos_token": end,
        "bos_token": start,
        "pad_token": end,
    }
    if template is not None:
        config["chat_template"] = template
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1))
