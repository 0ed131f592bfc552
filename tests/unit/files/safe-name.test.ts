import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFreeNames, freeNumber } from '#core/base/files/free-names.ts';
import { fileInside, isFileName, safeFileName, safeName, targetInside } from '#core/base/files/safe-name.ts';
import { fileBases, fileNames } from '#core/project/videos/file-bases.ts';
import { VideoId } from '#shared/domain/ids.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { expectWithin } from '../../helpers/longest-turn.ts';

const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.stringMatching(/^[./\\: a-zA-Z0-9~-]{0,40}$/u),
  fc.constantFrom('..', 'CON', 'aux.mp4', '../../x', '.', '', ' . ', '-rf'),
);

describe('safe names', () => {
  it('are left as they are when nothing is wrong with them', () => {
    for (const name of ['holiday', 'LEwayCpIk20.78', 'Möwen & Meer (2)', '日本の旅', 'a.b.c', 'connection', 'it’s'])
      expect(safeName(name)).toBe(name);
    expect(safeName('-LEway.78', { suffix: '_0_39.mp4', keepsDash: true })).toBe('-LEway.78_0_39.mp4');
  });

  it('lead nowhere, and hold nothing that a file system refuses', () => {
    expect(safeName('../../x')).toBe('_.._x');
    expect(safeName('/etc/passwd')).toBe('_etc_passwd');
    expect(safeName('C:\\Users\\me')).toBe('C__Users_me');
    expect(safeName('con', { suffix: '.srt' })).toBe('_con.srt');
    expect(safeName('.hidden')).toBe('hidden');
    expect(safeName('--help')).toBe('help');
    expect(safeName('a\nb\u202Egpj')).toBe('a_b_gpj');
    expect(safeName('..')).toBe('untitled');
    expect(safeName('end. ')).toBe('end');
    expect(safeName('', { fallback: 'upload' })).toBe('upload');
  });

  it('are counted in bytes, whole characters, and stay apart from each other when they are shortened', () => {
    const [one, two] = ['é'.repeat(300), `${'é'.repeat(299)}e`].map((name) => safeName(name, { suffix: '_0_39.mp4' }));
    for (const name of [one, two]) {
      expect(Buffer.byteLength(name ?? '')).toBeLessThanOrEqual(255);
      expect(name).toMatch(/^é+~[0-9a-f]{8}_0_39\.mp4$/u);
    }
    expect(one).not.toBe(two);
    expect(Buffer.byteLength(safeFileName(`${'日'.repeat(200)}.mp4`))).toBeLessThanOrEqual(255);
    expect(safeFileName(`${'日'.repeat(200)}.mp4`)).toMatch(/\.mp4$/u);
    expect(safeFileName('C:\\fakepath\\walk.MOV')).toBe('walk.MOV');
  });

  it('are safe for whatever anybody writes, and safe names of theirs stay the same', () => {
    fc.assert(
      fc.property(words, fc.constantFrom('', '.srt', '_12_345.copy.mp4'), (name, suffix) => {
        const safe = safeName(name, { suffix });
        expect(isFileName(safe)).toBe(true);
        expect(safe).not.toMatch(/^[.-]/u);
        expect(safe.isWellFormed()).toBe(true);
        expect(safe.endsWith(suffix)).toBe(true);
        expect(isFileName(safeFileName(name))).toBe(true);
        expect(safeName(safeName(name))).toBe(safeName(name));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('names of the files that are made of videos', () => {
  const basesOf = (...names: string[]): string[] =>
    [...fileBases(names.map((name, index) => ({ id: VideoId.parse(`v${index}`), name }))).entries()]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([, base]) => base);

  it('differ for videos of one name, whatever case they are written in', () => {
    expect(basesOf('holiday.mp4', 'Holiday.mov', 'holiday-2.mp4', 'holiday.avi')).toEqual([
      'holiday',
      'Holiday-2',
      'holiday-2-2',
      'holiday-3',
    ]);
    expect(basesOf('a:b.mp4', 'a?b.mp4')).toEqual(['a_b', 'a_b-2']);
    expect(basesOf('caf\u00e9.mp4', 'cafe\u0301.mp4')).toEqual(['caf\u00e9', 'cafe\u0301-2']);
    expect(basesOf('../x.mp4', '.mp4', '')).toEqual(['_x', 'video', 'video-2']);
  });

  it('are not those of the clips of another video', () => {
    expect(basesOf('walk.mp4', 'walk_0_39.mp4', 'walk_far.mp4')).toEqual(['walk', 'walk_0_39-2', 'walk_far']);
    expect(basesOf('walk_0_39.mp4', 'walk.mp4', 'Walk_40_99.mp4')).toEqual(['walk_0_39', 'walk-2', 'Walk_40_99']);
  });

  it('stay as they are when other videos are added', () => {
    const before = ['clip.mp4', 'clip.mp4', 'clip.mkv'];
    expect(basesOf(...before)).toEqual(['clip', 'clip-2', 'clip-3']);
    expect(basesOf(...before, 'clip-2.mp4', 'clip-3.mp4').slice(0, 3)).toEqual(['clip', 'clip-2', 'clip-3']);
  });

  it('stay, once given, when an earlier video of the name is taken out', () => {
    const [first, second, third] = ['a', 'b', 'c'].map((id) => ({ id: VideoId.parse(id), name: 'clip.mp4' }));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three videos');
    const given = fileBases([first, second]);
    expect([...fileBases([second], given).values()]).toEqual(['clip-2']);
    expect(fileBases([second, third], given)).toEqual(
      new Map([
        [second.id, 'clip-2'],
        [third.id, 'clip'],
      ]),
    );
    // Undo brings the first one back.
    expect(fileBases([first, second, third], new Map([...given, [third.id, 'clip']]))).toEqual(
      new Map([
        [first.id, 'clip'],
        [second.id, 'clip-2'],
        [third.id, 'clip-3'],
      ]),
    );
  });

  it('take no longer where thousands differ in nothing but capitals', async () => {
    const letters = 'a b c d e f g h i j k l m n o'.split(' ');
    const cased = (bits: number): string => letters.map((letter, place) => ((bits >> place) & 1 ? letter.toUpperCase() : letter)).join('');
    const names = Array.from({ length: 6_000 }, (_, index) => `${cased(index)}.mp4`);
    await expectWithin({ allMs: 700 }, () => {
      const keys = basesOf(...names).map((base) => base.toLowerCase());
      expect(new Set(keys).size).toBe(6_000);
      expect(keys).toContain('abcdefghijklmno-6000');
    });
  });

  it('of files that are copied into one folder, and of clips that lie in one, too', async () => {
    let names = createFreeNames();
    await expectWithin({ allMs: 700 }, () => {
      names = createFreeNames();
      for (let index = 0; index < 6_000; index++) names.takeFree(index % 2 === 0 ? 'Walk' : 'walk');
    });
    expect(names.take('WALK-6000')).toBe(false);
    expect(names.take('walk-6001')).toBe(true);
    expect(names.takeFree('wALK')).toBe('wALK-6002');
  });

  it('get the next number that is free, of which few are looked at', () => {
    const looked: number[] = [];
    const free = freeNumber((count) => {
      looked.push(count);
      return count <= 5_000;
    });
    expect(free).toBe(5_001);
    expect(looked.length).toBeLessThan(40);
    expect([0, 1, 2, 3].map((last) => freeNumber((count) => count <= last))).toEqual([1, 2, 3, 4]);
  });

  it('distinguish rows of data sets, and are the own names where those do', () => {
    const names = ['clip.mp4', 'clip.mp4', 'clip.mkv', 'other.mp4'];
    expect([...fileNames(names.map((name, index) => ({ id: VideoId.parse(`v${index}`), name }))).values()]).toEqual([
      'clip.mp4',
      'clip-2.mp4',
      'clip.mkv',
      'other.mp4',
    ]);
    const besideClips = ['walk.mp4', 'walk_0_39.mp4', 'pool_0_39.mp4', 'pool_0_39.mkv'];
    expect([...fileNames(besideClips.map((name, index) => ({ id: VideoId.parse(`v${index}`), name }))).values()]).toEqual([
      'walk.mp4',
      'walk_0_39-2.mp4',
      'pool_0_39.mp4',
      'pool_0_39.mkv',
    ]);
  });

  it('leave room for what stands behind them', () => {
    const [long = '', japanese = ''] = basesOf(`${'a-very-long-title-'.repeat(13).slice(0, 235)}.mp4`, `${'長'.repeat(78)}.mp4`);
    for (const base of [long, japanese])
      expect(Buffer.byteLength(safeName(base, { suffix: '_1000000_1000029.copy.mp4', keepsDash: true }))).toBeLessThanOrEqual(255);
    expect(long).toMatch(/^a-very-long-title-.*~[0-9a-f]{8}$/u);
  });

  it('of a hundred thousand videos with one name are found at once', () => {
    expect(new Set(basesOf(...Array.from({ length: 100_000 }, () => 'same.mp4'))).size).toBe(100_000);
  });
});

describe('a target', () => {
  it('stays inside its folder, also where links lead out of it', async () => {
    const folder = temporaryFolder();
    const outside = temporaryFolder();
    symlinkSync(outside, path.join(folder, 'link'));
    mkdirSync(path.join(folder, 'train'));
    expect(await targetInside(folder, 'rows.json')).toMatch(/rows\.json$/u);
    expect(await targetInside(folder, 'train/a.mp4')).toMatch(/train[/\\]a\.mp4$/u);
    for (const name of ['../x.srt', '..', '', 'link/x.srt', '/etc/x.srt', 'train/../../x', 'a\0b', '..\\x', 'x'.repeat(256)])
      await expect(targetInside(folder, name), name).rejects.toMatchObject({ code: 'invalid-input' });
    expect(readdirSync(outside)).toEqual([]);
    // The chosen folder may itself be a link: that is what was chosen.
    writeFileSync(path.join(outside, 'there'), '');
    expect(await targetInside(path.join(folder, 'link'), 'there')).toMatch(/there$/u);
  });

  it('is looked for without a folder being made, and in the same places', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'train'));
    expect(await fileInside(folder, 'train/a.mp4')).toMatch(/train[/\\]a\.mp4$/u);
    await expect(fileInside(folder, 'videos/a.mp4')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(fileInside(folder, '../a.mp4')).rejects.toMatchObject({ code: 'invalid-input' });
    expect(readdirSync(folder)).toEqual(['train']);
  });
});
