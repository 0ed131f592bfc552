import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAudio } from '#core/media/audio-reader.ts';
import { makeWaveform } from '#core/media/waveform.ts';
import { makeBarredVideo } from '../helpers/barred-video.ts';
import { cutClips, probed, testFfmpeg, type ProbedVideo } from '../helpers/media-files.ts';

const ffmpeg = testFfmpeg();
const { signal } = new AbortController();
const QUIET = 0.1;
const LOUD = 0.6;
const tone = (volume: number): string[] => ['-f', 'lavfi', '-i', `aevalsrc='${volume}*sin(2*PI*700*t)':s=48000:d=2`];
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '25', '-pix_fmt', 'yuv420p'];

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-chosen-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** How loud the waveform is, and the first audio track of a clip in either way of cutting. */
async function loudness(video: ProbedVideo): Promise<{ waveform: number; clips: number[]; trackCounts: number[] }> {
  const peaks = await makeWaveform({ ffmpeg, ...video, signal });
  const clips: number[] = [];
  const trackCounts: number[] = [];
  for (const mode of ['exact', 'copy'] as const) {
    const outDir = await mkdtemp(join(dir, 'clips-'));
    const written = await cutClips(video, { mode, outDir, shots: [{ startFrame: 0, endFrame: 25 }] });
    expect(written).toMatchObject([{ state: 'written' }]);
    const clip = await probed(join(outDir, written[0]?.file ?? ''));
    let peak = 0;
    for await (const { samples } of readAudio({ ffmpeg, path: clip.path, probe: clip.probe, track: 0, signal }))
      for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
    clips.push(peak);
    trackCounts.push(clip.probe.audioTracks.length);
  }
  return { waveform: Math.max(...(peaks ?? [])) / 255, clips, trackCounts };
}

function expectLoud({ waveform, clips }: Awaited<ReturnType<typeof loudness>>): void {
  for (const peak of [waveform, ...clips]) expect(peak).toBeGreaterThan((QUIET + LOUD) / 2);
}

describe('the audio of a video', () => {
  it('is that of the programme its pictures belong to, where a recording holds several', async () => {
    const path = await makeBarredVideo({
      path: join(dir, 'channel.ts'),
      frameCount: 50,
      inputs: [...tone(QUIET), ...tone(LOUD)],
      options: [
        '-filter_complex',
        '[0:v]split[large][all];[all]scale=96:54[small]',
        '-map',
        '[small]',
        '-map',
        '1:a',
        '-map',
        '[large]',
        '-map',
        '2:a',
        ...X264,
        '-c:a',
        'aac',
        '-program',
        'program_num=1:title=News:st=0:st=1',
        '-program',
        'program_num=2:title=Videos:st=2:st=3',
      ],
    });
    const video = await probed(path);
    expect(video.probe).toMatchObject({ width: 192, audioTracks: [{ streamIndex: 3 }] });
    expect(video.probe.notes).toContain(
      'Its audio is that of the programme to which the video belongs. Left out is the audio of programme 1 “News” (aac).',
    );
    const measured = await loudness(video);
    expectLoud(measured);
    expect(measured.trackCounts).toEqual([1, 1]);
  }, 60_000);

  it('is the track that a file marks as the default, not the commentary before it', async () => {
    const path = await makeBarredVideo({
      path: join(dir, 'commented.mkv'),
      frameCount: 50,
      inputs: [...tone(QUIET), ...tone(LOUD)],
      options: [
        '-map',
        '0:v',
        '-map',
        '1:a',
        '-map',
        '2:a',
        ...X264,
        '-c:a',
        'aac',
        '-disposition:a:0',
        'comment',
        '-disposition:a:1',
        'default',
        '-metadata:s:a:1',
        'language=eng',
      ],
    });
    const video = await probed(path);
    expect(video.probe.notes).toEqual([
      'It has 2 audio tracks: track 2 (eng) is used, because the file marks it as the default. Another one can be chosen for transcribing.',
    ]);
    const measured = await loudness(video);
    expectLoud(measured);
    expect(measured.trackCounts).toEqual([2, 2]);
  }, 60_000);

  it('is looked for from its own beginning, also where the pictures begin later', async () => {
    const late = ['-f', 'lavfi', '-i', `aevalsrc='if(lt(t,1),${LOUD},0)*sin(2*PI*700*t)':s=48000:d=4`];
    const path = await makeBarredVideo({
      path: join(dir, 'late.mkv'),
      frameCount: 50,
      inputs: late,
      options: ['-map', '0:v', '-map', '1:a', '-vf', 'setpts=PTS+2/TB', ...X264, '-c:a', 'aac'],
    });
    const video = await probed(path);
    // Nothing is missing: the pictures only come later.
    expect(video.probe).toMatchObject({ frameCount: 50, notes: [] });
    expect(Math.abs(video.probe.leadUs - 2_000_000)).toBeLessThan(100_000);
    const levels: number[] = [];
    for await (const { samples } of readAudio({ ffmpeg, path, probe: video.probe, track: 0, fromUs: -video.probe.leadUs, signal }))
      for (const sample of samples) levels.push(Math.abs(sample));
    const loud = (from: number, to: number): number => Math.max(...levels.slice(from * 16_000, to * 16_000));
    expect([loud(0.2, 0.8) > 0.4, loud(1.2, 3) < 0.05]).toEqual([true, true]);
    expect(levels.length / 16_000).toBeCloseTo(4, 0);
  }, 60_000);
});
