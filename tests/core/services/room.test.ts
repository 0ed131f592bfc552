import { expect, it } from 'vitest';
import { type RevisionId, SegmentId, ShotId, type VideoId } from '#shared/domain/ids.ts';
import { plain } from '#shared/words/words.ts';
import { joinAs, startTestCore, startWithVideo, temporaryFolder, type TestCore } from '../../helpers/test-core.ts';
import { insertDraft } from '../../helpers/drafts.ts';

/** Almost as much as the texts, or the speech, of one video may be together. */
const NEARLY_ALL = 47.9 * 1024 ** 2;
const LONG = '字'.repeat(20_000);

async function withShots(shotCount: number) {
  const test = await startWithVideo();
  const { videoId } = test;
  const { history } = test.core.services;
  const shotIds = Array.from({ length: shotCount }, (_, index) => ShotId.parse(`shot-${index}`));
  history.record({ actor: 'ann', label: plain('Cut'), videoId }, (db) => {
    const insert = db.prepare(
      `INSERT INTO shots (id, video_id, start_frame, end_frame, transition_kind, transition_start_frame, transition_end_frame, origin, locked)
       VALUES (?, ?, ?, ?, 'cut', 0, 0, 'human', 0)`,
    );
    for (const [index, id] of shotIds.entries()) insert.run(id, videoId, 1_000 + index, 1_001 + index);
  });
  const ben = await joinAs(test.core, 'annotator', 'Ben');
  return { ...test, ben, shotIds };
}

/** As many people together write it in a long time. */
function fillWithTexts({ core, videoId, shotIds }: { core: TestCore['core']; videoId: VideoId; shotIds: readonly ShotId[] }): void {
  const text = 'x'.repeat(NEARLY_ALL / shotIds.length);
  core.services.history.record({ actor: 'ann', label: plain('Write'), videoId }, (db) => {
    for (const shotId of shotIds) insertDraft(db, { videoId, shotId, text, actor: 'ann' });
  });
}

/** A project that is refused on another computer is lost to whoever moves. */
async function expectOpensElsewhere({ core }: TestCore): Promise<void> {
  const folder = core.services.projects.current()?.displayPath ?? '';
  await core.close();
  const elsewhere = startTestCore({ dataDir: temporaryFolder() });
  expect(await elsewhere.core.services.projects.openFolder(folder)).toMatchObject({ readOnly: null, videoCount: 1 });
}

const full = (what: string) => ({
  code: 'unsupported',
  message: expect.stringMatching(new RegExp(`${what} of this video would be longer.*Nothing was changed`, 'u')),
});

it('texts of a video are written, chosen and brought back as long as a page can be sent all of them', async () => {
  const studio = await withShots(60);
  const { ben, core, videoId, shotIds } = studio;
  const cleo = await joinAs(core, 'annotator', 'Cleo');
  const [shotId = null] = shotIds;
  const narration = { videoId, shotId, kind: 'narration' as const };
  const summary = { videoId, shotId: null, kind: 'summary' as const };
  await cleo.api.texts.edit({ ...narration, text: 'A cat.' });
  const beside = await ben.api.texts.edit({ ...narration, text: LONG, isBeside: true });
  fillWithTexts(studio);
  await ben.api.texts.edit({ ...narration, text: LONG });
  await expect(cleo.api.texts.edit({ ...summary, text: LONG })).rejects.toMatchObject(full('The texts'));
  await ben.api.history.undo({});
  await cleo.api.texts.edit({ ...summary, text: LONG });
  await expect(ben.api.history.redo({})).rejects.toMatchObject(full('The texts'));
  await expect(ben.api.texts.choose({ revisionId: beside.id })).rejects.toMatchObject(full('The texts'));
  // Short words, and shorter ones, can always be written.
  await expect(ben.api.texts.edit({ videoId, shotId, kind: 'visual', text: 'A dog.' })).resolves.toMatchObject({ text: 'A dog.' });
  await expectOpensElsewhere(studio);
});

it('speech of a video is written as long as a page can be sent all of it', async () => {
  const studio = await withShots(1);
  const { ben, core, videoId } = studio;
  const segments = Array.from({ length: 60 }, (_, index) => ({
    startUs: index,
    endUs: index + 1,
    text: index < 20 ? 'Hello.' : 'x'.repeat(NEARLY_ALL / 40),
    origin: 'import' as const,
  }));
  core.services.transcripts.replace(videoId, segments, { actor: 'ann', label: plain('Import') });
  const ids = (await ben.api.transcripts.get({ videoId })).map(({ id }) => id);
  const write = async (): Promise<void> => {
    for (const segmentId of ids.slice(0, 20)) await ben.api.transcripts.edit({ videoId, segmentId, text: LONG.slice(0, 5_000) });
  };
  await expect(write()).rejects.toMatchObject(full('The transcript'));
  const segmentId = ids[0] ?? SegmentId.parse('none');
  await expect(ben.api.transcripts.edit({ videoId, segmentId, text: 'Hello.' })).resolves.toHaveLength(60);
});

it('a video has no more shots than can be shown', async () => {
  const { ben, core, videoId } = await withShots(0);
  const frameCount = 60_000;
  const probe = core.services.videos.get(videoId).probe;
  if (probe === null) throw new Error('not measured');
  core.services.videos.setProbe(videoId, { ...probe, frameCount }, null);
  core.services.shots.ensureTiled(videoId, 'ann');
  const cuts = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const frame = index + 1;
      return { frame, kind: 'cut' as const, startFrame: frame, endFrame: frame, confidence: 0.9 };
    });
  const cut = (count: number) =>
    core.services.shots.replaceFromCuts(videoId, { cuts: cuts(count), minDistanceFrames: 1 }, { actor: 'ann', label: plain('Find shots') });
  expect(() => cut(55_000)).toThrow(/55,001 shots.*at most 50,000.*Nothing was changed/u);
  cut(49_999);
  await expect(ben.api.shots.split({ videoId, frame: 55_000 })).rejects.toMatchObject({ code: 'unsupported' });
});

it('versions of a text are kept beside it as long as anybody goes through them, and all of them can be reached', async () => {
  const studio = await withShots(2);
  const { ben, videoId, shotIds } = studio;
  const [shotId = null, otherId = null] = shotIds;
  const key = { videoId, shotId, kind: 'visual' as const };
  const beside = (text: string) => ben.api.texts.edit({ ...key, text, isBeside: true });
  const versions = Array.from({ length: 500 }, (_, index) => `Version ${index}`);
  for (const some of [versions.slice(0, 250), versions.slice(250)]) await Promise.all(some.map(beside));
  await expect(beside('One more')).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringMatching(/500 versions.*Nothing was changed/),
  });
  await expect(ben.api.texts.edit({ ...key, text: 'The current one' })).resolves.toMatchObject({ isCurrent: true });
  const found: string[] = [];
  for (let before: RevisionId | undefined; ;) {
    const page = await ben.api.texts.revisions({ ...key, before });
    found.push(...page.revisions.map(({ text }) => text));
    expect(page.olderCount).toBe(501 - found.length);
    before = page.revisions.at(-1)?.id;
    if (page.olderCount === 0) break;
  }
  expect(found).toEqual(['The current one', ...versions.toReversed()]);

  const long = Array.from({ length: 200 }, () => ben.api.texts.edit({ ...key, shotId: otherId, text: LONG, isBeside: true }));
  const answers = await Promise.allSettled(long);
  expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(61);
  const { revisions } = await ben.api.texts.revisions({ ...key, shotId: otherId });
  expect(Buffer.byteLength(JSON.stringify(revisions))).toBeLessThan(1.1 * 1024 ** 2);
  await expectOpensElsewhere(studio);
});
