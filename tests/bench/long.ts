import { parseArgs } from 'node:util';
import { longVideo } from './support/long-video.ts';
import { longSpeech } from './support/long-speech.ts';
import { machine } from './support/rounds.ts';
import { printMemory, watchRun } from './support/watched-run.ts';

/**
 * `npm run bench:long [-- --hours 2 --parts adaptive,transnet-v2,speech]`: memory of the core and of the engine worker while the command line goes
 * through a video of two hours. `adaptive` at 25 frames a second with captions and all else that `shotluck run` does; `transnet-v2` at 5 frames a
 * second, for the network alone would take an hour of 25; `speech` with a still picture, whose audio is read, searched for voices and written down.
 */
const { values } = parseArgs({
  options: { hours: { type: 'string', default: '2' }, parts: { type: 'string', default: 'adaptive,transnet-v2,speech' } },
});
const print = (line = ''): boolean => process.stdout.write(`${line}\n`);

const VIDEO_RATES = { adaptive: 25, 'transnet-v2': 5 } as const;
const LIMIT_BYTES = 1e9;

const parts: Readonly<Record<string, (hours: number) => Promise<number>>> = {
  adaptive: (hours) => shots('adaptive', hours),
  'transnet-v2': (hours) => shots('transnet-v2', hours),
  speech,
};

async function shots(detector: keyof typeof VIDEO_RATES, hours: number): Promise<number> {
  const rate = VIDEO_RATES[detector];
  const video = await longVideo(hours, rate);
  const run = await watchRun(video.path, ['--detector', detector, '--frames', '2']);
  print();
  print(
    `${detector}: ${video.hours.toFixed(1)} h of 320×180 at ${rate} fps, ${video.frameCount} frames, about ${video.shotCount} shots, 2 frames a caption; a reel of two minutes repeated by stream copy.`,
  );
  return printMemory(run, print);
}

async function speech(hours: number): Promise<number> {
  const video = await longSpeech(hours);
  const run = await watchRun(video.path, ['--detector', 'adaptive', '--no-screen-text', '--no-summary']);
  print();
  print(
    `speech: ${video.hours.toFixed(1)} h of audio over a still picture, ${video.spokenMinutes.toFixed(0)} min of them the narrator of the sample video, the rest silence; a reel of ten minutes repeated by stream copy.`,
  );
  return printMemory(run, print);
}

if (process.platform !== 'linux') throw new Error('Memory of other processes is read from /proc: this command needs Linux.');
print(`Machine: ${machine()}.`);
for (const name of values.parts.split(',')) {
  const part = parts[name];
  if (part === undefined) throw new Error(`There is no part ${name}: ${Object.keys(parts).join(', ')}`);
  if ((await part(Number(values.hours))) >= LIMIT_BYTES) process.exitCode = 1;
}
