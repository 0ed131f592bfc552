import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { errorCode } from '#core/base/files/error-code.ts';
import { isDatabaseFile } from '#core/base/files/project-files.ts';
import { safeName, targetInside } from '#core/base/files/safe-name.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import type { ClipRange } from './clip-range.ts';

/** `exact`: re-encoded, these frames and no others. `copy`: as stored, cut at key frames, quick. */
export type ClipMode = 'exact' | 'copy';

/** Stands at the beginning of the comment that each clip carries. */
const MARK = 'shotluck-clip:';
const TAG_LENGTH = 6;

/**
 * `<clip>_<start>_<end>.mp4`, both frames inclusive, as Shot2Story names them. Copies, which hold more than that, are marked:
 * `<clip>_<start>_<end>.copy.mp4`. `tag` distinguishes a clip from that of another video, which has the name already: `<clip>_<start>_<end>-1a2b3c.mp4`.
 */
export function clipFileName(clipBaseName: string, { startFrame, endFrame }: ClipRange, mode: ClipMode, tag: string | null = null): string {
  return safeName(clipBaseName, {
    suffix: `_${startFrame}_${endFrame - 1}${tag === null ? '' : `-${tag}`}${mode === 'copy' ? '.copy' : ''}.mp4`,
    keepsDash: true,
  });
}

/** Of a name with a tag, the one without; null for any other. */
export function untaggedClipName(file: string): string | null {
  const untagged = file.replace(new RegExp(String.raw`(_\d+_\d+)-[0-9a-f]{${TAG_LENGTH}}((?:\.copy)?\.mp4)$`, 'u'), '$1$2');
  return untagged === file ? null : untagged;
}

export interface ClipOrigin {
  /** Identifies the file that clips are cut from, by its content. */
  readonly sourceId: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly range: ClipRange;
  readonly mode: ClipMode;
}

/** Written into a clip as its comment, so that it is known again whatever it is called. */
export function clipMark({ sourceId, startUs, endUs, range, mode }: ClipOrigin): string {
  return (
    MARK +
    createHash('sha256')
      .update(JSON.stringify([sourceId, range.startFrame, range.endFrame, startUs, endUs, mode]))
      .digest('hex')
      .slice(0, 32)
  );
}

export interface ClipPlace {
  /** Name without folder. */
  readonly file: string;
  readonly target: string;
  /** The very clip lies there, as it was written. */
  readonly isWritten: boolean;
  /** The very clip lies there, but no longer as it was written: it is to be replaced. */
  readonly isDamaged: boolean;
  readonly notes: readonly string[];
}

interface WantedClip {
  readonly outDir: string;
  readonly clipBaseName: string;
  readonly range: ClipRange;
  readonly mode: ClipMode;
  readonly mark: string;
  /** Whether a clip that is whole by its look is still as it was written, where somebody remembers that. */
  readonly isStill?: ((file: string, target: string) => Promise<boolean>) | undefined;
}

/**
 * Where a clip lies or is to be written: under its name, or, where something else has that, under one with a tag.
 * @throws AppError `invalid-input` when both names are taken
 */
export async function placeOf({ outDir, clipBaseName, range, mode, mark, isStill }: WantedClip): Promise<ClipPlace> {
  const plain = clipFileName(clipBaseName, range, mode);
  const tagged = clipFileName(clipBaseName, range, mode, mark.slice(MARK.length, MARK.length + TAG_LENGTH));
  for (const file of [plain, tagged]) {
    const target = await targetInside(outDir, file);
    const found = await findClip(target);
    if (found !== null && found.mark !== mark) continue;
    const notes = file === plain ? [] : [`“${plain}” is there already and is no clip of this video, so it has this name.`];
    const isWritten = found !== null && found.isWhole && ((await isStill?.(file, target)) ?? true);
    return { file, target, isWritten, isDamaged: found !== null && !isWritten, notes };
  }
  throw new AppError('invalid-input', words('media.namesTaken', { plain, tagged }));
}

/** Much more than the index of a clip takes. */
const MAX_INDEX_BYTES = 32 * 1024 * 1024;

interface FoundClip {
  /** Empty for a file that is no clip of ours. */
  readonly mark: string;
  /** It ends where its parts say that it does: nothing of it was cut off. */
  readonly isWhole: boolean;
}

const NO_CLIP: FoundClip = { mark: '', isWhole: false };

/** What lies there; null when nothing does. */
async function findClip(target: string): Promise<FoundClip | null> {
  try {
    const found = await stat(target);
    if (!found.isFile() || (await isDatabaseFile(target))) return NO_CLIP;
    const { index, endsAt } = await readIndex(target);
    const mark = new RegExp(String.raw`${MARK}[0-9a-f]{32}`, 'u').exec(index.toString('latin1'))?.[0];
    return mark === undefined ? NO_CLIP : { mark, isWhole: endsAt === found.size };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** More parts than a clip of ours has by far. */
const MAX_BOXES = 64;

/** The box `moov` of an MP4, empty when there is none; and where the last of its boxes ends, in bytes. */
async function readIndex(target: string): Promise<{ readonly index: Buffer; readonly endsAt: number }> {
  const file = await open(target, 'r');
  try {
    const head = Buffer.alloc(16);
    let index = Buffer.alloc(0);
    let at = 0;
    for (let boxes = 0; boxes < MAX_BOXES; boxes++) {
      const { bytesRead } = await file.read(head, 0, head.length, at);
      const size = bytesRead < 8 ? 0 : sizeOfBox(head);
      if (size < 8) break;
      if (head.toString('latin1', 4, 8) === 'moov') {
        const length = Math.min(size, MAX_INDEX_BYTES);
        index = (await file.read(Buffer.alloc(length), 0, length, at)).buffer;
      }
      at += size;
    }
    return { index, endsAt: at };
  } finally {
    await file.close();
  }
}

/** Those above 4 GiB say their size behind their name. */
function sizeOfBox(head: Buffer): number {
  const size = head.readUInt32BE(0);
  return size === 1 ? Number(head.readBigUInt64BE(8)) : size;
}
