import { closeSync, fstatSync, lstatSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { makeFolder } from '#core/base/files/make-folder.ts';
import type { ScoreChunk, ScoreCurve } from '#core/engines/shot-detector.ts';

export interface ScoreFile {
  /** Frames whose scores are in the file. */
  readonly frameCount: number;
  /** Adds a chunk; what the file has already is left out. Chunks leave no gaps. */
  append(chunk: ScoreChunk): void;
  read(): ScoreCurve;
  close(): void;
  /** Deletes the file: its scores have found their place. */
  remove(): void;
}

/** Two float32 a frame: cut score, transition score (NaN where the detector has none). */
const BYTES_PER_FRAME = 8;

/**
 * Scores of a detection that is under way. Survives the death of the process at any moment: a torn last entry is overwritten.
 * A rebuildable cache, so it is not synced to disk; after a power cut it may be shorter, never wrong.
 */
export function openScoreFile(basePath: string): ScoreFile {
  const file = `${basePath}.f32`;
  makeFolder(path.dirname(file));
  // A link in a project from elsewhere could lead to its database.
  if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false) rmSync(file, { recursive: true });
  const handle = openSync(file, 'a+');
  closeSync(handle);
  const writable = openSync(file, 'r+');
  let frameCount = Math.floor(fstatSync(writable).size / BYTES_PER_FRAME);
  let isOpen = true;

  function close(): void {
    if (isOpen) closeSync(writable);
    isOpen = false;
  }

  return {
    get frameCount() {
      return frameCount;
    },
    append({ startFrame, cut, transition }) {
      if (startFrame > frameCount) throw new Error(`Scores of frames ${frameCount} to ${startFrame - 1} are missing`);
      const known = Math.min(frameCount - startFrame, cut.length);
      const entries = new Float32Array((cut.length - known) * 2);
      for (let index = known; index < cut.length; index++) {
        entries[(index - known) * 2] = cut[index] ?? 0;
        entries[(index - known) * 2 + 1] = transition?.[index] ?? Number.NaN;
      }
      writeWhole(writable, entries, frameCount * BYTES_PER_FRAME);
      frameCount += entries.length / 2;
    },
    read() {
      const bytes = readFileSync(file);
      const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + frameCount * BYTES_PER_FRAME));
      const column = (offset: 0 | 1): Float32Array =>
        Float32Array.from({ length: frameCount }, (_, index) => values[index * 2 + offset] ?? 0);
      const transition = column(1);
      return { cut: column(0), transition: transition.some(Number.isNaN) ? null : transition };
    },
    close,
    remove() {
      close();
      rmSync(file, { force: true });
    },
  };
}

/** A disk that is almost full takes a part and says so only in the count. */
function writeWhole(handle: number, data: Float32Array, position: number): void {
  let written = 0;
  while (written < data.byteLength) written += writeSync(handle, data, written, data.byteLength - written, position + written);
}
