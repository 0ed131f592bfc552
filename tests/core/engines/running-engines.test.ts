import { describe, expect, it, vi } from 'vitest';
import { makeGoldenVideo } from '../../helpers/golden-videos.ts';
import { addVideo, openDemoProject, startStudioCore } from '../../helpers/studio-core.ts';
import { temporaryFolder } from '../../helpers/test-core.ts';
import { readNotice, type ReadNotice } from '../../helpers/notices.ts';

// Real networks on a busy machine.
vi.setConfig({ testTimeout: 240_000 });

/** A device that exists nowhere but on Apple's machines. */
const ELSEWHERE = process.platform === 'darwin' ? 'dml' : 'coreml';

describe('the device of an engine', () => {
  it('is what a person chose; where that does not work, the CPU takes over and says so', async () => {
    const dataDir = temporaryFolder();
    const video = await makeGoldenVideo('three-shots', dataDir);
    const core = startStudioCore(dataDir);
    const notices: ReadNotice[] = [];
    const changedTables: string[] = [];
    core.events.on('notice', (notice) => notices.push(readNotice(notice)));
    core.events.on('changed', ({ table }) => changedTables.push(table));
    await openDemoProject(core, dataDir);
    expect(core.services.runningEngines.list()).toEqual([]);

    core.services.settings.update({
      devices: { 'transnet-v2': ELSEWHERE, 'shotluck-nano': 'cpu' },
      detectorId: 'transnet-v2',
      framesPerShot: 1,
    });
    const videoId = await addVideo(core, video.path);
    core.services.jobs.enqueueNeeded([videoId], 'ann', { steps: new Set(['detect', 'caption']) });
    await core.services.jobs.idle();

    expect(core.services.runningEngines.list()).toEqual([
      { engineId: 'shotluck-nano', device: 'cpu', notes: [] },
      { engineId: 'transnet-v2', device: 'cpu', notes: [expect.stringContaining(`${ELSEWHERE} was requested`)] },
    ]);
    expect(notices.map(({ level, message }) => [level, message])).toEqual([
      ['warning', expect.stringMatching(/^transnet-v2: Ran on the CPU/u)],
    ]);
    expect(changedTables).toContain('engines');
    expect(core.services.detection.runs(videoId)[0]?.device).toBe('cpu');
  });
});
