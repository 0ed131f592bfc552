"""Tests of the converter that need no network to be exported more than once:
python -m unittest discover -s models/convert
"""

import json
import shutil
import tempfile
import unittest
from collections.abc import Callable
from operator import methodcaller
from pathlib import Path
from unittest import mock

import jinja2
import torch
from safetensors.torch import load_file, save_file

import onnx_export
from checkpoint import Weights, read_checkpoint
from conversations import PHI, V1
from convert import convert
from errors import ConversionError
from make_tiny_checkpoint import make
from studio_folder import preprocessor_config


class ConverterTest(unittest.TestCase):
    work: Path

    @classmethod
    def setUpClass(cls) -> None:
        cls.work = Path(tempfile.mkdtemp())
        for size in ("1.5", "3.1"):
            make(size, cls.work / size, cls.work / f"{size}-tower")

    @classmethod
    def tearDownClass(cls) -> None:
        shutil.rmtree(cls.work)

    def spoilt(self, size: str = "1.5") -> Path:
        copy = Path(tempfile.mkdtemp(dir=self.work)) / "checkpoint"
        shutil.copytree(self.work / size, copy)
        return copy

    def refuse(self, checkpoint: Path, message: str, size: str = "1.5") -> None:
        target = checkpoint.parent / "folder"
        with self.assertRaisesRegex(ConversionError, message):
            convert(checkpoint, target, "fp32", self.work / f"{size}-tower", say=lambda _: None)
        self.assertEqual(
            sorted(file.name for file in checkpoint.parent.iterdir()), [checkpoint.name], "something was left behind"
        )

    def change_weights(self, checkpoint: Path, change: Callable[[dict[str, torch.Tensor]], object]) -> None:
        state = load_file(checkpoint / "model.safetensors")
        change(state)
        save_file(state, checkpoint / "model.safetensors")

    def change_config(self, checkpoint: Path, **changes: object) -> None:
        file = checkpoint / "config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))

    def test_missing_keys_are_named(self) -> None:
        for key in (
            "model.layers.1.mlp.up_proj.weight",
            "model.mm_projector.2.bias",
            "model.vision_tower.vision_tower.vision_model.encoder.layers.1.mlp.fc1.bias",
        ):
            checkpoint = self.spoilt()
            self.change_weights(checkpoint, methodcaller("pop", key))
            self.refuse(checkpoint, f'key "{key}" is missing from model.safetensors')

    def test_keys_of_another_shape_are_named(self) -> None:
        checkpoint = self.spoilt("3.1")
        self.change_weights(
            checkpoint, lambda state: state.update({"model.layers.0.self_attn.dense.weight": torch.zeros(8, 40)})
        )
        self.refuse(
            checkpoint,
            r'key "model.layers.0.self_attn.dense.weight" has shape \[8, 40\], but config.json asks for \[40, 40\]',
            "3.1",
        )

    def test_keys_without_a_place_are_named(self) -> None:
        checkpoint = self.spoilt()
        self.change_weights(checkpoint, lambda state: state.update({"model.image_newline": torch.zeros(32)}))
        self.refuse(
            checkpoint,
            'key "model.image_newline" is in the checkpoint, but TinyLlavaLlamaForCausalLM has no place for it',
        )

    def test_what_a_checkpoint_may_hold_besides_is_left_out(self) -> None:
        checkpoint = self.spoilt()
        root = "model.vision_tower.vision_tower.vision_model"
        self.change_weights(
            checkpoint,
            lambda state: state.update(
                {
                    f"{root}.head.probe": torch.zeros(1, 1, 24),
                    f"{root}.encoder.layers.2.mlp.fc1.bias": torch.zeros(40),
                    "model.layers.0.self_attn.rotary_emb.inv_freq": torch.zeros(4),
                }
            ),
        )
        convert(checkpoint, checkpoint.parent / "folder", "fp32", self.work / "1.5-tower", say=lambda _: None)

    def test_configs_of_other_models_are_refused(self) -> None:
        cases = {
            "architectures": (["LlavaLlamaForCausalLM"], 'key "architectures" is LlavaLlamaForCausalLM'),
            "mm_projector_type": ("resampler", "key \"mm_projector_type\" is 'resampler'"),
            "mm_vision_select_feature": ("cls_patch", "key \"mm_vision_select_feature\" is 'cls_patch'"),
            "mm_vision_tower": ("openai/clip-vit-large-patch14-336", 'key "mm_vision_tower"'),
            "mm_hidden_size": (1152, 'key "mm_hidden_size" is 1152'),
            "rope_scaling": ({"type": "linear", "factor": 2.0}, 'key "rope_scaling"'),
        }
        for key, (value, message) in cases.items():
            checkpoint = self.spoilt()
            self.change_config(checkpoint, **{key: value})
            self.refuse(checkpoint, message)

    def test_missing_files_are_named(self) -> None:
        for file, message in (
            ("config.json", "config.json: is missing"),
            ("tokenizer.model", "no tokenizer"),
            ("model.safetensors", "neither model.safetensors nor pytorch_model.bin"),
        ):
            checkpoint = self.spoilt()
            (checkpoint / file).unlink()
            self.refuse(checkpoint, message)

    def test_torn_weights_are_named(self) -> None:
        checkpoint = self.spoilt()
        data = (checkpoint / "model.safetensors").read_bytes()
        (checkpoint / "model.safetensors").write_bytes(data[: len(data) // 2])
        self.refuse(checkpoint, "model.safetensors: not a whole safetensors file")

    def test_the_tower_may_lie_in_a_folder_of_its_own(self) -> None:
        checkpoint = self.spoilt()
        prefix = "model.vision_tower.vision_tower."
        tower = shutil.copytree(self.work / "1.5-tower", checkpoint.parent / "tower")
        state = load_file(checkpoint / "model.safetensors")
        save_file(
            {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)},
            tower / "model.safetensors",
        )
        self.change_weights(
            checkpoint, lambda state: [state.pop(name) for name in list(state) if name.startswith(prefix)]
        )
        with self.assertRaisesRegex(ConversionError, "--vision-tower"):
            read_checkpoint(checkpoint)
        convert(checkpoint, checkpoint.parent / "folder", "fp32", tower, say=lambda _: None)

    def test_shards_and_pickled_weights_read_alike(self) -> None:
        whole = load_file(self.work / "1.5" / "model.safetensors")
        pickled, shards = self.spoilt(), self.spoilt()
        for folder in (pickled, shards):
            (folder / "model.safetensors").unlink()
        torch.save(whole, pickled / "pytorch_model.bin")
        names = sorted(whole)
        halves = {"model-00001-of-00002.safetensors": names[:20], "model-00002-of-00002.safetensors": names[20:]}
        for file, half in halves.items():
            save_file({name: whole[name] for name in half}, shards / file)
        (shards / "model.safetensors.index.json").write_text(
            json.dumps({"weight_map": {name: file for file, half in halves.items() for name in half}})
        )
        for folder in (pickled, shards):
            weights = Weights(folder)
            self.assertEqual(weights.names, frozenset(names))
            self.assertTrue(
                all(
                    torch.equal(weights.tensor(name), whole[name]) and weights.shape(name) == list(whole[name].shape)
                    for name in names
                )
            )
        (shards / "model-00002-of-00002.safetensors").unlink()
        with self.assertRaisesRegex(ConversionError, "model-00002-of-00002.safetensors: is missing"):
            Weights(shards)

    def test_large_weights_lie_beside_their_graph(self) -> None:
        checkpoint = self.spoilt()
        target = checkpoint.parent / "folder"
        with mock.patch.object(onnx_export, "INLINE_LIMIT", 1000):
            convert(checkpoint, target, "fp32", self.work / "1.5-tower", say=lambda _: None)
        config = json.loads((target / "config.json").read_text())
        files = [f"{network}.onnx" for network in ("decoder_model_merged", "embed_tokens", "vision_encoder")]
        self.assertEqual(config["transformers.js_config"]["use_external_data_format"], dict.fromkeys(files, 1))
        self.assertTrue(all((target / "onnx" / f"{file}_data").is_file() for file in files))

    def test_chat_templates_render_the_conversations(self) -> None:
        for conversation in (V1, PHI):
            template = jinja2.Environment().from_string(conversation.chat_template())
            parts = [{"type": "image"}, {"type": "text", "text": "What is 'this'?"}]
            asked = [{"role": "user", "content": parts}]
            self.assertEqual(
                template.render(messages=asked, add_generation_prompt=True), conversation.render("What is 'this'?")
            )
            answered = [*asked, {"role": "assistant", "content": "A dog."}, {"role": "user", "content": "Where?"}]
            expected = f"{conversation.render(parts[1]['text'])} A dog.{conversation.end_token}USER: Where? ASSISTANT:"
            self.assertEqual(template.render(messages=answered, add_generation_prompt=True), expected)

    def test_raw_pixels_are_left_as_they_are(self) -> None:
        checkpoint = read_checkpoint(self.work / "1.5", self.work / "1.5-tower")
        raw = preprocessor_config(checkpoint, "raw")
        self.assertFalse(raw["do_rescale"] or raw["do_normalize"])
        self.assertEqual(raw["size"], {"height": 44, "width": 44})


if __name__ == "__main__":
    unittest.main()
