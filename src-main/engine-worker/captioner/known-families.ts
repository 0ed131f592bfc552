import type { CaptionerFamily } from './families/family.ts';
import { florence2 } from './families/florence2.ts';
import { idefics3 } from './families/idefics3.ts';
import { lfm2Vl } from './families/lfm2-vl.ts';
import { llava, llavaQwen, moondream } from './families/llava.ts';
import { qwenVl } from './families/qwen-vl.ts';

/** Every family of captioners that runs in the engine worker. A new one is a file and a line here. */
export const CAPTIONER_FAMILIES: readonly CaptionerFamily[] = [llava, llavaQwen, moondream, idefics3, lfm2Vl, qwenVl, florence2];

export function familyOf(modelType: string): CaptionerFamily | undefined {
  return CAPTIONER_FAMILIES.find((family) => family.modelTypes.includes(modelType));
}
