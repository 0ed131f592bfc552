import { parseArgs } from 'node:util';
import { probed } from '../helpers/media-files.ts';
import { benchVideo, BENCH_VIDEO_NOTE } from './support/bench-video.ts';
import { compareAccuracy } from './support/detect-accuracy.ts';
import { contenders, inferenceRate, NAMES, warmUp } from './support/detect-contenders.ts';
import { peerPython } from './support/python.ts';
import { machine, median, ratioOf, table, timeRounds, timingRow } from './support/rounds.ts';

/**
 * `npm run bench:detect [-- --video VIDEO --rounds 3 --threads 2 --skip-speed --skip-accuracy]`: finding shots in a 1080p video of five minutes, the studio's two detectors beside pure
 * decoding, PySceneDetect and TransNetV2 in PyTorch; and F1 of all four on videos whose cuts are known. Video and peers are made once,
 * under `.cache/bench`.
 */
const { values } = parseArgs({
  options: {
    video: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: String(navigator.hardwareConcurrency) },
    'skip-speed': { type: 'boolean', default: false },
    'skip-accuracy': { type: 'boolean', default: false },
  },
});
const print = (line = ''): boolean => process.stdout.write(`${line}\n`);
const log = (line: string): boolean => process.stderr.write(`${line}\n`);

const python = await peerPython(log);
if (!values['skip-speed']) await compareSpeed(Number(values.rounds), Number(values.threads));
if (!values['skip-accuracy']) print(await compareAccuracy(python, Number(values.threads)));

async function compareSpeed(rounds: number, threads: number): Promise<void> {
  const video =
    values.video === undefined ? await benchVideo(log) : { path: values.video, frameCount: (await probed(values.video)).clock.frameCount };
  print(`Video: ${values.video ?? BENCH_VIDEO_NOTE}; ${video.frameCount} frames.`);
  print(`Machine: ${machine()}; ${threads} inference thread(s).`);
  print(
    `Peers: ${(await warmUp(python, threads)).join('; ')}. Everybody did a short video beforehand; imports and the loading of the peers' weights are not counted.`,
  );
  const torchInferenceSeconds: number[] = [];
  const timings = await timeRounds(
    contenders({ video: video.path, python, threads }, (seconds) => torchInferenceSeconds.push(seconds)),
    rounds,
    log,
  );
  print();
  print(
    table(
      ['', 'seconds', 'min–max', 'CPU s', 'frames/s'],
      [...timings].map(([name, timing]) => timingRow(name, timing, video.frameCount)),
    ),
  );
  print();
  const ratio = (slow: string, fast: string): string => ratioOf(timings.get(slow), timings.get(fast));
  print(`adaptive takes ${ratio(NAMES.adaptive, NAMES.decode)} the time of decoding alone; aim: at most 1.2`);
  print(`PySceneDetect takes ${ratio(NAMES.sceneDetect, NAMES.adaptive)} the time of adaptive; aim: at least 3`);
  print(
    `PySceneDetect takes ${ratio(NAMES.sceneDetect, NAMES.decode)} the time of decoding alone: the most that could be gained without skipping frames`,
  );
  print(`PyTorch takes ${ratio(NAMES.torch, NAMES.transNet)} the time of transnet-v2, decoding included; aim: at least 1.5`);
  const [ours, theirs] = [await inferenceRate(video.path, threads), video.frameCount / median(torchInferenceSeconds)];
  print(`Frames in memory: transnet-v2 ${ours.toFixed(0)} frames/s, PyTorch ${theirs.toFixed(0)} frames/s, ${(ours / theirs).toFixed(2)}×`);
  print(
    `Medians of ${rounds} round(s) in which all ran in turn; ratios are of the same round. CPU s: processor time over all cores, which other load changes less.`,
  );
  print();
}
