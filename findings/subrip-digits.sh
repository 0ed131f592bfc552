#!/usr/bin/env bash
# Three readers of SubRip, three lines of times, and hours between their answers.
#
# pysubs2 1.8.1, srt 3.5.3, webvtt-py 0.6.0. The format has no standard; times are meant as HH:MM:SS,mmm, but recordings of more than
# 99 hours and converters with other numbers of digits are about. Where each reader ends the cue:
#   99:59:59,900 --> 100:00:29,605           pysubs2 at 29.605 s, before the cue begins; srt and webvtt-py at 100:00:29.605
#   00:00:01,5 --> 00:00:02,5                pysubs2 at 2.5 s; srt and webvtt-py at 2.005 s
#   00:00:01,0000000 --> 00:00:02,5000000    pysubs2 at 2.5 s; srt and webvtt-py at 5002 s, more than an hour late
# None of them says a word about it. A note beside what was read is worth more than a fourth opinion.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pysubs2==1.8.1 srt==3.5.3 webvtt-py==0.6.0 2>"$work/pip.log" || { cat "$work/pip.log"; exit 1; }
cat > "$work/read.py" <<'PY'
import sys
import pysubs2, srt, webvtt

TIMES = [
    "99:59:59,900 --> 100:00:29,605",
    "00:00:01,5 --> 00:00:02,5",
    "00:00:01,0000000 --> 00:00:02,5000000",
]


for times in TIMES:
    text = f"1\n{times}\nwords\n"
    path = f"{sys.argv[1]}/one.srt"
    with open(path, "w") as file:
        file.write(text)
    by_pysubs2 = round(pysubs2.SSAFile.from_string(text, format_="srt")[0].end / 1000, 3)
    by_srt = round(next(srt.parse(text)).end.total_seconds(), 3)
    print(f"{times} | pysubs2 {by_pysubs2} | srt {by_srt} | webvtt-py {webvtt.from_srt(path)[0].end}")
PY
"$work/venv/bin/python" "$work/read.py" "$work" | tee "$work/seen"
diff "$work/seen" - <<'SEEN' && echo 'as described'
99:59:59,900 --> 100:00:29,605 | pysubs2 29.605 | srt 360029.605 | webvtt-py 100:00:29.605
00:00:01,5 --> 00:00:02,5 | pysubs2 2.5 | srt 2.005 | webvtt-py 00:00:02.005
00:00:01,0000000 --> 00:00:02,5000000 | pysubs2 2.5 | srt 5002.0 | webvtt-py 01:23:22.000
SEEN
