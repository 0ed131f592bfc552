import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findMediaFiles } from '#core/project/videos/named-files.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';

/** Which of the files each record gets, one after the other, and what people are shown. */
async function found(files: readonly string[], names: readonly string[]): Promise<{ found: (string | undefined)[]; notes: string[] }> {
  const folder = temporaryFolder();
  const notes: string[] = [];
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), '');
  }
  const media = await findMediaFiles([{ folder, isDataSet: false }], (where, reason) => notes.push(`${where}: ${reason}`));
  const places = names.map((name) => media.of(name, (reason) => notes.push(`${name}: ${reason}`)));
  return { found: places.map((place) => place && path.relative(folder, place)), notes };
}

describe('the file of a record', () => {
  it.each([
    ['by its name, in any folder', ['deep/down/a.mp4'], ['a.mp4'], ['deep/down/a.mp4']],
    ['by its name alone, where the record names a folder too', ['a.mp4', 'b.mp4'], ['train/a.mp4', 'train\\b.mp4'], ['a.mp4', 'b.mp4']],
    ['in the folder that the record names', ['train/a.mp4', 'val/a.mp4'], ['val/a.mp4', 'train/a.mp4'], ['val/a.mp4', 'train/a.mp4']],
    ['by as many folders as there are', ['train/a.mp4', 'val/a.mp4'], ['/data/set/train/a.mp4'], ['train/a.mp4']],
    ['never outside of the folder of media', ['a.mp4'], ['../b.mp4', '/etc/b.mp4'], [undefined, undefined]],
  ])('is found %s', async (_how, files, names, expected) => {
    expect(await found(files, names)).toEqual({ found: expected, notes: [] });
  });

  it('is none where several may be meant, and is reported where it lies in another folder', async () => {
    expect(
      await found(['x/a.mp4', 'y/a.mp4', 'b.mp4', 'z/c.mp4'], ['train/a.mp4', 'train/b.mp4', 'val/b.mp4', 'train/c.mp4', 'k/z/c.mp4']),
    ).toEqual({
      found: [undefined, 'b.mp4', undefined, 'z/c.mp4', undefined],
      notes: [
        'train/a.mp4: 2 files have this name, so none was used: relink the video to its file',
        'val/b.mp4: "b.mp4" was already taken for "train/b.mp4", so it was not used again: relink both videos to their files',
        'train/c.mp4: "z/c.mp4" was taken for it, the one file of this name, although it lies in another folder',
        'k/z/c.mp4: "z/c.mp4" was already taken for "train/c.mp4", so it was not used again: relink both videos to their files',
      ],
    });
  });
});
