import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import { probed } from '../helpers/media-files.ts';
import { makeMediaKind, MEDIA_KINDS, type MediaKind } from '../helpers/media-kinds.ts';

/**
 * `npm run -s kinds`: makes a second of each kind of file that the tests know, opens it, and writes what came of it into the table of
 * `docs/media-files.md`.
 */
const BEGIN = '<!-- kinds: made by `npm run -s kinds` -->\n';
const END = '<!-- end of kinds -->';
const document = path.resolve(import.meta.dirname, '../../docs/media-files.md');

async function lineOf(kind: MediaKind, folder: string): Promise<string> {
  const file = await makeMediaKind(kind, folder);
  if (file === null) return `| \`${kind.name}\` | ${kind.what ?? ''} | not tried: this ffmpeg cannot make it | |`;
  try {
    const { probe } = await probed(file);
    const size = `${probe.displayWidth}×${probe.displayHeight}${probe.rotation === 0 ? '' : `, turned by ${probe.rotation}°`}`;
    const rate = probe.isVariableRate ? 'variable' : `${Number((probe.rate.num / probe.rate.den).toFixed(3))}/s`;
    const differs = probe.frameCount === kind.truth.frameCount ? '' : ` (of ${kind.truth.frameCount})`;
    return `| \`${kind.name}\` | ${kind.what ?? ''} | ${probe.container}, ${probe.videoCodec}, ${probe.pixelFormat}, ${size} | ${probe.frameCount} frames${differs}, ${rate} |`;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return `| \`${kind.name}\` | ${kind.what ?? ''} | refused: ${error.message} | |`;
  }
}

const folder = await mkdtemp(path.join(tmpdir(), 'shotluck-kinds-'));
try {
  const lines = ['| file | special | opened as | counted |', '| --- | --- | --- | --- |'];
  for (const kind of MEDIA_KINDS) lines.push(await lineOf(kind, folder));
  const text = readFileSync(document, 'utf8');
  const [before = '', rest = ''] = text.split(BEGIN);
  const [, behind = ''] = rest.split(END);
  writeFileSync(document, `${before}${BEGIN}${lines.join('\n')}\n${END}${behind}`);
  process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  await rm(folder, { recursive: true });
}
