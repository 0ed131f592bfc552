import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { pinnedVersion } from '../../../src-main/setup/llama-cpp.mjs';

const requirements = readFileSync(path.resolve(import.meta.dirname, '../../servers/support/requirements.txt'), 'utf8');

it('takes the version of llama.cpp that is pinned by its hashes', () => {
  expect(pinnedVersion(requirements)).toMatch(/^\d{4}\.\d+\.\d+$/u);
  expect(requirements.match(/--hash=sha256:[0-9a-f]{64}\b/gu)).toHaveLength(4);
});

it('says what to do when nothing is pinned', () => {
  expect(() => pinnedVersion('# nothing here')).toThrow(/pins no version of xllamacpp\. Restore the file/u);
});
