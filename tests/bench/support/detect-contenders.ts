import { Readable } from 'node:stream';
import { z } from 'zod';
import type { FrameBatch } from '#core/media/pictures.ts';
import { testFfmpeg } from '../../helpers/media-files.ts';
import { makeGoldenVideo } from '../../helpers/golden-videos.ts';
import { FIRST_STREAM } from '#core/media/picture-stream.ts';
import { cacheDir } from './paths.ts';
import type { PeerPython } from './python.ts';
import type { Stopwatch } from './rounds.ts';
import { decodedFrames, scoreVideo, withDetector } from './studio-detectors.ts';

export const NAMES = {
  decode: 'ffmpeg, decode to null (limit)',
  adaptive: 'studio, adaptive',
  sceneDetect: 'PySceneDetect, detect-adaptive',
  transNet: 'studio, transnet-v2',
  torch: 'TransNetV2, PyTorch',
} as const;

const SceneDetectAnswer = z.object({
  version: z.string(),
  videos: z.array(z.object({ seconds: z.number(), cpuSeconds: z.number(), boundariesS: z.array(z.number()) })),
});
const TorchAnswer = z.object({
  version: z.string(),
  videos: z.array(z.object({ seconds: z.number(), cpuSeconds: z.number(), inferenceSeconds: z.number(), boundaries: z.array(z.number()) })),
});

export const runSceneDetect = (python: PeerPython, videos: readonly string[]): Promise<z.infer<typeof SceneDetectAnswer>> =>
  python.run('detect_pyscenedetect.py', videos, SceneDetectAnswer);
export const runTorch = (python: PeerPython, videos: readonly string[]): Promise<z.infer<typeof TorchAnswer>> =>
  python.run('detect_transnet.py', videos, TorchAnswer);

interface Setting {
  readonly video: string;
  readonly python: PeerPython;
  readonly threads: number;
}

/** @param note receives how long PyTorch took beside decoding, in seconds. */
export function contenders(
  { video, python, threads }: Setting,
  note: (inferenceSeconds: number) => void,
): ((watch: Stopwatch) => Promise<void>)[] {
  return [
    (watch) => watch.time(NAMES.decode, () => decodeToNull(video)),
    (watch) =>
      watch.time(NAMES.adaptive, () => withDetector('adaptive', threads, async (detector) => void (await scoreVideo(detector, video)))),
    (watch) => watch.time(NAMES.sceneDetect, async () => (await runSceneDetect(python, [video])).videos[0]),
    (watch) =>
      watch.time(NAMES.transNet, () => withDetector('transnet-v2', threads, async (detector) => void (await scoreVideo(detector, video)))),
    (watch) =>
      watch.time(NAMES.torch, async () => {
        const [answer] = (await runTorch(python, [video])).videos;
        if (answer !== undefined) note(answer.inferenceSeconds);
        return answer;
      }),
  ];
}

async function decodeToNull(video: string): Promise<void> {
  const args = ['-map', FIRST_STREAM, '-fps_mode', 'passthrough', '-f', 'null', '-'];
  const tool = await testFfmpeg().stream({ input: { path: video }, args, signal: new AbortController().signal });
  tool.stdout.resume();
  const { code, stderrTail } = await tool.exited;
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}: ${stderrTail}`);
}

/** Frames that the network alone is timed on. */
const MEMORY_FRAMES = 1500;

/** Frames a second when decoding is done already. */
export function inferenceRate(video: string, threads: number): Promise<number> {
  return withDetector('transnet-v2', threads, async (detector) => {
    const batches: FrameBatch[] = [];
    for await (const batch of decodedFrames(detector, video)) if (batch.startFrame < MEMORY_FRAMES) batches.push(batch);
    const startMs = performance.now();
    const { cut } = await detector.score(Readable.from(batches), { signal: new AbortController().signal, onScores: () => undefined });
    return (cut.length * 1000) / (performance.now() - startMs);
  });
}

/** Everybody does a short video once: what is compiled or mapped in at first use is there afterwards. */
export async function warmUp(python: PeerPython, threads: number): Promise<string[]> {
  const { path } = await makeGoldenVideo('hard-cuts', cacheDir);
  for (const id of ['adaptive', 'transnet-v2'] as const) await withDetector(id, threads, (detector) => scoreVideo(detector, path));
  return [(await runSceneDetect(python, [path])).version, (await runTorch(python, [path])).version];
}
