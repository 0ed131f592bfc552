#!/usr/bin/env bash
# A lossless cut that aims half a millisecond before a key frame leaves that key frame out, where a tick of the container is a whole frame.
#
# ffmpeg 7.0.2 (imageio-ffmpeg 0.6.0 from PyPI). An AVI of Motion JPEG at 25 frames a second: every frame is a key frame, every time is
# exact. Copied from frame 47 (1.88 s) on, by a jump to half a second before it and an output that begins half a millisecond before it:
#   -ss 1.38 -i in.avi -ss 0.4995            begins with frame 48, or later
#   -copyts -ss 1.38 -i in.avi -ss 1.8795    begins with frame 47
# The jump is taken from all times, and half a second is 12.5 ticks of 1/25 s: what is rounded no longer reaches the key frame. The same in
# MXF and in MOV whose timescale is the frame rate; in MP4 and MPEG-TS, with finer ticks, both lines give frame 47. With one key frame every
# two seconds the copy has next to no pictures, and ffmpeg says nothing.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check imageio-ffmpeg==0.6.0 2>"$work/pip.log" || { cat "$work/pip.log"; exit 1; }
ffmpeg() { command "$("$work/venv/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')" -hide_banner -nostdin -v error "$@"; }
cd "$work"
# Each frame has a grey of its own, by its number.
ffmpeg -f lavfi -i "color=black:s=64x64:r=25:d=4,format=gray,geq=lum='N*2'" -c:v mjpeg -q:v 2 -pix_fmt yuvj420p in.avi
ffmpeg -i in.avi -c copy -video_track_timescale 12800 in.mp4
first() { # number of the first frame of a file
  local level
  level=$(ffmpeg -i "$1" -frames:v 1 -f rawvideo -pix_fmt gray - | od -An -tu1 -N1)
  echo $(((level + 1) / 2))
}
for in in in.avi in.mp4; do
  ffmpeg -ss 1.38 -i $in -ss 0.4995 -t 1 -c copy -y jump.${in#in.}
  ffmpeg -copyts -ss 1.38 -i $in -ss 1.8795 -t 1 -c copy -avoid_negative_ts make_zero -y copyts.${in#in.}
  echo "$in: with a jump $(first jump.${in#in.}), with the file's own times $(first copyts.${in#in.})"
done | tee seen
grep -qx 'in.avi: with a jump 4[89], with the file.s own times 47' seen && grep -qx 'in.mp4: with a jump 47, with the file.s own times 47' seen && echo 'as described'
