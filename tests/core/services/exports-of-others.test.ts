import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findExporter } from '#core/exchange/formats/registry.ts';
import { type ExportRequest, writeExport } from '#core/exchange/exports/write-export.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

/** As a kill does it: nothing happens any more from the moment that a file is to get this name. */
async function killedBefore(name: string, work: () => Promise<unknown>): Promise<void> {
  const { link, rename } = files;
  const unless =
    (move: typeof rename): typeof rename =>
    (from, to) =>
      path.basename(String(to)) === name ? Promise.reject(new Error('killed')) : move(from, to);
  Object.assign(files, { link: unless(link), rename: unless(rename) });
  syncBuiltinESMExports();
  try {
    await expect(work()).rejects.toThrow('killed');
  } finally {
    Object.assign(files, { link, rename });
    syncBuiltinESMExports();
  }
}

/** An export of two files, with what happens while it is written. */
function exportOf(text: string, meanwhile: () => void = () => undefined): ExportRequest {
  return {
    exporter: {
      ...findExporter('srt'),
      async *write() {
        yield { file: 'a.srt', text };
        await Promise.resolve();
        yield { file: 'b.srt', text };
        meanwhile();
      },
    },
    options: {},
    documents: async function* () {},
    studioVersion: '1',
    nowMs: 0,
    signal: new AbortController().signal,
    clipOf: () => ({ file: 'x.mp4', mode: null }),
    onVideo: () => undefined,
  };
}

const MANIFEST = { manifestName: 'srt.manifest.json' };
const conflict = { code: 'conflict', message: expect.stringContaining('Nothing was overwritten') };

describe('a file that somebody puts in the place of an export while it is written', () => {
  it.each(['a.srt', 'b.srt', 'srt.manifest.json'])('stays: %s', async (name) => {
    const folder = temporaryFolder();
    const own = path.join(folder, name);
    await expect(
      writeExport(
        exportOf('1', () => writeFileSync(own, 'mine')),
        { folder, ...MANIFEST },
      ),
    ).rejects.toMatchObject(conflict);
    expect(readdirSync(folder)).toEqual([name]);
    expect(readFileSync(own, 'utf8')).toBe('mine');
  });

  it('stays also where it is an earlier export that was corrected by hand', async () => {
    const folder = temporaryFolder();
    await writeExport(exportOf('1'), { folder, ...MANIFEST });
    const own = path.join(folder, 'b.srt');
    await expect(
      writeExport(
        exportOf('2', () => writeFileSync(own, 'mine')),
        { folder, ...MANIFEST },
      ),
    ).rejects.toMatchObject(conflict);
    expect(readFileSync(own, 'utf8')).toBe('mine');
    expect(readFileSync(path.join(folder, 'a.srt'), 'utf8')).toBe('1');
  });
});

describe('an export that was killed while its files got their names', () => {
  it.each(['a.srt', 'b.srt', 'srt.manifest.json'])('can be made again, the first one and one that replaces: before %s', async (name) => {
    const folder = temporaryFolder();
    for (const text of ['1', '2', '3', '4']) {
      for (const attempt of ['x', 'y']) await killedBefore(name, () => writeExport(exportOf(`${text}${attempt}`), { folder, ...MANIFEST }));
      if (text === '2') continue;
      await writeExport(exportOf(text), { folder, ...MANIFEST });
      expect(readdirSync(folder).sort()).toEqual(['a.srt', 'b.srt', 'srt.manifest.json']);
      expect(readFileSync(path.join(folder, 'b.srt'), 'utf8')).toBe(text);
    }
  });
});
