import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { JobId } from '#shared/domain/ids.ts';
import type { Revision } from '#shared/domain/text.ts';
import { words } from '#shared/words/words.ts';
import { exportTo } from '../../../src-main/hosts/cli/exporting.ts';
import { makeSmallVideo } from '../../helpers/barred-video.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { studioWithTwoShots, type TwoShotsStudio } from '../../helpers/two-shots.ts';

let mediaDir = '';
beforeAll(async () => {
  mediaDir = mkdtempSync(path.join(tmpdir(), 'shotluck-preferences-'));
  await makeSmallVideo(path.join(mediaDir, 'walk.mp4'), { frameCount: 60 });
});
afterAll(() => rmSync(mediaDir, { recursive: true }));

const PROVENANCE = { engine: 'e', model: 'm', modelSha256: '', prompt: '', frames: [], options: {}, device: null, durationMs: 0 };

/** What a model proposes for a shot; where a person wrote already, it lies beside that. */
function propose({ core, videoId, shotIds }: TwoShotsStudio, shot: 0 | 1, text: string): Revision {
  return core.services.texts.addModelRevision({
    videoId,
    shotId: shotIds[shot] ?? null,
    kind: 'visual',
    text,
    provenance: PROVENANCE,
    jobId: JobId.parse('job'),
    meanLogProb: null,
    links: [],
    actor: 'ann',
    label: words('edits.chooseText'),
  });
}

/** First shot: a model's text that a person chose, rewrote twice and accepted, and one that they rejected. Second shot: a rejected draft. */
async function judged(): Promise<TwoShotsStudio> {
  const studio = await studioWithTwoShots(path.join(mediaDir, 'walk.mp4'));
  const { texts } = studio.core.services;
  const key = { videoId: studio.videoId, shotId: studio.shotIds[0] ?? null, kind: 'visual' } as const;
  propose(studio, 0, 'Nobody looked at this one.');
  texts.setStatus([propose(studio, 0, 'A river.').id], 'rejected', 'ann');
  texts.setStatus([propose(studio, 0, ' A busy street. ').id], 'rejected', 'ann');
  texts.choose(propose(studio, 0, 'A <image> of a road.').id, 'ann');
  texts.edit(key, 'A street.', 'ann');
  texts.setStatus([texts.edit(key, 'A busy street.', 'bob').id], 'accepted', 'bob');
  const second = texts.currentOf({ ...key, shotId: studio.shotIds[1] ?? null });
  if (second !== null) texts.setStatus([second.id], 'rejected', 'ann');
  return studio;
}

async function exported(formatId: string, task: 'dpo' | 'kto') {
  const { core } = await judged();
  const folder = path.join(temporaryFolder(), 'out');
  const manifest = await exportTo(core, { formatId, file: folder }, { task, prompt: 'What happens?', videoRows: false });
  return { folder, manifest };
}

const read = (folder: string, file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));
const lines = (folder: string, file: string): unknown[] =>
  readFileSync(path.join(folder, file), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

const user = { role: 'user', content: '<video>\nWhat happens?' };
const assistant = (content: string) => ({ role: 'assistant', content });
const FIRST = ['videos/walk_0_39.mp4'];
const SECOND = ['videos/walk_40_59.mp4'];

describe('pairs for DPO', () => {
  it('are what a person accepted, and what they rewrote or rejected for it; the same text is no pair', async () => {
    const { folder, manifest } = await exported('llama-factory', 'dpo');
    const pair = { messages: [user], chosen: assistant('A busy street.'), videos: FIRST };
    expect(read(folder, 'shotluck_dpo_train.json')).toEqual([
      { ...pair, rejected: assistant('A [image] of a road.') },
      { ...pair, rejected: assistant('A river.') },
    ]);
    expect(read(folder, 'dataset_info.json')).toMatchObject({
      shotluck_dpo_train: { ranking: true, columns: { chosen: 'chosen', rejected: 'rejected' } },
    });
    expect(manifest.counts).toEqual({ rows: 2 });
    expect(manifest.leftOut).toContainEqual({ where: 'walk.mp4, frames 40–59', reason: 'no text that a person accepted' });
    expect(readdirSync(path.join(folder, 'videos'))).toHaveLength(1);
  });

  it('are messages with a rejected_response for ms-swift', async () => {
    const { folder } = await exported('ms-swift', 'dpo');
    expect(lines(folder, 'dpo_train.jsonl')).toEqual(
      ['A [image] of a road.', 'A river.'].map((rejected_response) => ({
        messages: [user, assistant('A busy street.')],
        rejected_response,
        videos: FIRST,
      })),
    );
  });
});

describe('verdicts for KTO', () => {
  const verdicts = [
    { text: 'A busy street.', isWanted: true, videos: FIRST },
    { text: 'A [image] of a road.', isWanted: false, videos: FIRST },
    { text: 'A river.', isWanted: false, videos: FIRST },
    { text: 'A street, part 2.', isWanted: false, videos: SECOND },
  ];

  it('are each text that somebody judged, with a kto_tag for LLaMA-Factory', async () => {
    const { folder } = await exported('llama-factory', 'kto');
    expect(read(folder, 'shotluck_kto_train.json')).toEqual(
      verdicts.map(({ text, isWanted, videos }) => ({ messages: [user, assistant(text)], kto_tag: isWanted, videos })),
    );
    expect(read(folder, 'dataset_info.json')).toMatchObject({ shotluck_kto_train: { columns: { kto_tag: 'kto_tag' } } });
  });

  it('have a label for ms-swift', async () => {
    const { folder } = await exported('ms-swift', 'kto');
    expect(lines(folder, 'kto_train.jsonl')).toEqual(
      verdicts.map(({ text, isWanted, videos }) => ({ messages: [user, assistant(text)], label: isWanted, videos })),
    );
  });
});

it('looks at versions of a text page by page, also behind the first hundred', async () => {
  const studio = await judged();
  for (let count = 0; count < 150; count++) propose(studio, 0, `Nobody looked at number ${count}.`);
  const ask = { formatId: 'ms-swift', options: { task: 'dpo', videoRows: false } };
  const { counts } = await studio.core.services.exports.preview(ask, new AbortController().signal);
  expect(counts).toEqual({ rows: 2 });
});
