import { copyFileSync, existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { addMeasuredVideo, startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

it('a restore that was killed while it set the database aside costs no edit: the next one sets the log aside beside it', async () => {
  const first = startTestCore();
  const { api } = first.as('ann');
  const { displayPath: folder, ref } = await api.projects.create({ name: 'Demo' });
  const videoId = await addMeasuredVideo(first);
  await api.projects.backUp({});
  const [backup] = await api.projects.backups({ ref });
  const [backups, killed] = [path.join(folder, 'backups'), temporaryFolder()];
  copyFileSync(path.join(backups, backup?.id ?? ''), path.join(killed, 'backup.db'));
  await api.shots.split({ videoId, frame: 40 });
  // As a killed studio leaves them: the last edit stands in the log alone.
  for (const end of ['', '-wal']) copyFileSync(path.join(folder, `project.db${end}`), path.join(killed, `project.db${end}`));
  await first.core.close();
  renameSync(path.join(killed, 'backup.db'), path.join(backups, backup?.id ?? ''));
  const aside = `set-aside-${new Date().toISOString().replaceAll(':', '-')}.db`;
  renameSync(path.join(killed, 'project.db'), path.join(backups, aside));
  renameSync(path.join(killed, 'project.db-wal'), path.join(folder, 'project.db-wal'));
  renameSync(path.join(folder, 'project.db'), path.join(killed, 'project.db'));

  const second = startTestCore({ dataDir: first.dataDir });
  const again = second.as('ann').api;
  await again.projects.restore({ ref, backupId: backup?.id ?? '' });
  await again.projects.open({ ref });
  expect(await again.shots.list({ videoId })).toHaveLength(1);
  expect(existsSync(path.join(backups, `${aside}-wal`))).toBe(true);
  await again.projects.restore({ ref, backupId: aside });
  await again.projects.open({ ref });
  expect(await again.shots.list({ videoId })).toHaveLength(2);
});
