import { type CaptionerFolder, readCaptionerFolder } from '#core/models/folders/captioner-folder.ts';
import type { FamilyId } from '#core/models/folders/captioner-families.ts';
import type { CaptionerFamily } from './families/family.ts';
import { florence2 } from './families/florence2.ts';
import { idefics3 } from './families/idefics3.ts';
import { lfm2Vl } from './families/lfm2-vl.ts';
import { llava, llavaQwen, moondream } from './families/llava.ts';
import { qwenVl } from './families/qwen-vl.ts';

/** How each family runs. */
export const CAPTIONER_FAMILIES: Readonly<Record<FamilyId, CaptionerFamily>> = {
  llava,
  llavaQwen,
  moondream,
  idefics3,
  lfm2Vl,
  qwenVl,
  florence2,
};

/** A captioner's folder with what runs its family. */
export interface RunnableFolder extends CaptionerFolder {
  readonly family: CaptionerFamily;
}

/** @throws AppError as `readCaptionerFolder` */
export async function readRunnableFolder(folder: string): Promise<RunnableFolder> {
  const read = await readCaptionerFolder(folder);
  return { ...read, family: CAPTIONER_FAMILIES[read.familyId] };
}
