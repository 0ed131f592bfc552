#!/usr/bin/env bash
# In an AVI with audio whose pictures stand on a faster clock, ffmpeg gives every picture behind a jump a later time than the file states.
#
# ffmpeg 7.0.2 (imageio-ffmpeg 0.6.0 from PyPI). 24 pictures a second on a clock of 120 (as anime releases that mix rates do, and screen
# recorders that drop what did not change): the places between them are empty. Each picture has a grey of its own, and there is PCM audio.
#   the key picture of grey 208, read from the beginning      8.000 s
#   the same picture, the first behind `-ss 8.01`             8.033 s
#   the same without the audio, behind the same jump          8.000 s
# The jump lands where the audio of that time lies, somewhat before the picture, and counts the empty places from there to the picture once
# more. Whoever looks for a picture by its time behind a jump gets the one before it, and clips begin with the end of the shot before.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check imageio-ffmpeg==0.6.0 2>"$work/pip.log" || { cat "$work/pip.log"; exit 1; }
ffmpeg() { command "$("$work/venv/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')" -hide_banner -nostdin -nostats "$@"; }
cd "$work"
pictures="nullsrc=s=64x64:r=24:d=12,format=yuv420p,geq=lum='mod(N,220)+16':cb=128:cr=128"
ffmpeg -v error -f lavfi -i "$pictures" -f lavfi -i sine=d=12 -fps_mode vfr -enc_time_base:v 1:120 -c:v mpeg4 -q:v 2 -g 24 -c:a pcm_s16le with.avi
ffmpeg -v error -i with.avi -an -c copy without.avi
# Time and grey of the pictures that pass.
shown() { ffmpeg -v info -copyts "$@" -vf showinfo -f null - 2>&1 | sed -n 's/.* pts_time:\([0-9.]*\) .* mean:\[\([0-9]*\) .*/\1 \2/p'; }
for name in with without; do
  # `read` ends before the pictures do.
  read -r jumped grey < <(shown -noaccurate_seek -seek_timestamp 1 -ss 8.01 -i $name.avi -frames:v 1)
  echo "$name: grey $grey is at $(shown -i $name.avi | awk -v grey="$grey" '$2 == grey { print $1; exit }') from the beginning, at $jumped behind a jump"
done | tee seen
grep -qx 'with: grey 208 is at 8 from the beginning, at 8.033333 behind a jump' seen
grep -qx 'without: grey 208 is at 8 from the beginning, at 8 behind a jump' seen && echo 'as described'
