import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openTransNetNetwork } from '#engine-worker/transnet-v2/transnet-network.ts';

const MODEL_DIR = join(import.meta.dirname, '../../models/transnet-v2');
const MODEL = join(MODEL_DIR, 'transnet-v2.onnx');
const TOLERANCE = 1e-3;
const FRAMES = 100;
const HEIGHT = 27;
const WIDTH = 48;

const Logits = z.array(z.number()).length(FRAMES);
const Parity = z.object({
  cases: z.array(z.object({ input: z.enum(['noise', 'moving']), inputSha256: z.string(), singleFrame: Logits, allFrames: Logits })),
});

/** Inputs made alike by models/transnet-v2/convert/convert.py, where PyTorch gave its logits. */
const inputs = { noise, moving };

function noise(): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: FRAMES * HEIGHT * WIDTH * 3 }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

function moving(): Uint8Array {
  return Uint8Array.from({ length: FRAMES * HEIGHT * WIDTH * 3 }, (_, index) => {
    const channel = index % 3;
    const x = Math.floor(index / 3) % WIDTH;
    const y = Math.floor(index / (3 * WIDTH)) % HEIGHT;
    const frame = Math.floor(index / (3 * WIDTH * HEIGHT));
    const weight = Math.min(13, Math.max(0, frame - 59));
    const first = (x * 5 + y * 3 + frame * 2 + channel * 40) % 200;
    const second = (x * 2 + y * 9 + frame + channel * 90) % 256;
    const third = (y * 7 + frame * 3 + Math.floor(x / 8) * 25 + channel * 15) % 180;
    return frame < 35 ? first : Math.floor((second * (13 - weight) + third * weight) / 13);
  });
}

const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

function largestDifference(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found).toHaveLength(expected.length);
  return Math.max(...expected.map((value, index) => Math.abs(value - (found[index] ?? Number.NaN))));
}

describe('TransNet V2 as ONNX', async () => {
  const { cases } = Parity.parse(JSON.parse(await readFile(join(MODEL_DIR, 'parity.json'), 'utf8')));

  it.each(cases)('gives the logits of PyTorch for the input “$input”', async ({ input, inputSha256, singleFrame, allFrames }) => {
    const frames = inputs[input]();
    expect(createHash('sha256').update(frames).digest('hex')).toBe(inputSha256);
    const session = await InferenceSession.create(MODEL, { executionProviders: ['cpu'] });
    const { single_frame: single, all_frames: all } = await session.run({
      frames: new Tensor('uint8', frames, [1, FRAMES, HEIGHT, WIDTH, 3]),
    });
    expect(largestDifference((single?.data ?? []) as Float32Array, singleFrame)).toBeLessThan(TOLERANCE);
    expect(largestDifference((all?.data ?? []) as Float32Array, allFrames)).toBeLessThan(TOLERANCE);
    await session.release();
  });

  it('gives a frame in the middle of a long window what it has in the middle of a published one', async () => {
    const network = await openTransNetNetwork({ modelId: 'transnet-v2', modelPath: MODEL, threads: 1, device: 'cpu' });
    const published = await network.scoreWindow(moving());
    // Other frames follow: for the middle one only what is further away than the network reaches differs.
    const long = await network.scoreWindow(Uint8Array.from([...moving(), ...noise()]));
    expect(long.cut).toHaveLength(2 * FRAMES);
    expect(Math.abs((long.cut[50] ?? 0) - (published.cut[50] ?? 1))).toBeLessThan(TOLERANCE);
    await network.dispose();
  });

  it('gives probabilities to the detector, on the device that it names', async () => {
    const network = await openTransNetNetwork({ modelId: 'transnet-v2', modelPath: MODEL, threads: 1, device: 'cpu' });
    expect([network.device, network.notes]).toEqual(['cpu', []]);
    for (const { input, singleFrame, allFrames } of cases) {
      const { cut, transition } = await network.scoreWindow(inputs[input]());
      expect(largestDifference(cut, singleFrame.map(sigmoid))).toBeLessThan(TOLERANCE);
      expect(largestDifference(transition, allFrames.map(sigmoid))).toBeLessThan(TOLERANCE);
    }
    await network.dispose();
  });

  it('says what is wrong with a network that is missing or damaged', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'shotluck-network-'));
    const damaged = join(dir, 'transnet-v2.onnx');
    await writeFile(damaged, 'This is no network.');
    const open = (modelPath: string) => openTransNetNetwork({ modelId: 'transnet-v2', modelPath, threads: 1, device: 'cpu' });
    await expect(open(join(dir, 'nothing.onnx'))).rejects.toMatchObject({ code: 'model-missing' });
    await expect(open(damaged)).rejects.toMatchObject({ code: 'model-broken' });
    await rm(dir, { recursive: true });
  });
});
