import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { unreadableTransactions } from '#core/base/db/log-damage.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

/** The head of a log whose sums fit nothing, then frames that each end a transaction. */
function writeLog(pageBytes: number, pageNumbers: readonly number[]): string {
  const header = Buffer.alloc(32);
  header.writeUInt32BE(0x377f0682, 0);
  header.writeUInt32BE(pageBytes, 8);
  const frames = pageNumbers.map((pageNumber) => {
    const frame = Buffer.alloc(24 + pageBytes);
    frame.writeUInt32BE(pageNumber, 0);
    frame.writeUInt32BE(1, 4);
    return frame;
  });
  const file = path.join(temporaryFolder(), 'project.db-wal');
  writeFileSync(file, Buffer.concat([header, ...frames]));
  return file;
}

describe('a write-ahead log', () => {
  it('whose sums do not fit has unreadable transactions', () => {
    expect(unreadableTransactions(writeLog(512, [1, 2, 3]))).toBe(3);
  });

  it('ends where no page was written: it was only made longer', () => {
    expect(unreadableTransactions(writeLog(512, [1, 2, 0, 4, 5]))).toBe(2);
    expect(unreadableTransactions(writeLog(512, [0, 0, 0]))).toBe(0);
  });

  it('is none of SQLite when its pages have an odd size', () => {
    expect(unreadableTransactions(writeLog(520, [1, 2, 3]))).toBe(0);
  });
});
