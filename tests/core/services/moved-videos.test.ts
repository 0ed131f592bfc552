import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { addMeasuredVideo, startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

/** An ffmpeg that never comes to its end. */
function endlessFfmpeg(): string {
  const program = path.join(temporaryFolder(), 'ffmpeg');
  writeFileSync(program, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
  return program;
}

/** A measured video, of which one picture strip is being made and a waveform waits. */
async function withWork() {
  const test = startTestCore({ config: { ffmpegPath: endlessFfmpeg() } });
  const { projects, jobs } = test.core.services;
  await projects.createIn(test.dataDir, 'Demo');
  const videoId = await addMeasuredVideo(test);
  jobs.enqueueArtwork([videoId], 'ann');
  const states = () => jobs.list().map(({ state }) => state);
  const reach = (...expected: string[]) => vi.waitFor(() => expect(states()).toEqual(expected));
  await reach('running', 'queued');
  return { api: test.as('ann').api, videoId, jobIds: jobs.list().map(({ id }) => id), states, reach };
}

describe.skipIf(process.platform === 'win32')('the work on a video that was taken out and comes back', () => {
  it('goes on when its adding is taken back and done again', async () => {
    const { api, reach } = await withWork();
    await api.history.undo({});
    await reach('cancelled', 'cancelled');
    await api.history.redo({});
    await reach('running', 'queued');
  });

  it('goes on also when both follow at once, again and again', async () => {
    const { api, reach } = await withWork();
    await Promise.all([1, 2, 3].flatMap(() => [api.history.undo({}), api.history.redo({})]));
    await reach('running', 'queued');
    await api.history.undo({});
    await reach('cancelled', 'cancelled');
  });

  it('goes on when its removal is taken back', async () => {
    const { api, videoId, reach } = await withWork();
    await api.videos.remove({ videoIds: [videoId] });
    await reach('cancelled', 'cancelled');
    await api.history.undo({});
    await reach('running', 'queued');
  });

  it('does not begin where somebody had stopped it before', async () => {
    const { api, jobIds, reach, states } = await withWork();
    const [first, second] = jobIds;
    if (first === undefined || second === undefined) throw new Error('two jobs expected');
    await api.jobs.pause({ jobIds: [second] });
    await api.jobs.cancel({ jobIds: [first] });
    await api.history.undo({});
    await reach('cancelled', 'cancelled');
    await api.history.redo({});
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(states()).toEqual(['cancelled', 'cancelled']);
  });
});
