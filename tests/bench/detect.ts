import { parseArgs } from 'node:util';
import { benchFilm, BENCH_FILM_NOTE } from './support/bench-film.ts';
import { compareAccuracy } from './support/detect-accuracy.ts';
import { contenders, NAMES, warmUp } from './support/detect-contenders.ts';
import { peerPython } from './support/python.ts';
import { machine, medianRatio, table, timeRounds, timingRow } from './support/rounds.ts';

/**
 * `npm run bench:detect [-- --rounds 3 --threads 2 --skip-speed]`: finding shots in a 1080p film of five minutes, the studio's two detectors beside pure
 * decoding, PySceneDetect and TransNetV2 in PyTorch; and F1 of all four on films whose cuts are known. Film and peers are made once,
 * under `.cache/bench`.
 */
const { values } = parseArgs({
  options: {
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
  const film = await benchFilm(log);
  print(`Film: ${(film.frameCount / film.rate / 60).toFixed(1)} min, ${film.frameCount} frames, ${BENCH_FILM_NOTE}.`);
  print(`Machine: ${machine()}; ${threads} inference thread(s).`);
  print(`Peers: ${(await warmUp(python, threads)).join('; ')}. Each did a short film beforehand to warm up; imports and the loading of weights are not counted.`);
  const timings = await timeRounds(contenders({ film: film.path, python, threads }), rounds, log);
  print();
  print(table(['', 'seconds', 'min–max', 'CPU s', 'frames/s'], [...timings].map(([name, timing]) => timingRow(name, timing, film.frameCount))));
  print();
  const ratio = (slow: string, fast: string): number => medianRatio(timings.get(slow), timings.get(fast));
  print(`adaptive takes ${ratio(NAMES.adaptive, NAMES.decode).toFixed(2)}× the time of decoding alone (aim: at most 1.2)`);
  print(`adaptive is ${ratio(NAMES.sceneDetect, NAMES.adaptive).toFixed(2)}× faster than PySceneDetect (aim: at least 3)`);
  print(`transnet-v2 is ${ratio(NAMES.torch, NAMES.transNet).toFixed(2)}× faster than PyTorch, decoding included (aim: at least 1.5)`);
  print(`transnet-v2 is ${ratio(NAMES.torchNetwork, NAMES.transNetNetwork).toFixed(2)}× faster than PyTorch on frames in memory`);
  print(`Medians of ${rounds} round(s) that ran in turn; ratios are of the same round. CPU s: processor time with everything that was started for it.`);
  print();
}
