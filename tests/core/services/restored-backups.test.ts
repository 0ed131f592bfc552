import { expect, it } from 'vitest';
import { startWithVideo } from '../../helpers/test-core.ts';

async function withBackupsOfAnHour() {
  const { core, videoId, clock, as } = await startWithVideo();
  const { api } = as('ann');
  const ref = (await api.projects.current({}))?.ref ?? expect.fail('a project is open');
  for (const frame of [10, 20, 30]) {
    await api.shots.split({ videoId, frame });
    clock.advance(60_000);
    await api.projects.backUp({});
  }
  await api.shots.split({ videoId, frame: 40 });
  clock.advance(60_000);
  return { core, api, ref, videoId, backups: await api.projects.backups({ ref }) };
}

it('the oldest of the last backups can be restored, although closing the project makes one more', async () => {
  const { api, ref, videoId, backups } = await withBackupsOfAnHour();
  const oldest = backups.at(-1)?.id ?? '';
  await api.projects.restore({ ref, backupId: oldest });
  expect(await api.shots.list({ videoId })).toHaveLength(2);
  const [newest, ...others] = await api.projects.backups({ ref });
  expect(newest).toMatchObject({ kind: 'set-aside' });
  expect(others.map(({ id }) => id)).toEqual(expect.arrayContaining(backups.map(({ id }) => id)));
});

it('a backup that is being made while one is restored does not take its place either', async () => {
  const { core, api, ref, videoId, backups } = await withBackupsOfAnHour();
  const oldest = backups.at(-1)?.id ?? '';
  // As the studio begins one now and then.
  const backingUp = core.services.projects.backUp().catch(() => undefined);
  await core.services.projects.restore(ref, oldest);
  await backingUp;
  expect(await api.shots.list({ videoId })).toHaveLength(2);
});
