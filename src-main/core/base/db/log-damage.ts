import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isMissing } from '../files/file-errors.ts';

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** Magic number of a log whose checksums are made of big-endian words; the little-endian one is one less. */
const MAGIC_BIG_ENDIAN = 0x377f0683;
const MAX_PAGE_BYTES = 65_536;
/** Logs of ours have a few megabytes. What lies beyond this in one from elsewhere is not looked at: it would keep everybody waiting. */
const MAX_LOG_BYTES = 256 * 1024 * 1024;

type Sums = readonly [number, number];

/**
 * Transactions in a write-ahead log that SQLite will pass over, because something before them is damaged: it reads the log up to the first
 * frame that does not fit and takes the rest for old. To be called before anything opens the database. One transaction that was cut off
 * by a crash while it was being written is no damage and is not counted.
 * @see https://sqlite.org/fileformat2.html#the_write_ahead_log
 */
export function unreadableTransactions(logFile: string): number {
  let handle: number;
  try {
    handle = openSync(logFile, 'r');
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
  try {
    return countUnreadable(handle);
  } finally {
    closeSync(handle);
  }
}

function countUnreadable(handle: number): number {
  const header = Buffer.alloc(HEADER_BYTES);
  const pageBytes = readSync(handle, header, 0, HEADER_BYTES, 0) === HEADER_BYTES ? header.readUInt32BE(8) : 0;
  if (pageBytes < 512 || pageBytes > MAX_PAGE_BYTES || (pageBytes & (pageBytes - 1)) !== 0) return 0;
  const isBigEndian = header.readUInt32BE(0) === MAGIC_BIG_ENDIAN;
  const frame = Buffer.alloc(FRAME_HEADER_BYTES + pageBytes);
  const frameCount = Math.floor((Math.min(fstatSync(handle).size, MAX_LOG_BYTES) - HEADER_BYTES) / frame.length);
  let sums: Sums = checksum(header.subarray(0, 24), [0, 0], isBigEndian);
  let isIntact = sums[0] === header.readUInt32BE(24) && sums[1] === header.readUInt32BE(28);
  let unreadable = 0;
  for (let index = 0; index < frameCount; index++) {
    readSync(handle, frame, 0, frame.length, HEADER_BYTES + index * frame.length);
    // No page has this number: the file was made longer without writing to it.
    if (frame.readUInt32BE(0) === 0) break;
    // Frames of an earlier round of the log, which was begun anew, bear other salts.
    if (frame.compare(header, 16, 24, 8, 16) !== 0) break;
    if (isIntact) {
      sums = checksum(frame.subarray(FRAME_HEADER_BYTES), checksum(frame.subarray(0, 8), sums, isBigEndian), isBigEndian);
      isIntact = sums[0] === frame.readUInt32BE(16) && sums[1] === frame.readUInt32BE(20);
    }
    const endsTransaction = frame.readUInt32BE(4) !== 0;
    if (!isIntact && endsTransaction) unreadable++;
  }
  // A single one may be what was being written when the power failed.
  return unreadable > 1 ? unreadable : 0;
}

function checksum(bytes: Buffer, [first, second]: Sums, isBigEndian: boolean): Sums {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [s0, s1] = [first, second];
  for (let at = 0; at < bytes.length; at += 8) {
    s0 = (s0 + words.getUint32(at, !isBigEndian) + s1) >>> 0;
    s1 = (s1 + words.getUint32(at + 4, !isBigEndian) + s0) >>> 0;
  }
  return [s0, s1];
}
