"""A tiny Whisper of random weights, computed audio, and what PyTorch transcribes from it."""

from dataclasses import dataclass

import numpy as np
import torch
from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration
from transformers.modeling_outputs import Seq2SeqLMOutput
from transformers.models.whisper.generation_whisper import _dynamic_time_warping, _median_filter

from tiny_tokenizer import BYTES, build_tokenizer

WIDTH, HEADS, LAYERS = 16, 2, 2
RATE, SECONDS = 16_000, 4
LANGUAGES = ["en", "de", "fr"]
SPECIAL = [
    "<|endoftext|>",
    "<|startoftranscript|>",
    *(f"<|{language}|>" for language in LANGUAGES),
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
    *(f"<|{step * 0.02:.2f}|>" for step in range(4)),
]
ALIGNMENT_HEADS = [[0, 1], [1, 0]]
NEW_TOKENS = 14
CONTEXT = 4 + NEW_TOKENS  # the start, and no room for more: a toy knows no end
tokenizer = build_tokenizer(SPECIAL)
token = tokenizer.token_to_id
START, END, NO_TIMESTAMPS = token("<|startoftranscript|>"), token("<|endoftext|>"), token("<|notimestamps|>")
LANGUAGE_TOKENS = {language: token(f"<|{language}|>") for language in LANGUAGES}
LETTERS = [BYTES.index(letter) for letter in "abcdefghijklmnopqrstuvwxyz"]
SPACE = BYTES.index("\u0120")
SUPPRESSED = [index for index in range(token("<|notimestamps|>")) if index not in (*LETTERS, SPACE, END)]


def audio(case: int) -> np.ndarray:
    """Audio that a test can compute as well: two tones that come and go, float32, 16 kHz."""
    at = np.arange(RATE * SECONDS, dtype=np.float64)

    def saw(period: int) -> np.ndarray:
        return (at % period) / period - 0.5

    loud = ((at // (1600 + 400 * case)) % 4) / 3
    return ((saw(40 + 23 * case) + saw(97 + 10 * case)) * loud * 0.5).astype(np.float32)


def features_of(samples: np.ndarray) -> torch.Tensor:
    """float32 [samples] at 16 kHz -> log-mel spectrogram, float32 [1, 80, 3000]."""
    return WhisperFeatureExtractor()(samples, sampling_rate=RATE, return_tensors="pt").input_features


def random_whisper() -> WhisperForConditionalGeneration:
    config = WhisperConfig(
        vocab_size=tokenizer.get_vocab_size(),
        num_mel_bins=80,
        d_model=WIDTH,
        encoder_layers=LAYERS,
        decoder_layers=LAYERS,
        encoder_attention_heads=HEADS,
        decoder_attention_heads=HEADS,
        encoder_ffn_dim=2 * WIDTH,
        decoder_ffn_dim=2 * WIDTH,
        max_target_positions=CONTEXT,
        bos_token_id=END,
        eos_token_id=END,
        pad_token_id=END,
        decoder_start_token_id=START,
        suppress_tokens=None,
        begin_suppress_tokens=None,
        attn_implementation="eager",
    )
    model = WhisperForConditionalGeneration(config).eval()
    for name, parameter in model.named_parameters():
        if parameter.dim() > 1 and "encoder.embed_positions" not in name:
            parameter.data = torch.randn(parameter.shape) * (2.5 / parameter.shape[-1] ** 0.5)
    # A toy is unsure of everything; sharper logits and attention make it write and look as surely as a trained model.
    model.model.decoder.layer_norm.weight.data *= 3
    for layer in model.model.decoder.layers:
        layer.encoder_attn.q_proj.weight.data *= 4
    return model


@dataclass
class Transcription:
    tokens: list[int]
    times_s: list[float]
    languages: dict[str, float]
    no_speech: float
    mean_log_prob: float
    least_margin: float
    logits: list[np.ndarray]  # before anything is suppressed


def transcribe(model: WhisperForConditionalGeneration, case: int) -> Transcription:
    """Language, tokens (greedy, some suppressed as the studio does) and their times in seconds, by PyTorch."""
    encoded = model.model.encoder(features_of(audio(case))).last_hidden_state

    def run(ids: list[int]) -> Seq2SeqLMOutput:
        return model(
            encoder_outputs=(encoded,), decoder_input_ids=torch.tensor([ids]), use_cache=False, output_attentions=True
        )

    first = run([START]).logits[0, -1]
    shares = first[list(LANGUAGE_TOKENS.values())].softmax(0).tolist()
    language = LANGUAGES[int(np.argmax(shares))]
    ids = [START, LANGUAGE_TOKENS[language], token("<|transcribe|>"), NO_TIMESTAMPS]
    tokens: list[int] = []
    log_probs: list[float] = []
    margins: list[float] = []
    seen: list[np.ndarray] = []
    while len(tokens) < NEW_TOKENS and END not in tokens:
        logits = run(ids + tokens).logits[0, -1]
        seen.append(logits.numpy().copy())
        logits[SUPPRESSED] = -torch.inf
        logits[NO_TIMESTAMPS:] = -torch.inf
        if not tokens:
            logits[[SPACE, END]] = -torch.inf
        best, second = logits.topk(2).values.tolist()
        margins.append(best - second)
        tokens.append(int(logits.argmax()))
        log_probs.append(float(logits.log_softmax(0)[tokens[-1]]))
    times = token_times(run(ids + tokens).cross_attentions, len(ids))
    spoken = [index for index, each in enumerate(tokens) if each != END]
    return Transcription(
        [tokens[index] for index in spoken],
        [times[index] for index in spoken],
        dict(zip(LANGUAGES, shares, strict=True)),
        float(first.softmax(0)[token("<|nospeech|>")]),
        float(np.mean(log_probs)),
        min(margins),
        seen,
    )


def token_times(attention: tuple[torch.Tensor, ...], start_length: int) -> list[float]:
    """As OpenAI's `timing.py`: attention normalised over all tokens, the start among them, smoothed, and warped.
    The last token was never read.
    """
    weights = torch.stack([attention[layer][0, head, :-1, : SECONDS * 50] for layer, head in ALIGNMENT_HEADS])
    std, mean = torch.std_mean(weights, dim=-2, keepdim=True, unbiased=False)
    matrix = _median_filter((weights - mean) / std, 7).mean(dim=0)[start_length:]
    tokens, steps = _dynamic_time_warping(-matrix.double().numpy())
    times = steps[np.diff(tokens, prepend=-1).astype(bool)] * 0.02
    return [round(float(time), 2) for time in [*times, times[-1]]]


def text_of(transcription: Transcription) -> str:
    return tokenizer.decode(transcription.tokens)
