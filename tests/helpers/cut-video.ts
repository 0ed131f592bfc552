import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Core } from '#core/app/create-core.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import { plain } from '#shared/words/words.ts';
import { makeProbe } from './probe.ts';

const FRAMES_PER_SHOT = 25;

/** Adds a video with this many shots, as measured and cut; its file holds only its name, so no job runs on it. */
export async function addCutVideo(core: Core, folder: string, shotCount: number): Promise<VideoId> {
  const name = 'crowd.mp4';
  await writeFile(path.join(folder, name), name);
  const { videos, shots } = core.services;
  const [videoId] = (await videos.addFiles([path.join(folder, name)], 'studio')).added;
  if (videoId === undefined) throw new Error(`${name} was not added`);
  videos.setProbe(videoId, makeProbe(shotCount * FRAMES_PER_SHOT, { sizeBytes: Buffer.byteLength(name) }), null);
  const cuts = Array.from({ length: shotCount - 1 }, (_, index) => (index + 1) * FRAMES_PER_SHOT);
  shots.ensureTiled(videoId, 'studio');
  shots.replaceFromCuts(
    videoId,
    { cuts: cuts.map((frame) => ({ frame, kind: 'cut', startFrame: frame, endFrame: frame, confidence: 1 })), minDistanceFrames: 1 },
    { actor: 'studio', label: plain('Cut') },
  );
  return videoId;
}
