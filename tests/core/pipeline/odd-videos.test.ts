import { copyFileSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobRequest } from '#shared/steps/from-steps.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { chooseVideos } from '../../../src-main/hosts/cli/choose-videos.ts';
import { damagePackets, makeBarredVideo } from '../../helpers/barred-video.ts';
import { runFfmpeg } from '../../helpers/run-ffmpeg.ts';
import { startTestCore, type TestCore } from '../../helpers/test-core.ts';

const noSteps = { steps: new Set<never>() };
const MJPEG = ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-q:v', '3'];

async function withVideos(
  make: (folder: string) => Promise<readonly string[]>,
): Promise<TestCore & { readonly files: readonly string[]; readonly added: readonly VideoId[] }> {
  const test = startTestCore();
  const { projects, videos, jobs } = test.core.services;
  const files = await make(test.dataDir);
  await projects.createIn(test.dataDir, 'Demo');
  const { added } = await videos.addFiles(files, 'ann');
  jobs.enqueueNeeded(added, 'ann', noSteps);
  await jobs.idle();
  return { ...test, files, added };
}

async function run({ core }: TestCore, request: JobRequest): Promise<Record<string, unknown> | null> {
  const { jobs } = core.services;
  const [jobId] = jobs.enqueue([request], false, 'ann');
  await jobs.idle();
  if (jobId === undefined) throw new Error('not queued');
  const { state, result, error } = jobs.get(jobId);
  expect([state, error]).toEqual(['done', null]);
  return result;
}

describe('a video of which a frame cannot be decoded', () => {
  it('is counted again by its detection, and its cut lies where the pictures change', async () => {
    const test = await withVideos(async (folder) => {
      const file = path.join(folder, 'camera.mov');
      const half = (source: string): string[] => ['-f', 'lavfi', '-i', `${source}=s=192x108:r=25:d=2`];
      await runFfmpeg([...half('testsrc2'), ...half('smptebars'), '-filter_complex', '[0:v][1:v]concat=n=2', ...MJPEG, file]);
      await damagePackets(file, [20]);
      return [file];
    });
    const { videos, shots } = test.core.services;
    const [videoId] = test.added;
    if (videoId === undefined) throw new Error('not added');
    expect(videos.get(videoId).probe?.frameCount).toBe(100);
    await run(test, { kind: 'detect', videoId, detectorId: 'adaptive' });
    expect(videos.get(videoId).probe).toMatchObject({
      frameCount: 99,
      notes: expect.arrayContaining([expect.stringContaining('counted again')]),
    });
    expect(shots.list(videoId).map(({ startFrame, endFrame }) => [startFrame, endFrame])).toEqual([
      [0, 49],
      [49, 99],
    ]);
  }, 60_000);
});

describe('a slide show of single pictures', () => {
  it('has a shot for each of them', async () => {
    const test = await withVideos(async (folder) => {
      const file = path.join(folder, 'slides.mp4');
      const slides = "hue=h='n*90':s='1+mod(n,3)',rotate='n*0.7',settb=1/1000,setpts='N*4000'";
      const options = ['-fps_mode', 'passthrough', '-enc_time_base', '1/1000', '-c:v', 'libx264', '-bf', '0', '-pix_fmt', 'yuv420p'];
      await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=320x180:r=1:d=12', '-vf', slides, ...options, file]);
      return [file];
    });
    const [videoId] = test.added;
    if (videoId === undefined) throw new Error('not added');
    await run(test, { kind: 'detect', videoId, detectorId: 'adaptive' });
    const shots = test.core.services.shots.list(videoId).map(({ startFrame, endFrame }) => [startFrame, endFrame]);
    expect(shots).toEqual(Array.from({ length: 12 }, (_, slide) => [slide, slide + 1]));
  }, 60_000);
});

describe('a video of which parts of frames are lost', () => {
  it.each(['mp4', 'mkv'])(
    'reports it once its shots were found, and so do its clips: .%s',
    async (ending) => {
      const test = await withVideos(async (folder) => {
        const files = [];
        for (const name of ['hurt', 'whole']) {
          const options = ['-c:v', 'libx264', '-preset', 'veryfast', '-g', '25', '-pix_fmt', 'yuv420p'];
          const file = path.join(folder, `${name}.${ending}`);
          await runFfmpeg(['-f', 'lavfi', '-i', 'testsrc2=s=160x90:r=25:d=4', ...options, file]);
          if (name === 'hurt') await damagePackets(file, [40, 75], { fill: 0x5a, from: 0.4 });
          files.push(file);
        }
        return files;
      });
      const { videos } = test.core.services;
      const [hurt, whole] = test.added;
      if (hurt === undefined || whole === undefined) throw new Error('not added');
      const note = expect.stringMatching(/^The file is damaged: parts of [1-4] frames? are lost\. /u);
      for (const videoId of [hurt, hurt, whole]) await run(test, { kind: 'detect', videoId, detectorId: 'adaptive' });
      expect(videos.get(hurt).probe).toMatchObject({ frameCount: 100, notes: [note] });
      expect(videos.get(whole).probe).toMatchObject({ frameCount: 100, notes: [] });
      const clips = [];
      for (const videoId of [hurt, whole]) clips.push(await run(test, { kind: 'clips', videoIds: [videoId], mode: 'exact' }));
      expect(JSON.stringify(clips[0])).toContain('are damaged: the decoder made up parts of them');
      expect(JSON.stringify(clips[1])).not.toContain('damaged');
    },
    60_000,
  );
});

describe('two videos of one name', () => {
  it('are distinguished in clips and by commands', async () => {
    const test = await withVideos(async (folder) => {
      const files = [];
      for (const [index, day] of ['day1', 'day2'].entries()) {
        mkdirSync(path.join(folder, day));
        files.push(
          await makeBarredVideo({ path: path.join(folder, day, 'clip.mov'), frameCount: 20, first: index * 1000, options: MJPEG }),
        );
      }
      return files;
    });
    const { videos } = test.core.services;
    const result = await run(test, { kind: 'clips', videoIds: [...test.added], mode: 'exact' });
    expect(result).toMatchObject({ written: 2, kept: 0 });
    expect(readdirSync(String(result?.['folder'])).sort()).toEqual(['clip-2_0_19.mp4', 'clip_0_19.mp4']);
    const [first = '', second = ''] = test.files;
    expect([await videos.findFile(first), await videos.findFile(second)]).toEqual(test.added);
    const chosen = async (word: string) => (await chooseVideos(test.core, [word])).map(({ id }) => id);
    expect(await chosen(second)).toEqual(test.added.slice(1));
    expect(await chosen('clip-2.mov')).toEqual(test.added.slice(1));
    const [copy, link] = ['copy.mov', 'link.mov'].map((name) => path.join(test.dataDir, name)) as [string, string];
    copyFileSync(second, copy);
    symlinkSync(first, link);
    expect([...(await chosen(copy)), ...(await chosen(link))]).toEqual(test.added.toReversed());
    await expect(chosen('clip.mov')).rejects.toThrow(/2 videos in this project are named clip\.mov.*by its path/);
  }, 60_000);
});
