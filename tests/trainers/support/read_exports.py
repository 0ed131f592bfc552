"""Reads exports as trainers do, with their own code where it runs without torch, and prints what they got as JSON.

Usage: read_exports.py FOLDER CACHE, where FOLDER holds exports: `videofolder`, `parquet`, `trl`, `ms-swift`,
and `llama-factory-sft`, `-dpo` and `-kto`.
"""

import base64
import importlib.util
import json
import os
import sys
from enum import Enum
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Union

import datasets

CACHE = sys.argv[2]
# Where packages are: their files are run one by one, for the packages themselves would take torch.
PACKAGES = Path(datasets.__file__).parent.parent


def stand_in(name: str, **contents: Any) -> None:
    """Puts a module in the place of one that would take torch."""
    module = ModuleType(name)
    module.__dict__.update(contents)
    module.__path__ = []
    sys.modules[name] = module


def module_of(package: str, file: Path) -> Any:
    """Runs one file of a package as a module of it."""
    spec = importlib.util.spec_from_file_location(f"{package}.{file.stem}", file)
    if spec is None or spec.loader is None:
        raise ImportError(file)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def nothing(*_args: Any, **_kwargs: Any) -> None:
    """For what only prints."""


def warned(message: str, *_args: Any, **_kwargs: Any) -> None:
    """For what trainers warn of: they go on without the row."""
    raise ValueError(message)


def log_of(*_args: Any) -> Any:
    """A log that nobody reads, but for its warnings."""
    warnings = dict.fromkeys(("warning", "warning_once", "warning_rank0", "warning_rank0_once"), warned)
    return SimpleNamespace(info=nothing, info_rank0=nothing, **warnings)


def table_of(file: Path) -> Any:
    """Rows of a file of JSON."""
    return datasets.load_dataset("json", data_files=str(file), cache_dir=CACHE)["train"]


def video_folder(folder: Path) -> dict[str, Any]:
    """What `load_dataset` makes of a folder, and how large the files are to which its rows lead."""
    loaded = datasets.load_dataset(str(folder), cache_dir=CACHE)
    rows = {}
    for split, table in loaded.items():
        undecoded = table.cast_column("video", datasets.Video(decode=False))
        paths = [Path(row["video"]["path"]) for row in undecoded]
        rows[split] = [
            {**row, "video": path.name, "bytes": path.stat().st_size}
            for row, path in zip(undecoded, paths, strict=True)
        ]
    features = next(iter(loaded.values())).features
    return {"types": {name: feature.dtype for name, feature in features.items()}, "rows": rows}


def trl(folder: Path) -> list[Any]:
    """Messages as TRL fills in the pictures, each picture as its size."""
    stand_in("transformers", PreTrainedTokenizerBase=object, ProcessorMixin=object)
    data_utils = module_of("trl_alone", PACKAGES / "trl" / "data_utils.py")
    table = datasets.load_dataset(str(folder), cache_dir=CACHE)["train"]
    prepared = [data_utils.prepare_multimodal_messages(row["messages"], row["images"]) for row in table]
    for messages in prepared:
        for part in messages[0]["content"]:
            if "image" in part:
                part["image"] = list(part["image"].size)
    return prepared


def llama_factory(folder: Path) -> list[Any]:
    """The rows to train on as LLaMA-Factory's parser finds them and its converter reads them."""
    roles = {"USER": "user", "ASSISTANT": "assistant", "SYSTEM": "system", "OBSERVATION": "observation"}
    stand_in("lf")
    stand_in("lf.extras", logging=SimpleNamespace(get_logger=log_of))
    stand_in("lf.extras.constants", DATA_CONFIG="dataset_info.json")
    stand_in("lf.extras.misc", use_modelscope=lambda: False, use_openmind=lambda: False)
    stand_in("lf.data")
    stand_in("lf.data.data_utils", Role=Enum("Role", {**roles, "FUNCTION": "function"}))
    parser = module_of("lf.data", PACKAGES / "llamafactory" / "data" / "parser.py")
    converter = module_of("lf.data", PACKAGES / "llamafactory" / "data" / "converter.py")
    names = [name for name in json.loads((folder / "dataset_info.json").read_text()) if name.endswith("train")]
    [attributes] = parser.get_dataset_list(names, str(folder))
    convert = converter.SharegptDatasetConverter(attributes, SimpleNamespace(media_dir=str(folder)))
    rows = [convert(row) for row in table_of(folder / attributes.dataset_name)]
    return [
        {
            "prompt": row["_prompt"],
            "response": row["_response"],
            "isThere": [Path(video).is_file() for video in row["_videos"]],
        }
        for row in rows
    ]


def ms_swift(folder: Path) -> dict[str, Any]:
    """Rows as ms-swift's preprocessor reads them, and where it finds clips with `ROOT_IMAGE_DIR` set to the folder."""
    for name in ("modelscope", "modelscope.hub", "modelscope.hub.utils", "swift"):
        stand_in(name)
    stand_in("modelscope.hub.utils.utils", get_cache_dir=nothing)
    others = dict.fromkeys(("is_dist", "is_master", "remove_arrow_padding", "safe_ddp_context"), nothing)
    stand_in("swift.utils", TOOL_KEYS=(), get_logger=log_of, **others)
    stand_in("swift.template", history_to_messages=nothing, MaxLengthError=OverflowError)
    stand_in("swift.template.template_inputs", normalize_openai_tool_calls=nothing)
    core = module_of("swift_alone", PACKAGES / "swift" / "dataset" / "preprocessor" / "core.py")
    preprocessor = core.MessagesPreprocessor()
    source = (PACKAGES / "swift" / "template" / "vision_utils.py").read_text(encoding="utf-8")
    start = source.index("def _check_path(")
    names: dict[str, Any] = {"Union": Union, "os": os, "base64": base64, "get_env_args": lambda *_args: str(folder)}
    exec(source[start : source.index("\n\n\ndef ", start)], names)
    found = {}
    for name in ("train", "dpo_train", "kto_train"):
        columns = table_of(folder / f"{name}.jsonl")[:]
        read = preprocessor.batched_preprocess(columns, strict=True, ignore_max_length_error=False)
        found[name] = [
            {**row, "isThere": [Path(names["_check_path"](video)).is_file() for video in row["videos"]]}
            for row in preprocessor.batched_to_rows(read)
        ]
    return found


def main() -> None:
    """Prints everything that can be read with this Python."""
    folder = Path(sys.argv[1]).resolve()
    found: dict[str, Any] = {name: video_folder(folder / name) for name in ("videofolder", "parquet")}
    if (PACKAGES / "llamafactory").is_dir():
        found["ms-swift"] = ms_swift(folder / "ms-swift")
        found["llama-factory"] = {
            task: llama_factory(folder / f"llama-factory-{task}") for task in ("sft", "dpo", "kto")
        }
        found["trl"] = trl(folder / "trl")
    print(json.dumps(found))


main()
