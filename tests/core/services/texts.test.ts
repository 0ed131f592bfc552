import { describe, expect, it } from 'vitest';
import { JobId, type ShotId, type VideoId } from '#shared/domain/ids.ts';
import { seenText, type SeenText } from '#shared/domain/text.ts';
import { plain, words } from '#shared/words/words.ts';
import type { ModelText } from '#core/project/texts/texts-service.ts';
import { startTestCore, startWithVideo } from '../../helpers/test-core.ts';

type StudioApi = ReturnType<Awaited<ReturnType<typeof startWithVideo>>['as']>['api'];
type Key = Pick<ModelText, 'videoId' | 'shotId' | 'kind'>;

/** A box in a window: it sends what it saw when the person began, then each time what the studio answered. */
async function openBox(api: StudioApi, key: Key) {
  const texts = await api.texts.current({ videoId: key.videoId });
  let seen: SeenText = seenText(texts.find(({ shotId, kind }) => shotId === key.shotId && kind === key.kind));
  return async (text: string) => {
    const saved = await api.texts.edit({ ...key, text, seen });
    seen = seenText(saved);
    return saved;
  };
}

async function withShot() {
  const test = await startWithVideo();
  const { videoId } = test;
  const { api } = test.as('ann');
  const [shot] = await api.shots.list({ videoId });
  if (shot === undefined) throw new Error('no shot');
  const key = { videoId, shotId: shot.id, kind: 'visual' } as const;
  const { texts } = test.core.services;
  return {
    ...test,
    api,
    key,
    texts,
    model: (text: string, jobId = 'job-1') => texts.addModelRevision(modelText(videoId, shot.id, { text, jobId: JobId.parse(jobId) })),
    currentText: async () => (await api.texts.current({ videoId })).map(({ text }) => text),
  };
}

describe('a text whose model says a confidence that is no number', () => {
  it.each([Number.NaN, Number.NEGATIVE_INFINITY, 3])('(%d) is kept, can be listed, and is taken back', async (meanLogProb) => {
    const { api, texts, videoId, key } = await withShot();
    texts.addModelRevision({ ...modelText(videoId, key.shotId, { text: 'A dog.', jobId: JobId.parse('job-1') }), meanLogProb });
    expect(await api.texts.current({ videoId })).toMatchObject([{ text: 'A dog.', meanLogProb: meanLogProb === 3 ? 0 : null }]);
    expect(await api.history.undo({})).not.toBeNull();
    expect(await api.texts.current({ videoId })).toEqual([]);
  });
});

function modelText(videoId: VideoId, shotId: ShotId, rest: Pick<ModelText, 'text' | 'jobId'>): ModelText {
  return {
    videoId,
    shotId,
    kind: 'visual',
    actor: 'ann',
    label: plain('Caption shots'),
    meanLogProb: -0.5,
    links: [],
    provenance: { engine: 'test', model: 'm', modelSha256: '', prompt: 'p', frames: [1], options: {}, device: 'cpu', durationMs: 1 },
    ...rest,
  };
}

describe('a model’s text', () => {
  it('becomes current where there is none, with its provenance', async () => {
    const { api, key, model } = await withShot();
    model('A dog.');
    expect(await api.texts.current(key)).toMatchObject([
      { text: 'A dog.', origin: 'model', status: 'draft', isCurrent: true, jobId: 'job-1', provenance: { prompt: 'p', frames: [1] } },
    ]);
  });

  it('takes the place of a model’s text that nobody has judged; the earlier one stays a revision', async () => {
    const { api, key, model, currentText } = await withShot();
    model('A dog.');
    model('A brown dog.', 'job-2');
    expect(await currentText()).toEqual(['A brown dog.']);
    expect((await api.texts.revisions(key)).revisions.map(({ text }) => text)).toEqual(['A brown dog.', 'A dog.']);
  });

  it('never takes the place of a person’s words', async () => {
    const { api, key, model, currentText } = await withShot();
    await api.texts.edit({ ...key, text: 'My dog Rex.' });
    expect(model('A dog.')).toMatchObject({ isCurrent: false });
    expect(await currentText()).toEqual(['My dog Rex.']);
  });

  it.each(['accepted', 'rejected', 'needs-work'] as const)('never takes the place of a text that a person has %s', async (status) => {
    const { api, model, currentText } = await withShot();
    const first = model('A dog.');
    await api.texts.setStatus({ revisionIds: [first.id], status });
    model('A cat.', 'job-2');
    expect(await currentText()).toEqual(['A dog.']);
  });

  it('can be chosen by a person, and choosing can be undone', async () => {
    const { api, key, model, currentText } = await withShot();
    await api.texts.edit({ ...key, text: 'My dog Rex.' });
    const candidate = model('A dog.');
    expect(await api.texts.choose({ revisionId: candidate.id })).toMatchObject({ isCurrent: true });
    expect(await currentText()).toEqual(['A dog.']);
    await api.history.undo({});
    expect(await currentText()).toEqual(['My dog Rex.']);
  });

  it('is one undo step with the others of its job, also across other work', async () => {
    const { api, videoId, model, core, currentText } = await withShot();
    const [, right] = await api.shots.split({ videoId, frame: 50 });
    if (right === undefined) throw new Error('no second shot');
    model('A dog.');
    await api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A day.' });
    core.services.texts.addModelRevision(modelText(videoId, right.id, { text: 'A cat.', jobId: JobId.parse('job-1') }));
    expect(await currentText()).toEqual(['A dog.', 'A cat.', 'A day.']);

    expect(await api.history.undo({})).toMatchObject({ label: words('edits.editSummary') });
    expect(await api.history.undo({})).toMatchObject({ label: plain('Caption shots') });
    expect(await currentText()).toEqual([]);
    await api.history.redo({});
    expect(await currentText()).toEqual(['A dog.', 'A cat.']);
  });
});

describe('a person’s text', () => {
  it('is one revision and one step while it is being typed, another after a pause', async () => {
    const { api, key, clock, currentText } = await withShot();
    const type = await openBox(api, key);
    for (const text of ['A d', 'A dog', 'A dog runs']) {
      await type(text);
      clock.advance(2_000);
    }
    expect((await api.texts.revisions(key)).revisions).toHaveLength(1);
    clock.advance(5 * 60_000);
    await type('A dog runs fast');
    expect((await api.texts.revisions(key)).revisions.map(({ text }) => text)).toEqual(['A dog runs fast', 'A dog runs']);

    await api.history.undo({});
    expect(await currentText()).toEqual(['A dog runs']);
    await api.history.undo({});
    expect(await currentText()).toEqual([]);
  });

  it('is a version of its own after the clock was set back, however long ago the one before was finished', async () => {
    const { api, key, clock } = await withShot();
    const type = await openBox(api, key);
    await type('Finished on Monday.');
    clock.advance(24 * 3_600_000);
    clock.setWall(-24 * 3_600_000);
    await type('Written on Tuesday.');
    expect((await api.texts.revisions(key)).revisions.map(({ text }) => text)).toEqual(['Written on Tuesday.', 'Finished on Monday.']);
  });

  it('is one version while it is being typed, also when the clock is set meanwhile', async () => {
    const { api, key, clock } = await withShot();
    const type = await openBox(api, key);
    await type('A d');
    clock.setWall(3_600_000);
    await type('A dog');
    expect((await api.texts.revisions(key)).revisions).toHaveLength(1);
  });

  it('is never continued by another run of the studio, whose clock knows nothing of its beginning', async () => {
    const { api, key, core, dataDir } = await withShot();
    const before = await api.texts.edit({ ...key, text: 'Before the restart.' });
    const { ref } = (await api.projects.recent({}))[0] ?? {};
    await core.close();
    const again = startTestCore({ dataDir }).as('ann').api;
    if (ref === undefined) throw new Error('the project is not remembered');
    await again.projects.open({ ref });
    await again.texts.edit({ ...key, text: 'After the restart.', seen: seenText(before) });
    expect((await again.texts.revisions(key)).revisions.map(({ text }) => text)).toEqual(['After the restart.', 'Before the restart.']);
  });

  it('is taken back in the order of work when two texts are typed in turn', async () => {
    const { api, key, videoId, currentText } = await withShot();
    const type = await openBox(api, key);
    await type('A dog');
    await api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A day.' });
    await type('A dog runs');
    await api.history.undo({});
    expect(await currentText()).toEqual(['A dog', 'A day.']);
    await api.history.undo({});
    expect(await currentText()).toEqual(['A dog']);
    await api.history.redo({});
    await api.history.redo({});
    expect(await currentText()).toEqual(['A dog runs', 'A day.']);
  });

  it('never joins another person’s revision', async () => {
    const { api, as, key } = await withShot();
    const anns = await api.texts.edit({ ...key, text: 'A dog.' });
    await as('ben').api.texts.edit({ ...key, text: 'A wolf.', seen: seenText(anns) });
    expect((await api.texts.revisions(key)).revisions.map(({ actor, text }) => [actor, text])).toEqual([
      ['ben', 'A wolf.'],
      ['ann', 'A dog.'],
    ]);
  });

  it('that changes nothing is no step', async () => {
    const { api, key } = await withShot();
    await api.texts.edit({ ...key, text: 'A dog.' });
    const before = await api.history.list({});
    await api.texts.edit({ ...key, text: 'A dog.' });
    expect(await api.history.list({})).toEqual(before);
  });

  it('goes to a shot that exists and a kind that fits', async () => {
    const { api, key, videoId } = await withShot();
    await expect(api.texts.edit({ ...key, shotId: 'gone' as ShotId, text: 'A dog.' })).rejects.toMatchObject({ code: 'not-found' });
    await expect(api.texts.edit({ videoId, shotId: null, kind: 'visual', text: 'A dog.' })).rejects.toMatchObject({
      code: 'invalid-input',
    });
  });
});

describe('a text in two windows of one person', () => {
  it('is a version of its own in each while neither has seen what the other stored, and undo goes from one to the other', async () => {
    const { api, key, clock, currentText } = await withShot();
    await api.texts.edit({ ...key, text: 'A dog.' });
    clock.advance(5 * 60_000);
    const [first, second] = [await openBox(api, key), await openBox(api, key)];
    await first('Twenty minutes of words.');
    await second('A do');
    await second('A dog barks.');
    expect((await api.texts.revisions(key)).revisions.map(({ text }) => text)).toEqual([
      'A dog barks.',
      'Twenty minutes of words.',
      'A dog.',
    ]);
    await api.history.undo({});
    expect(await currentText()).toEqual(['Twenty minutes of words.']);
    await api.history.undo({});
    expect(await currentText()).toEqual(['A dog.']);
  });

  it('loses nothing that was stored when both type in turn', async () => {
    const { api, key } = await withShot();
    const [first, second] = [await openBox(api, key), await openBox(api, key)];
    await first('One');
    await second('Two');
    await first('One more');
    await first('One more time');
    await second('Two more');
    expect((await api.texts.revisions(key)).revisions.map(({ text }) => text)).toEqual(['Two more', 'One more time', 'Two', 'One']);
  });

  it('is one version where the second goes on from what the first stored', async () => {
    const { api, key } = await withShot();
    await (
      await openBox(api, key)
    )('A dog');
    await (
      await openBox(api, key)
    )('A dog barks.');
    expect((await api.texts.revisions(key)).revisions.map(({ text }) => text)).toEqual(['A dog barks.']);
  });

  it('stays a version when words come that do not say what their writer saw', async () => {
    const { api, key } = await withShot();
    await api.texts.edit({ ...key, text: 'A dog.' });
    await api.texts.edit({ ...key, text: 'A cat.' });
    expect((await api.texts.revisions(key)).revisions.map(({ text }) => text)).toEqual(['A cat.', 'A dog.']);
  });
});

describe('judging texts', () => {
  it('of many texts is one step', async () => {
    const { api, videoId, key } = await withShot();
    const caption = await api.texts.edit({ ...key, text: 'A dog.' });
    const summary = await api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A day.' });
    await api.texts.setStatus({ revisionIds: [caption.id, summary.id], status: 'accepted' });
    expect(await api.texts.current({ videoId })).toMatchObject([{ status: 'accepted' }, { status: 'accepted' }]);
    expect(await api.history.undo({})).toMatchObject({ label: words('edits.accept', { count: 2 }) });
    expect(await api.texts.current({ videoId })).toMatchObject([{ status: 'draft' }, { status: 'draft' }]);
  });

  it('clears a doubt by accepting the text or by saying that it still fits', async () => {
    const { api, videoId, key } = await withShot();
    const caption = await api.texts.edit({ ...key, text: 'A dog.' });
    const summary = await api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A day.' });
    await api.shots.split({ videoId, frame: 50 });
    expect((await api.texts.current({ videoId })).filter(({ staleReason }) => staleReason !== null)).toHaveLength(2);
    await api.texts.confirmFresh({ revisionIds: [summary.id] });
    await api.texts.setStatus({ revisionIds: [caption.id], status: 'accepted' });
    expect((await api.texts.current({ videoId })).filter(({ staleReason }) => staleReason !== null)).toEqual([]);
  });
});

describe('searching', () => {
  it('finds words and their beginnings in current texts, marked in the snippet', async () => {
    const { api, videoId, key } = await withShot();
    await api.texts.edit({ ...key, text: 'Ein Café am Meer, with a Lighthouse.' });
    await api.texts.edit({ videoId, shotId: null, kind: 'summary', text: 'A day at the sea.' });
    expect((await api.search.text({ query: 'light' })).hits).toMatchObject([
      {
        videoId,
        videoName: 'holiday.mp4',
        shotId: key.shotId,
        kind: 'visual',
        snippet: 'Ein Café am Meer, with a \u0002Lighthouse\u0003.',
      },
    ]);
    expect((await api.search.text({ query: 'cafe meer' })).hits).toHaveLength(1);
    expect((await api.search.text({ query: 'cafe sea' })).hits).toHaveLength(0);
  });

  it('reads nothing that a person types as syntax', async () => {
    const { api, key } = await withShot();
    await api.texts.edit({ ...key, text: 'A dog AND a cat.' });
    for (const query of ['"', 'dog"', 'NOT', '(', 'dog OR', 'text:dog', '*', "'; DROP TABLE videos; --", '-', '']) {
      await expect(api.search.text({ query })).resolves.toMatchObject({ hits: expect.any(Array) });
    }
    expect((await api.search.text({ query: 'dog AND' })).hits).toHaveLength(1);
  });
});

describe('words that were kept beside those of somebody else', () => {
  it('are not hidden by an undo of theirs, which is refused', async () => {
    const { as, api, key, currentText } = await withShot();
    const ben = as('ben');
    await api.texts.edit({ ...key, text: 'A dog.', seen: seenText(undefined) });
    await expect(ben.api.texts.edit({ ...key, text: 'A brown dog.', seen: seenText(undefined) })).rejects.toMatchObject({
      code: 'conflict',
    });
    const { id } = await ben.api.texts.edit({ ...key, text: 'A brown dog.', isBeside: true });
    await ben.api.texts.setStatus({ revisionIds: [id], status: 'accepted' });
    await expect(api.history.undo({})).rejects.toMatchObject({ code: 'conflict' });
    expect(await currentText()).toEqual(['A dog.']);
  });

  it('are the current ones where those have been taken back meanwhile', async () => {
    const { as, api, key, currentText } = await withShot();
    await api.texts.edit({ ...key, text: 'A dog.', seen: seenText(undefined) });
    await api.history.undo({});
    expect(await as('ben').api.texts.edit({ ...key, text: 'A brown dog.', isBeside: true })).toMatchObject({ isCurrent: true });
    expect(await currentText()).toEqual(['A brown dog.']);
  });
});
