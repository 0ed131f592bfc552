#!/usr/bin/env bash
# Behind a jump, raw video with a palette is black, in AVI and in MOV that ffmpeg itself wrote, and nothing complains.
#
# ffmpeg 7.0.2 (imageio-ffmpeg 0.6.0 from PyPI). Raw pictures of 8 bits with a palette, one grey for the whole video, as some screen
# recorders and old animation programs write them:
#   -i in.avi            its last frame is light grey (211)
#   -ss 3 -i in.avi      the same frame is black (0)
# In AVI the palette is a chunk (`00pc`) in front of the first picture, and in MOV it is sent along with the first packet: after a jump
# the decoder never gets it, takes a palette of zeros and exits with 0. What was read from the beginning and what was reached by a jump
# differ, so thumbnails, stills and cuts of such files have to be read from the start. The same pictures in PNG are right behind a jump.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check imageio-ffmpeg==0.6.0 2>"$work/pip.log" || { cat "$work/pip.log"; exit 1; }
ffmpeg() { command "$("$work/venv/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')" -hide_banner -nostdin -v error "$@"; }
cd "$work"
grey() { ffmpeg "$@" -frames:v 1 -f rawvideo -pix_fmt gray - | od -An -tu1 -N1 | tr -d ' '; }
for name in in.avi in.mov png.mov; do
  codec=rawvideo; [ $name = png.mov ] && codec=png
  ffmpeg -f lavfi -i 'color=0xc8c8c8:s=64x64:r=10:d=4' -c:v $codec -pix_fmt pal8 $name
  echo "$name: frame 30 is $(grey -i $name -vf "select=eq(n\,30)") from the beginning, $(grey -ss 3 -i $name) behind a jump"
done | tee seen
near() { grep -qxE "$1: frame 30 is 211 from the beginning, $2 behind a jump" seen; }
near in.avi 0 && near in.mov 0 && near png.mov '211' && echo 'as described'
