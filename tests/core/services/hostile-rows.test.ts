import { describe, expect, it } from 'vitest';
import { packNumbers } from '#core/base/db/packed-numbers.ts';
import { DetectionRunId } from '#shared/domain/ids.ts';
import { ONE_OF_EACH } from '../../helpers/one-of-each.ts';
import { changeDatabase, openHere, projectFromElsewhere } from '../../helpers/project-from-elsewhere.ts';
import { addMeasuredVideo, startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

/** Words in words, as many levels as wanted. */
const nestedWords = (levels: number): string => `${'{"key":"","values":{"":'.repeat(levels)}"x"${'}}'.repeat(levels)}`;
const job = (state: string, error: string): string =>
  `INSERT INTO jobs (id, sequence, kind, title, actor, params, state, error, created_at_ms) VALUES ('theirs', 900, 'transcribe', 'A job', 'somebody', '{}', '${state}', '${error}', 0)`;

describe('a job of a project from elsewhere, with an error nested without end', () => {
  const error = `{"code":"disk-full","message":"m","words":${nestedWords(1_000)}}`;

  it('is listed as one that cannot be read, and can be removed', async () => {
    const { folder } = await projectFromElsewhere((stranger) => changeDatabase(stranger.folder, job('failed', error)));
    const { as } = await openHere(folder);
    const { api } = as('Anna');
    expect(await api.jobs.list({})).toContainEqual(expect.objectContaining({ id: 'theirs', kind: 'unreadable', state: 'failed' }));
    await api.jobs.remove({ jobIds: (await api.jobs.list({})).filter(({ id }) => id === 'theirs').map(({ id }) => id) });
    expect((await api.jobs.list({})).map(({ id }) => id)).not.toContain('theirs');
  });

  it('does not keep a project closed that was worked with here before', async () => {
    const test = startTestCore();
    const info = await test.core.services.projects.createIn(temporaryFolder(), 'Mine');
    await addMeasuredVideo(test);
    await test.core.services.projects.close();
    changeDatabase(info.displayPath, job('paused', `{"code":"disk-full","message":"m","words":${nestedWords(30_000)}}`));
    await test.core.services.projects.openFolder(info.displayPath);
    expect(await test.as('Anna').api.jobs.list({})).toContainEqual(expect.objectContaining({ id: 'theirs', kind: 'unreadable' }));
  });
});

describe('the rows of a project from elsewhere', () => {
  it('are opened as the studio writes them, and every list can be read', async () => {
    const { folder, videoId } = await projectFromElsewhere((stranger) => changeDatabase(stranger.folder, ONE_OF_EACH));
    const { api } = (await openHere(folder)).as('Anna');
    expect((await api.videos.list({})).videos).toHaveLength(1);
    expect(await api.shots.list({ videoId })).toHaveLength(1);
    expect(await api.texts.current({ videoId })).toMatchObject([{ importedFrom: { file: 'a.json' } }]);
    expect(await api.transcripts.get({ videoId })).toHaveLength(1);
    expect(await api.screenText.get({ videoId })).toMatchObject({ texts: [{ text: 'Hello.' }], frames: [{ frame: 0 }] });
    expect(await api.detection.runs({ videoId })).toMatchObject([{ threshold: 0.25 }]);
    expect(await api.jobs.list({})).toContainEqual(expect.objectContaining({ id: 'j' }));
    expect(await api.history.list({})).not.toHaveLength(0);
  });

  it('are refused with a name of megabytes also where they say that a newer studio wrote them', async () => {
    const { folder } = await projectFromElsewhere((stranger) =>
      changeDatabase(stranger.folder, `UPDATE videos SET name = printf('%.*c', 1000000, 'x'); PRAGMA user_version = 4000`),
    );
    await expect(openHere(folder)).rejects.toMatchObject({ code: 'invalid-input', message: expect.stringContaining('“videos”') });
  });

  it('never give a cut more than certainty, nor less than none', async () => {
    const { folder, videoId } = await projectFromElsewhere((stranger) => {
      changeDatabase(stranger.folder, ONE_OF_EACH);
      const curve = new Float32Array(100).fill(0.1);
      curve.set([Number.NaN], 20);
      curve.set([Number.POSITIVE_INFINITY], 40);
      curve.set([0.1, 0.5, 0.9, 0.9, 0.5], 60);
      const transition = new Float32Array(100).fill(0);
      transition.set([0.5, Number.NaN, 0.6, 0.6, 0.5, 0.3], 60);
      const [cut, mixed] = [packNumbers(curve), packNumbers(transition)];
      changeDatabase(stranger.folder, 'UPDATE detection_runs SET cut_curve = ?, transition_curve = ?', cut, mixed);
    });
    const { api } = (await openHere(folder)).as('Anna');
    const [run] = await api.detection.runs({ videoId });
    const cuts = await api.detection.preview({ runId: run?.id ?? DetectionRunId.parse('none'), threshold: 0.05 });
    expect(cuts.every(({ confidence }) => confidence >= 0 && confidence <= 1)).toBe(true);
  });
});
