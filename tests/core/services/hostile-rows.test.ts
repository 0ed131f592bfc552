import { describe, expect, it } from 'vitest';
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
