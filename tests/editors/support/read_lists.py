"""Reads lists of cuts with OpenTimelineIO and its adapters, and prints what they got as JSON.

Usage: read_lists.py FOLDER RATE, where FOLDER holds one list of each kind.
"""

import json
import sys
from pathlib import Path
from typing import Any

import opentimelineio as otio

ADAPTERS = {".edl": "cmx_3600", ".xml": "fcp_xml", ".fcpxml": "fcpx_xml", ".otio": "otio_json"}


def timeline_of(file: Path, rate: float) -> Any:
    """The timeline in a file; some adapters wrap it."""
    adapter = ADAPTERS[file.suffix]
    options = {"rate": rate} if adapter == "cmx_3600" else {}
    read = otio.adapters.read_from_file(str(file), adapter_name=adapter, **options)
    if isinstance(read, otio.schema.Timeline):
        return read
    return next(iter(read.find_children(descended_from_type=otio.schema.Timeline)))


def frames_of(time: Any, rate: float) -> int:
    """A time as frames of the list."""
    return round(time.rescaled_to(rate).value)


def clip(item: Any, rate: float) -> dict[str, Any]:
    """Where a clip lies, and its markers: what stands in their names, and in their comments."""
    place = item.range_in_parent()
    start = frames_of(place.start_time, rate)
    markers = [[marker.name, comment_of(marker)] for marker in item.markers]
    return {"start": start, "end": start + frames_of(place.duration, rate), "markers": markers}


def comment_of(marker: Any) -> str:
    """A marker's comment; the adapter for Final Cut Pro 7 keeps it aside."""
    return str(marker.comment or marker.metadata.get("fcp_xml", {}).get("comment", ""))


def transition(item: Any, rate: float) -> dict[str, Any]:
    """What a transition is called, and how many frames it has before and behind its cut."""
    before, behind = (frames_of(time, rate) for time in (item.in_offset, item.out_offset))
    return {"type": item.transition_type, "before": before, "behind": behind}


def list_of(file: Path, rate: float) -> dict[str, Any]:
    """Clips and transitions of the first video track."""
    track = timeline_of(file, rate).video_tracks()[0]
    return {
        "clips": [clip(item, rate) for item in track if isinstance(item, otio.schema.Clip)],
        "transitions": [transition(item, rate) for item in track if isinstance(item, otio.schema.Transition)],
    }


def main() -> None:
    """Prints each list by its ending."""
    rate = float(sys.argv[2])
    files = [file for file in Path(sys.argv[1]).iterdir() if file.suffix in ADAPTERS]
    print(json.dumps({file.suffix: list_of(file, rate) for file in files}))


main()
