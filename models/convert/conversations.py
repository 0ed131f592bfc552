"""The two conversation formats of TinyLLaVA that Shotluck-Holmes uses, as text and as chat template.

Facts from Shotluck-Holmes, `model/tinyllava/conversation.py` (`conv_vicuna_v1`, `conv_phi_v0`): both open with the same
system prompt and both have the separators " " and an end token; they differ only in that token.
"""

from dataclasses import dataclass

IMAGE_TOKEN = "<image>"
SYSTEM_PROMPT = (
    "A chat between a curious user and an artificial intelligence assistant. "
    "The assistant gives helpful, detailed, and polite answers to the user's questions."
)


@dataclass(frozen=True)
class Conversation:
    name: str
    """As `--version` of TinyLLaVA's training names it."""
    end_token: str
    """Ends every answer: the second separator of the format."""

    def render(self, prompt: str) -> str:
        """One question about the frames, ready to be answered; `prompt` without image token."""
        return f"{SYSTEM_PROMPT} USER: {IMAGE_TOKEN}\n{prompt} ASSISTANT:"

    def chat_template(self) -> str:
        """Jinja; `content` is a text or a list of parts `{type: image}` and `{type: text, text}`.
        Frames stand before the text.
        """
        return (
            "{% if messages[0]['role'] == 'system' %}{{ messages[0]['content'] + ' ' }}{% else %}{{ "
            + repr_jinja(SYSTEM_PROMPT + " ")
            + " }}{% endif %}"
            "{% for message in messages %}"
            "{% if message['role'] == 'user' %}{{ 'USER: ' }}"
            "{% if message['content'] is string %}{{ message['content'] }}"
            "{% else %}"
            "{% for part in message['content'] %}{% if part['type'] == 'image' %}{{ '"
            + IMAGE_TOKEN
            + "\\n' }}{% endif %}{% endfor %}"
            "{% for part in message['content'] %}"
            "{% if part['type'] == 'text' %}{{ part['text'] }}{% endif %}"
            "{% endfor %}"
            "{% endif %}{{ ' ' }}"
            "{% elif message['role'] == 'assistant' %}{{ 'ASSISTANT: ' + message['content'] + '"
            + self.end_token
            + "' }}"
            "{% endif %}"
            "{% endfor %}"
            "{% if add_generation_prompt %}{{ 'ASSISTANT:' }}{% endif %}"
        )


def repr_jinja(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


V1 = Conversation("v1", "</s>")
PHI = Conversation("phi", "<|endoftext|>")
