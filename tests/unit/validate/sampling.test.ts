import { expect, it } from 'vitest';
import {
  type ClipFacts,
  diffusionPipeFrames,
  internVlFrames,
  llamaFactoryFrames,
  llavaNextFrames,
  ltxFrames,
  musubiFrames,
  qwenFinetuneFrames,
  qwenUtilsFrames,
  smolVlmFrames,
  type TakenFrames,
} from '#core/exchange/validate/sampling.ts';

const list = ({ count, at }: TakenFrames): number[] => Array.from({ length: count }, (_, index) => at(index));
const clip = (frameCount: number, framesPerSecond: number): ClipFacts => ({ frameCount, framesPerSecond });
const runOf = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index);

/** What the trainers' own lines gave, run with NumPy 2.4 on clips of this many frames at this rate. */
it.each([
  ['Qwen3-VL', qwenFinetuneFrames(clip(100, 25)), [0, 14, 28, 42, 57, 71, 85, 99]],
  ['Qwen3-VL, a second', qwenFinetuneFrames(clip(25, 25)), [0, 8, 16, 24]],
  ['Qwen3-VL, three frames', qwenFinetuneFrames(clip(3, 25)), [0, 1, 2]],
  ['Qwen3-VL, one frame', qwenFinetuneFrames(clip(1, 25)), []],
  ['LLaMA-Factory', llamaFactoryFrames(clip(60, 25)), [0, 19, 39, 59]],
  ['LLaMA-Factory, an odd number', llamaFactoryFrames(clip(40, 25)), [0, 19, 39, 39]],
  ['LLaMA-Factory, below a second', llamaFactoryFrames(clip(20, 25)), [0, 0]],
  ['qwen-vl-utils', qwenUtilsFrames(clip(75, 25)), [0, 15, 30, 44, 59, 74]],
  ['qwen-vl-utils, three frames', qwenUtilsFrames(clip(3, 25)), [0, 2]],
  ['qwen-vl-utils, one frame', qwenUtilsFrames(clip(1, 25)), []],
  ['LLaVA-NeXT', llavaNextFrames(clip(75, 29.97)), [0, 30, 60]],
  ['SmolVLM2', smolVlmFrames(clip(60, 25)), [0, 59]],
  ['InternVL', internVlFrames(clip(16, 25)), [0, 2, 4, 6, 8, 10, 12, 14]],
  ['InternVL, two frames', internVlFrames(clip(2, 25)), [0, 1, 1, 1, 1, 1, 1, 1]],
  ['musubi-tuner', musubiFrames(clip(20, 24), 16, 81), [0, 2, 3, 5, 7, 8, 9, 11, 12, 14, 16, 17, 19]],
  ['musubi-tuner, long', musubiFrames(clip(600, 16), 16, 81), runOf(0, 81)],
  ['diffusion-pipe, too short', diffusionPipeFrames(clip(40, 25), 16, 33), []],
  ['LTX', ltxFrames(clip(60, 25), 49), runOf(0, 49)],
  ['LTX, too short', ltxFrames(clip(48, 25), 49), []],
])('%s takes just its frames', (_name, taken, frames) => {
  expect(list(taken)).toEqual(frames);
});

it('a trainer asks for no frame that the clip does not have, however odd its rate', () => {
  const rates = [0.001, 1, 7.5, 23.976, 25, 59.94, 1000, 90_000];
  const rules = [
    qwenFinetuneFrames,
    llamaFactoryFrames,
    qwenUtilsFrames,
    llavaNextFrames,
    internVlFrames,
    smolVlmFrames,
    (given: ClipFacts) => musubiFrames(given, 16, 81),
    (given: ClipFacts) => diffusionPipeFrames(given, 16, 33),
    (given: ClipFacts) => ltxFrames(given, 49),
  ];
  for (const rate of rates)
    for (const frames of [0, 1, 2, 3, 49, 1000, 1_000_000])
      for (const rule of rules) {
        const { count, at } = rule(clip(frames, rate));
        const wrong = [0, Math.floor(count / 2), count - 1]
          .filter((index) => index >= 0 && index < count)
          .map(at)
          .filter((frame) => frame < 0 || frame >= frames);
        expect({ rule: rule.name, frames, rate, wrong }).toEqual({ rule: rule.name, frames, rate, wrong: [] });
      }
});
