import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probeVideo } from '#core/media/probe.ts';
import { fingerprint } from '#core/project/videos/video-files.ts';
import { makeBrokenFile } from '../helpers/broken-files.ts';
import { makeGoldenVideo, type GoldenKind } from '../helpers/golden-videos.ts';
import { addToMatroska, element } from '../helpers/matroska.ts';
import { runFfmpeg } from '../helpers/run-ffmpeg.ts';
import { decodeAll, probed, type ProbedVideo, testFfmpeg } from '../helpers/media-files.ts';

let dir = '';
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shotluck-probe-'));
});
afterAll(() => rm(dir, { recursive: true }));

const measured = new Map<GoldenKind, Promise<ProbedVideo>>();

/** Measures a golden video, once. */
function measure(kind: GoldenKind): Promise<ProbedVideo> {
  const work = measured.get(kind) ?? makeGoldenVideo(kind, dir).then(({ path }) => probed(path));
  measured.set(kind, work);
  return work;
}

const TINY = { width: 16, height: 16 };

describe('probe', () => {
  const kinds: GoldenKind[] = ['hard-cuts', 'variable-rate', 'odd-size', 'rotated', 'no-audio', 'two-audio-tracks', 'no-duration'];
  it.each(kinds)('measures the video “%s”', async (kind) => {
    const video = await makeGoldenVideo(kind, dir);
    const { probe, ptsUs } = await measure(kind);
    expect(probe).toMatchObject({ frameCount: video.frameCount, width: video.width, height: video.height, notes: [] });
    // WebM may put the pictures behind the few milliseconds by which Vorbis starts early.
    expect(video.path.endsWith('.webm') ? [0, 3000] : [0]).toContain(probe.startUs);
    expect(probe.isVariableRate).toBe(video.ptsUs !== undefined);
    if (video.ptsUs === undefined) {
      expect(probe.rate).toEqual(video.rate);
      expect(probe.durationUs).toBe((video.frameCount * 1e6 * video.rate.den) / video.rate.num);
      expect(ptsUs).toBeNull();
    } else {
      // One more: the end of the last frame, which stays for 40 ms.
      const endUs = (video.ptsUs.at(-1) ?? 0) + 40_000;
      expect([...(ptsUs ?? [])]).toEqual([...video.ptsUs, endUs]);
      expect(probe.durationUs).toBe(endUs);
    }
  });

  it('reports that the header of a Matroska asks for edges to be left out', async () => {
    const path = join(dir, 'cropped.mkv');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=0.4', '-c:v', 'libx264', '-preset', 'ultrafast', path]);
    const edges = Buffer.concat([
      element('54bb', Buffer.from([6])),
      element('54aa', Buffer.from([0, 8])),
      element('54cc', Buffer.from([0])),
    ]);
    await addToMatroska(path, ['18538067', '1654ae6b', 'ae', 'e0'], edges);
    const { probe } = await probed(path);
    expect(probe).toMatchObject({ width: 64, height: 48, frameCount: 10 });
    expect(probe.notes).toEqual([expect.stringContaining('(pixels: top 6, bottom 8). They are shown, described and cut whole.')]);
  });

  it('reports that the chapters of a Matroska ask for an order of their own', async () => {
    const path = join(dir, 'ordered.mkv');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=0.4', '-c:v', 'libx264', '-preset', 'ultrafast', path]);
    await addToMatroska(path, ['18538067'], element('1043a770', element('45b9', element('45dd', Buffer.from([1])))));
    expect((await probed(path)).probe.notes).toEqual([expect.stringContaining('in the order of the file')]);
  });

  it('takes a raw stream for as long as its frames say', async () => {
    const path = join(dir, 'bare.m1v');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=64x48:r=25:d=2', '-c:v', 'mpeg1video', '-bf', '0', path]);
    expect((await probed(path)).probe).toMatchObject({ frameCount: 50, notes: [] });
  });

  it('reports rotation, size on screen and audio', async () => {
    const rotated = await measure('rotated');
    expect(rotated.probe).toMatchObject({ rotation: 90, width: 320, height: 180, displayWidth: 180, displayHeight: 320 });
    const tracks = (await measure('two-audio-tracks')).probe.audioTracks;
    expect(tracks).toMatchObject([
      { streamIndex: 1, codec: 'aac', channels: 1, sampleRateHz: 44100, language: 'eng' },
      { streamIndex: 2, codec: 'aac', language: 'deu' },
    ]);
    expect((await measure('no-audio')).probe.audioTracks).toEqual([]);
  });

  it('stretches anamorphic pictures', async () => {
    const path = join(dir, 'pal-wide.mkv');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=72x58:d=1', '-vf', 'setsar=64/45', '-c:v', 'libx264', path]);
    expect((await probed(path)).probe).toMatchObject({
      sampleAspectRatio: { num: 64, den: 45 },
      width: 72,
      displayWidth: 102,
      displayHeight: 58,
    });
  });

  it('counts a stream of H.264 without any container', async () => {
    const path = join(dir, 'bare.h264');
    await runFfmpeg(['-i', join(dir, 'hard-cuts.mp4'), '-map', '0:v', '-c', 'copy', '-bsf:v', 'h264_mp4toannexb', path]);
    expect((await probed(path)).probe.frameCount).toBe(429);
  });

  it('takes a video that was cut off, and says how much of it is there', async () => {
    const path = await makeBrokenFile('truncated', dir);
    const { probe } = await probed(path);
    expect(probe.frameCount).toBe((await decodeAll(path, TINY, dir)).length);
    expect(probe.frameCount).toBeGreaterThan(10);
    expect(probe.notes[0]).toBe(`The file is incomplete: it has ${probe.frameCount} of the 100 frames in its index.`);
    expect(probe.notes[1]).toMatch(/^The container states 4\.0 s, but its frames last \d\.\d s\.$/);
  });

  it.each([
    ['mpeg4', 'divx.avi', /^The file is incomplete: it has \d+ of the 100 frames in its index\.$/],
    ['mpeg2video', 'broadcast.mxf', /^Data is missing in the file/],
  ])('says that pictures are missing where a bad copy left a hole: %s in %s', async (codec, name, note) => {
    const path = join(dir, name);
    const card = 'testsrc2=s=320x180:r=25:d=4';
    await runFfmpeg(['-f', 'lavfi', '-i', card, '-c:v', codec, '-q:v', '2', '-g', '12', '-bf', '0', path]);
    expect((await probed(path)).probe).toMatchObject({ frameCount: 100, notes: [] });
    const bytes = await readFile(path);
    const middle = Math.floor(bytes.length / 2);
    await writeFile(path, bytes.fill(0, middle, middle + 60_000));
    const { probe } = await probed(path);
    expect(probe.frameCount).toBeLessThan(100);
    expect(probe.notes.join('\n')).toMatch(new RegExp(note, 'mu'));
  });

  it('takes what an edit list leaves of a video for the whole of it, unless the file itself is cut off', async () => {
    const path = join(dir, 'trimmed.mp4');
    await runFfmpeg([
      '-f',
      'lavfi',
      '-i',
      'testsrc2=s=64x48:r=25:d=6',
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
      '-g',
      '10',
      '-bf',
      '0',
      '-movflags',
      '+faststart',
      path,
    ]);
    const bytes = await readFile(path);
    // The first entry: how long, in thousandths of a second.
    bytes.writeUInt32BE(2000, bytes.indexOf('elst') + 12);
    await writeFile(path, bytes);
    expect((await probed(path)).probe).toMatchObject({ frameCount: 50, notes: [] });
    await writeFile(path, bytes.subarray(0, bytes.indexOf('mdat') + Math.floor((bytes.length - bytes.indexOf('mdat')) / 6)));
    expect((await probed(path)).probe.notes[0]).toMatch(/^The file is incomplete: it has \d+ of the 150 frames in its index\.$/);
  });

  it('counts only what decodes of a video that is damaged in the middle', async () => {
    const path = join(dir, 'damaged.mp4');
    const bytes = await readFile(join(dir, 'hard-cuts.mp4'));
    const middle = Math.floor(bytes.length / 2);
    bytes.fill(0x5a, middle, middle + 60_000);
    await writeFile(path, bytes);
    const { probe } = await probed(path);
    expect(probe.frameCount).toBe((await decodeAll(path, TINY, dir)).length);
    expect(probe.frameCount).toBeLessThan(429);
    expect(probe.notes[0]).toBe(`The file is damaged: ${probe.frameCount} of its 429 frames can be decoded.`);
  });

  it('reports how many frames of a recording have parts that were lost on the way', async () => {
    const path = join(dir, 'flipped.ts');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=2', '-c:v', 'libx264', '-bf', '0', '-g', '25', path]);
    expect((await probed(path)).probe.notes).toEqual([]);
    const bytes = await readFile(path);
    const packets = bytes.length / 188;
    for (const part of [0.3, 0.5, 0.7, 0.9]) for (const at of [60, 100, 140]) bytes[Math.floor(packets * part) * 188 + at] = 0x5a;
    await writeFile(path, bytes);
    const { probe } = await probed(path);
    expect(probe.frameCount).toBe((await decodeAll(path, TINY, dir)).length);
    expect(probe.notes).toEqual([
      expect.stringMatching(
        /^The file is damaged: parts of [1-4] frames? are lost\. From there up to the next key frame, frames may look wrong\.$/,
      ),
    ]);
  });

  it('reports a recording of which a piece was lost on the way, also where the decoder does not notice', async () => {
    const path = join(dir, 'lost.ts');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=25:d=4', '-c:v', 'libx264', '-g', '25', path]);
    const bytes = await readFile(path);
    // Packets of stream 0x100 that begin a picture: whole pictures are lost, so the decoder has none that is broken.
    const begins = (at: number): boolean => bytes.readUInt16BE(at + 1) === 0x41_00;
    const pictures = Array.from({ length: bytes.length / 188 }, (_, packet) => packet * 188).filter(begins);
    expect(pictures).toHaveLength(100);
    await writeFile(path, Buffer.concat([bytes.subarray(0, pictures[40]), bytes.subarray(pictures[48])]));
    const { probe } = await probed(path);
    expect(probe.frameCount).toBe(92);
    expect(probe.notes).toEqual([expect.stringMatching(/^Data is missing in the file/)]);
  });

  it('reports progress and can be cancelled', async () => {
    const path = join(dir, 'hard-cuts.mp4');
    const fractions: number[] = [];
    await probeVideo({
      ffmpeg: testFfmpeg(),
      path,
      signal: new AbortController().signal,
      onProgress: (fraction) => fractions.push(fraction),
    });
    expect(fractions.length).toBeGreaterThan(0);
    expect(fractions.every((fraction, index) => fraction >= (fractions[index - 1] ?? 0) && fraction <= 1)).toBe(true);
    await expect(probeVideo({ ffmpeg: testFfmpeg(), path, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('probe refuses with a reason', () => {
  const cases: [string, () => Promise<string>, string, RegExp][] = [
    ['a missing file', async () => join(dir, 'gone.mp4'), 'media-missing', /“gone\.mp4” is not where it was/],
    ['an empty file', () => makeBrokenFile('empty', dir), 'media-corrupt', /is empty \(0 bytes\)/],
    ['text named .mp4', () => makeBrokenFile('text', dir), 'media-corrupt', /contains text, not a video/],
    ['audio alone', () => makeBrokenFile('audio-only', dir), 'media-corrupt', /has audio, but no video/],
    ['a folder', async () => (await mkdir(join(dir, 'folder.mp4')), join(dir, 'folder.mp4')), 'media-corrupt', /is a folder/],
    ['a video without a frame', () => makeBrokenFile('zero-frames', dir), 'media-corrupt', /not contain a single frame/],
    ['a video of noise', () => makeBrokenFile('noise', dir), 'media-corrupt', /none of its frames can be decoded/],
    ['a recording without its index', () => makeBrokenFile('no-index', dir), 'media-corrupt', /without its index \(moov\)/],
    ['random bytes', randomBytes, 'media-corrupt', /is not a video that ffmpeg supports/],
    ['a picture named .mp4', picture, 'unsupported', /is of a kind that the studio does not open/],
    ['a playlist named .mp4', playlist, 'unsupported', /is a list of other files, not a video/],
    ['a song with a cover', songWithCover, 'media-corrupt', /has audio, but no video/],
  ];
  it.each(cases)('%s', async (_, make, code, message) => {
    await expect(probed(await make())).rejects.toMatchObject({ name: 'AppError', code, message: expect.stringMatching(message) });
  });

  async function randomBytes(): Promise<string> {
    const path = join(dir, 'random.mp4');
    await writeFile(
      path,
      Uint8Array.from({ length: 20_000 }, (_byte, at) => (at * at * 2654435761) >>> 24),
    );
    return path;
  }

  async function picture(): Promise<string> {
    const png = join(dir, 'picture.png');
    await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=64x64:d=1', '-frames:v', '1', png]);
    await copyFile(png, join(dir, 'picture.mp4'));
    return join(dir, 'picture.mp4');
  }

  async function playlist(): Promise<string> {
    const path = join(dir, 'playlist.mp4');
    await writeFile(path, '#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/segment.ts\n#EXT-X-ENDLIST\n');
    return path;
  }

  async function songWithCover(): Promise<string> {
    const path = join(dir, 'song.m4a');
    const cover = ['-i', join(dir, 'picture.png'), '-map', '0', '-map', '1', '-c:v', 'png', '-disposition:v', 'attached_pic'];
    await runFfmpeg(['-f', 'lavfi', '-i', 'sine=d=1', ...cover, path]);
    return path;
  }
});

describe('fingerprint', () => {
  it('stays when a video is moved and changes with its bytes', async () => {
    const video = await makeGoldenVideo('no-audio', dir);
    const before = await fingerprint(video.path, dir);
    const moved = join(dir, 'moved.mp4');
    await copyFile(video.path, moved);
    expect(await fingerprint(moved, dir)).toBe(before);
    await appendFile(moved, 'x');
    expect(await fingerprint(moved, dir)).not.toBe(before);
    await expect(fingerprint(join(dir, 'gone.mp4'), dir)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
