import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JobState } from '#shared/domain/job.ts';
import { startTestCore } from '../../helpers/test-core.ts';
import { saying } from '../../helpers/saying.ts';

async function withAddedVideo() {
  const test = startTestCore();
  const { projects, videos, jobs } = test.core.services;
  await projects.createIn(test.dataDir, 'Demo');
  const file = path.join(test.dataDir, 'broken.mp4');
  await writeFile(file, 'no video at all');
  const { grantId } = await test.core.files.grantPath(file);
  const { api } = test.as('ann');
  const { added } = await api.videos.add({ grantIds: [grantId] });
  const states = (): (readonly [string, JobState])[] => jobs.list().map(({ kind, state }) => [kind, state] as const);
  return { ...test, api, videos, jobs, added, states };
}

describe('jobs of a video', () => {
  it('are cancelled when adding it is undone, and begin again when it is redone', async () => {
    const { api, jobs, states, videos } = await withAddedVideo();
    expect(states().map(([kind]) => kind)).toEqual([
      'import',
      'thumbnails',
      'waveform',
      'detect',
      'read-text',
      'transcribe',
      'caption',
      'summarise',
    ]);
    await api.history.undo({});
    await jobs.idle();
    expect(new Set(states().map(([, state]) => state))).toEqual(new Set(['cancelled']));
    await api.history.redo({});
    await jobs.idle();
    expect(
      states()
        .filter(([kind]) => kind === 'import')
        .map(([, state]) => state),
    ).toEqual(['cancelled', 'failed']);
    expect(videos.list()).toMatchObject([{ state: 'corrupt', stateReason: saying('broken.mp4') }]);
  });

  it('are cancelled when it is removed', async () => {
    const { api, jobs, states, added } = await withAddedVideo();
    await api.videos.remove({ videoIds: added });
    await jobs.idle();
    expect(new Set(states().map(([, state]) => state))).toEqual(new Set(['cancelled']));
  });
});
