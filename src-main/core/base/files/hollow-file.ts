import { closeSync, openSync, readSync } from 'node:fs';

/** Compressing file systems store texts in a few times less than their length, not in so much less. */
const MAX_SPARSENESS = 64;
const SMALL_BYTES = 64 * 1024 ** 2;
/** The unit of `blocks` of stat, whatever the file system's own is. */
const BLOCK_BYTES = 512;
const HEAD_BYTES = 16;

interface StoredSize {
  readonly size: number;
  readonly blocks: number;
}

/**
 * Whether an ordinary file is long with almost nothing stored in it: it can say that it is as long as any disk, and reading or copying it
 * would take as long. For files whose kinds never begin with zeros.
 */
export function isHollow(file: string, { size, blocks }: StoredSize): boolean {
  if (size <= SMALL_BYTES) return false;
  // One that is nothing but a hole takes no blocks; but some file systems never say how many they store.
  return blocks === 0 ? beginsWithZeros(file) : size > blocks * BLOCK_BYTES * MAX_SPARSENESS;
}

function beginsWithZeros(file: string): boolean {
  const handle = openSync(file, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES, 1);
    readSync(handle, head, 0, HEAD_BYTES, 0);
    return head.every((byte) => byte === 0);
  } finally {
    closeSync(handle);
  }
}
