import { parentPort, workerData } from 'node:worker_threads';
import { createRandom } from '../../bench/support/chance.ts';
import { mutate } from './mutate.ts';
import { faultOf, parserTargets } from './parser-targets.ts';

/** Runs cases in a thread of its own, so that one which never ends can be stopped; tells which it is at before each. */
const { seed, from, to, at } = workerData as { seed: number; from: number; to: number; at: SharedArrayBuffer };
const place = new Int32Array(at);

for (let number = from; number < to; number++) {
  Atomics.store(place, 0, number);
  const target = parserTargets[number % parserTargets.length];
  if (target === undefined) break;
  const random = createRandom(seed * 1_000_003 + number);
  const bytes = mutate(target.samples, random);
  const startedMs = performance.now();
  let outcome: 'used' | 'empty' | 'refused' | 'fault' = 'refused';
  let fault: string | null = null;
  try {
    outcome = (await target.read(bytes, random)) ? 'used' : 'empty';
  } catch (error) {
    fault = faultOf(error);
    if (fault !== null) outcome = 'fault';
  }
  parentPort?.postMessage({ number, target: target.name, outcome, fault, ms: performance.now() - startedMs });
}
Atomics.store(place, 0, to);
