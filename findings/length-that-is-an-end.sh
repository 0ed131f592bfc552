#!/usr/bin/env bash
# For pieces of a fragmented MP4 ffmpeg gives the time at which the stream ends as its duration; for a whole MP4 it is the length.
#
# PyAV 18.1.0 from PyPI (FFmpeg 8.1 inside). One video of 8 s is written as an HLS stream with fMP4 pieces of 2 s; then what a person has
# who began to record in the middle: the header and the third and fourth piece, which hold 4 s of pictures.
#   stream.duration of the whole          8.0 s
#   stream.duration of the last two       8.0 s, with a start time of 4 s, and 4.0 s of packets
# Who takes start time and duration together, as is right for a whole MP4 that begins late, has the last picture stay for the time that
# was cut away. A live stream whose clock began hours ago gives a last picture of hours. The durations of the packets themselves are right.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check av==18.1.0 numpy 2>"$work/pip.log" || { cat "$work/pip.log"; exit 1; }
cd "$work"
cat > look.py <<'PY'
import av, numpy
out = av.open('piece.m3u8', 'w', format='hls', options={'hls_time': '2', 'hls_segment_type': 'fmp4', 'hls_playlist_type': 'vod'})
stream = out.add_stream('libx264', rate=25)
stream.width, stream.height, stream.pix_fmt = 64, 64, 'yuv420p'
stream.codec_context.gop_size = 50
stream.codec_context.options = {'sc_threshold': '0', 'bf': '0'}
for number in range(200):
    frame = av.VideoFrame.from_ndarray(numpy.full((64, 64, 3), number, numpy.uint8), format='rgb24')
    for packet in stream.encode(frame): out.mux(packet)
for packet in stream.encode(): out.mux(packet)
out.close()
for name, pieces in (('whole', range(4)), ('tail', (2, 3))):
    with open(name + '.mp4', 'wb') as file:
        for part in ['init.mp4', *(f'piece{piece}.m4s' for piece in pieces)]: file.write(open(part, 'rb').read())
    with av.open(name + '.mp4') as container:
        video = container.streams.video[0]
        packets = [packet for packet in container.demux(video) if packet.pts is not None]
        seconds = lambda ticks: f'{float(ticks * video.time_base):.2f} s'
        print(f'{name}: starts at {seconds(packets[0].pts)}, has {len(packets)} packets of {seconds(packets[-1].duration)}, duration {seconds(video.duration)}')
PY
"$work/venv/bin/python" look.py | tee seen
grep -qx 'whole: starts at 0.00 s, has 200 packets of 0.04 s, duration 8.00 s' seen
grep -qx 'tail: starts at 4.00 s, has 100 packets of 0.04 s, duration 8.00 s' seen && echo 'as described'
