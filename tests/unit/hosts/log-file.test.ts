import { existsSync, mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createFileLogger } from '../../../src-main/hosts/common/core-setup.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

const MIB = 1024 * 1024;

function logOf(bytes: number): { readonly dataDir: string; readonly log: string; readonly previous: string } {
  const dataDir = temporaryFolder();
  const folder = path.join(dataDir, 'logs');
  mkdirSync(folder);
  const log = path.join(folder, 'studio.log');
  writeFileSync(log, '{"msg":"of yesterday"}\n');
  truncateSync(log, bytes);
  return { dataDir, log, previous: path.join(folder, 'studio.previous.log') };
}

it('a log that has grown long is set aside at the next start, and no more than two are kept', () => {
  const { dataDir, log, previous } = logOf(33 * MIB);
  writeFileSync(previous, 'of the day before');
  createFileLogger(dataDir).info('of today');
  expect(statSync(previous).size).toBe(33 * MIB);
  expect(readFileSync(log, 'utf8').split('\n')).toEqual([expect.stringContaining('of today'), '']);
});

it('a log of usual length is written on', () => {
  const { dataDir, log, previous } = logOf(23);
  createFileLogger(dataDir).info('of today');
  expect(readFileSync(log, 'utf8').split('\n')).toEqual([expect.stringContaining('of yesterday'), expect.stringContaining('of today'), '']);
  expect(existsSync(previous)).toBe(false);
});
