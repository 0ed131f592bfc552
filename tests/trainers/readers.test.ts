import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { exportTo } from '../../src-main/hosts/cli/exporting.ts';
import { makeSmallVideo } from '../helpers/barred-video.ts';
import { temporaryFolder } from '../helpers/test-core.ts';
import { addTwoShots, studioWithTwoShots } from '../helpers/two-shots.ts';

const { SHOTLUCK_TRAINER_PYTHON: python, SHOTLUCK_TRAINER_PACKAGES: packages } = process.env;

/** Patterns, addresses, escapes and splits of loaders, all in one name. */
const NASTY = 'a[1] #2 %41 & test{x}.train.mp4';
const BASE = 'a[1]_#2_%41_&_test{x}_xtrain';

const Swift = z.array(
  z.looseObject({
    messages: z.array(z.object({ role: z.string(), content: z.string() })),
    videos: z.array(z.string()),
    isThere: z.array(z.boolean()),
  }),
);
const Factory = z.array(
  z.object({
    prompt: z.array(z.object({ role: z.string(), content: z.string() })),
    response: z.array(z.object({ role: z.string(), content: z.string() })),
    isThere: z.array(z.boolean()),
  }),
);
const Folder = z.object({
  types: z.record(z.string(), z.string()),
  rows: z.record(z.string(), z.array(z.looseObject({ video: z.string(), caption: z.string(), bytes: z.int().positive() }))),
});
const Found = z.object({
  videofolder: Folder,
  parquet: Folder,
  /** Left out by a Python that is too old for them. */
  'ms-swift': z.object({ train: Swift, dpo_train: Swift, kto_train: Swift }).optional(),
  'llama-factory': z.object({ sft: Factory, dpo: Factory, kto: Factory }).optional(),
  trl: z.array(z.array(z.object({ role: z.string(), content: z.array(z.looseObject({ type: z.string() })) }))).optional(),
});

/** A video to train on, whose first caption was rejected, rewritten and accepted, and one for validation; exported for each trainer. */
async function exportAll(): Promise<string> {
  const media = temporaryFolder();
  await makeSmallVideo(path.join(media, NASTY), { frameCount: 60 });
  await makeSmallVideo(path.join(media, 'b.mp4'), { frameCount: 60, first: 20 });
  const test = await studioWithTwoShots(path.join(media, NASTY));
  await addTwoShots(test, path.join(media, 'b.mp4'), 'val');
  const { texts } = test.core.services;
  const key = { videoId: test.videoId, shotId: test.shotIds[0] ?? null, kind: 'visual' } as const;
  const first = texts.currentOf(key);
  if (first !== null) texts.setStatus([first.id], 'rejected', 'ann');
  texts.setStatus([texts.edit(key, 'A better one.', 'ann').id], 'accepted', 'ann');
  const folder = temporaryFolder();
  const write = (formatId: string, place: string, options = {}) =>
    exportTo(test.core, { formatId, file: path.join(folder, place) }, { texts: 'all', prompt: 'What happens?', ...options });
  for (const task of ['sft', 'dpo', 'kto']) {
    await write('llama-factory', `llama-factory-${task}`, { task, videoRows: false });
    await write('ms-swift', 'ms-swift', { task, videoRows: false });
  }
  for (const formatId of ['videofolder', 'parquet'])
    await exportTo(test.core, { formatId, file: path.join(folder, formatId) }, { texts: 'all' });
  await write('trl', 'trl', { frames: 2, maxWidth: 64, videoRows: false });
  return folder;
}

it('trainers read, with code of their own, the rows that were exported, and find the clips and pictures', async ({ skip }) => {
  if (python === undefined || packages === undefined) return skip('npm test -- --only trainers gets the readers');
  const folder = await exportAll();
  const home = mkdtempSync(path.join(tmpdir(), 'shotluck-readers-'));
  const env = { ...process.env, PYTHONPATH: packages, HF_HOME: home, HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const script = path.join(import.meta.dirname, 'support/read_exports.py');
  const { stdout } = await promisify(execFile)(python, [script, folder, home], { env, maxBuffer: 10_000_000 }).finally(() =>
    rmSync(home, { recursive: true }),
  );
  const found = Found.parse(JSON.parse(stdout));

  for (const { types, rows } of [found.videofolder, found.parquet]) {
    expect(Object.keys(rows)).toEqual(['train', 'validation']);
    expect(rows['train']?.map(({ video, caption }) => [video, caption])).toEqual([
      [`${BASE}_0_39.mp4`, 'A better one.'],
      [`${BASE}_40_59.mp4`, 'A street, part 2.'],
      [`${BASE}_0_59.mp4`, 'Somebody walks down a street.'],
    ]);
    expect(rows['validation']).toHaveLength(3);
    expect(types).toMatchObject({ caption: 'string', speech: 'string', start_us: 'int64' });
  }

  const user = { role: 'user', content: '<video>\nWhat happens?' };
  const assistant = (content: string) => ({ role: 'assistant', content });
  if (found['llama-factory'] !== undefined) {
    const { sft, dpo, kto } = found['llama-factory'];
    expect(sft.map(({ prompt, response }) => [prompt, response])).toEqual([
      [[user], [assistant('A better one.')]],
      [[user], [assistant('A street, part 2.')]],
    ]);
    expect(dpo.map(({ response }) => response)).toEqual([[assistant('A better one.'), assistant('A street, part 1.')]]);
    // An empty text stands for the side that there is not.
    expect(kto.map(({ response }) => response)).toEqual([
      [assistant('A better one.'), assistant('')],
      [assistant(''), assistant('A street, part 1.')],
    ]);
    expect([...sft, ...dpo, ...kto].every(({ isThere }) => isThere.every(Boolean))).toBe(true);
  }
  if (found['ms-swift'] !== undefined) {
    const { train, dpo_train, kto_train } = found['ms-swift'];
    expect(train.map(({ messages }) => messages[1])).toEqual([assistant('A better one.'), assistant('A street, part 2.')]);
    expect(dpo_train).toMatchObject([{ messages: [user, assistant('A better one.')], rejected_response: 'A street, part 1.' }]);
    expect(kto_train).toMatchObject([{ label: true }, { label: false }]);
    expect([...train, ...dpo_train, ...kto_train].every(({ isThere }) => isThere.every(Boolean))).toBe(true);
  }
  if (found.trl !== undefined) {
    expect(found.trl.map(([asked]) => asked?.content.filter(({ type }) => type === 'image'))).toEqual(
      Array(2).fill(Array(2).fill(expect.objectContaining({ image: [64, expect.any(Number)] }))),
    );
  }
});
