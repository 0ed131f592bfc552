import { describe, expect, it } from 'vitest';
import { createProgressParser, type FfmpegProgress } from '#core/media/ffmpeg-progress.ts';

/** Written by ffmpeg 5.1.9 with `-progress pipe:2 -nostats -v warning`, a warning among it. */
const REAL_OUTPUT = `frame=0
fps=0.00
stream_0_0_q=0.0
bitrate=N/A
total_size=0
out_time_us=-9223372036854775807
out_time_ms=-9223372036854775807
out_time=-577014:32:22.77
dup_frames=0
drop_frames=0
speed=N/A
progress=continue
[mp4 @ 0x55d0] Timestamps are unset in a packet for stream 0.
frame=68
fps=45.33
stream_0_0_q=28.0
bitrate= 128.9kbits/s
total_size=48
out_time_us=1080000
out_time_ms=1080000
out_time=00:00:01.080000
dup_frames=0
drop_frames=0
speed=0.72x
progress=continue
frame=150
fps=46.94
stream_0_0_q=-1.0
bitrate= 243.9kbits/s
total_size=182925
out_time_us=6000000
out_time_ms=6000000
out_time=00:00:06.000000
dup_frames=0
drop_frames=0
speed=1.88x
progress=end
`;

function parseAll(text: string): { blocks: FfmpegProgress[]; log: string[] } {
  const parser = createProgressParser();
  const blocks: FfmpegProgress[] = [];
  const log: string[] = [];
  for (const line of text.split('\n')) {
    const { progress, isLog } = parser.line(line);
    if (progress !== null) blocks.push(progress);
    if (isLog) log.push(line);
  }
  return { blocks, log };
}

describe('progress of ffmpeg', () => {
  it('reads whole blocks, and keeps what ffmpeg says apart', () => {
    const { blocks, log } = parseAll(REAL_OUTPUT);
    expect(blocks.map((block) => block.frame)).toEqual([0, 68, 150]);
    expect(blocks[1]).toEqual({ frame: 68, fps: 45.33, outTimeUs: 1_080_000, totalSizeBytes: 48, speed: 0.72, isEnd: false });
    expect(blocks[2]).toMatchObject({ isEnd: true, totalSizeBytes: 182_925 });
    expect(log).toEqual(['[mp4 @ 0x55d0] Timestamps are unset in a packet for stream 0.']);
  });

  it('says null for N/A, as audio-only runs give it', () => {
    const { blocks } = parseAll('bitrate=N/A\ntotal_size=N/A\nout_time_us=N/A\nspeed=   0x\nprogress=continue\n');
    expect(blocks).toEqual([{ frame: 0, fps: null, outTimeUs: null, totalSizeBytes: null, speed: 0, isEnd: false }]);
  });

  it('gives nothing for a block that was cut off', () => {
    expect(parseAll('frame=12\nfps=3\n').blocks).toEqual([]);
  });

  it('does not take a log line with an equals sign for progress', () => {
    expect(parseAll('[libx264 @ 0x1] frame=I:3 Avg QP:20\nmap=0').log).toHaveLength(2);
  });
});
