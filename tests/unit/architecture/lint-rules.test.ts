import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../helpers/test-core.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const oxlint = path.join(root, 'node_modules/oxlint/bin/oxlint');

/** By the file that it would stand in. */
const REFUSED: readonly (readonly [file: string, specifier: string])[] = [
  ['src-main/core/base/a.ts', '#core/project/videos/video-files.ts'],
  ['src-main/core/base/b.ts', '../../core/steps/step-room.ts'],
  ['src-main/core/jobs/a.ts', 'onnxruntime-node'],
  ['src-main/core/steps/a.ts', 'node:module'],
  ['src-main/core/steps/b.ts', '../../hosts/common/data-dir.ts'],
  ['src-main/engine-worker/a.ts', '../core/steps/rooms.ts'],
  ['src-main/engine-worker/b.ts', 'electron'],
  ['src-main/hosts/cli/a.ts', 'onnxruntime-node'],
  ['src-main/hosts/cli/b.ts', '../electron/main.ts'],
  ['src-main/hosts/serve/a.ts', 'electron/main'],
  ['src-main/hosts/common/a.ts', 'electron'],
  ['src-main/hosts/electron/a.ts', '@huggingface/transformers'],
  ['src-main/shared/a.ts', 'sharp'],
  ['src-main/shared/b.ts', '../core/base/turns.ts'],
  ['src-preload/a.ts', 'better-sqlite3'],
  ['src-preload/b.ts', '../src-main/core/base/leash.ts'],
  ['src-renderer/a.ts', '@huggingface/transformers'],
  ['src-renderer/b.ts', 'fs'],
  ['src-renderer/c.ts', '../src-main/core/base/turns.ts'],
];
const ALLOWED: readonly (readonly [file: string, specifier: string])[] = [
  ['src-main/core/steps/c.ts', '#core/base/turns.ts'],
  ['src-main/core/base/c.ts', 'better-sqlite3'],
  ['src-main/engine-worker/c.ts', 'onnxruntime-node'],
  ['src-main/hosts/electron/b.ts', 'electron'],
  ['src-main/hosts/cli/c.ts', '../common/data-dir.ts'],
  ['src-main/shared/c.ts', 'zod'],
  ['src-preload/c.ts', 'electron'],
  ['src-renderer/d.ts', '@mantine/core/styles.css'],
];

it('lint refuses what a storey or a process cannot have, types included, and nothing else', () => {
  const folder = temporaryFolder();
  // Types are not asked about, for there are none here.
  writeFileSync(
    path.join(folder, '.oxlintrc.json'),
    readFileSync(path.join(root, '.oxlintrc.json'), 'utf8').replace('"typeAware": true', ''),
  );
  for (const [file, specifier] of [...REFUSED, ...ALLOWED]) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), `import type { Thing } from '${specifier}';\nexport type Other = Thing;\n`);
  }
  let output = '';
  try {
    execFileSync(process.execPath, [oxlint, '--format', 'json'], { cwd: folder, encoding: 'utf8' });
  } catch (error) {
    output = String((error as { stdout: string }).stdout);
  }
  const { diagnostics } = JSON.parse(output) as { diagnostics: readonly { code: string; filename: string }[] };
  const refused = diagnostics.filter(({ code }) => code.includes('no-restricted-imports')).map(({ filename }) => filename);
  expect(refused.sort()).toEqual(REFUSED.map(([file]) => file).sort());
});
