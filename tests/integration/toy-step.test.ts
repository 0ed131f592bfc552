import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { stepCommands } from '../../src-main/hosts/cli/step-commands.ts';
import type * as Rooms from '#core/steps/rooms.ts';
import type * as Steps from '#shared/steps/steps.ts';
import { findStep, JobRequest, stepsThatAreOn } from '#shared/steps/from-steps.ts';
import { plain } from '#shared/words/words.ts';
import { startTestCore, startWithVideo, temporaryFolder } from '../helpers/test-core.ts';

/** The two lines that a new step costs: one in the list of steps, one in the table of rooms. Everything else derives from them. */
vi.mock('#shared/steps/steps.ts', async (original) => {
  const { steps } = await original<typeof Steps>();
  const { toyStep } = await import('./toy/step.ts');
  return { steps: [...steps, toyStep] };
});
vi.mock('#core/steps/rooms.ts', async (original) => {
  const { rooms } = await original<typeof Rooms>();
  const { toyRoom } = await import('./toy/room.ts');
  return { rooms: { ...rooms, toy: toyRoom } };
});

type Wide = Record<string, boolean>;

describe('a step that is added in one place', () => {
  it('may be asked for by a client, takes what is left out from the settings, and its result comes back', async () => {
    const test = await startWithVideo();
    const { api } = test.as('ann');
    const request = { kind: 'toy', videoId: test.videoId };
    const [jobId] = await api.jobs.enqueue({ requests: [JobRequest.parse(request)], chain: false });
    await test.core.services.jobs.idle();
    const job = (await api.jobs.list({})).find(({ id }) => id === jobId);
    expect(job).toMatchObject({ kind: 'toy', title: plain('Play with holiday.mp4'), state: 'done', result: { played: 4 } });
    expect(findStep('toy')?.outcome(job?.result)).toEqual({ counts: { played: 4 } });
    expect(JobRequest.safeParse({ ...request, times: 'often' }).success).toBe(false);
  });

  it('has a setting of its own, with its default in files that do not know it', async () => {
    const dataDir = temporaryFolder();
    writeFileSync(path.join(dataDir, 'settings.json'), JSON.stringify({ autoDetect: false }));
    const { core, as } = startTestCore({ dataDir });
    const ann = as('ann');
    expect((await ann.api.settings.get({})).automaticSteps).toMatchObject({ detect: false, caption: true, toy: false });
    await ann.api.settings.update({ automaticSteps: { toy: true } as Wide });
    expect([...stepsThatAreOn(core.services.settings.get().automaticSteps)]).toEqual([
      'read-text',
      'transcribe',
      'caption',
      'summarise',
      'toy',
    ]);
    expect(JSON.parse(readFileSync(path.join(dataDir, 'settings.json'), 'utf8'))).toMatchObject({
      automaticSteps: { detect: false, toy: true },
    });
  });

  it('is planned for videos that lack it, once', async () => {
    const { core, videoId } = await startWithVideo();
    const { jobs, settings } = core.services;
    const off = Object.fromEntries(Object.keys(settings.get().automaticSteps).map((id) => [id, id === 'toy']));
    settings.update({ automaticSteps: off });
    jobs.enqueueMissing([videoId], 'ann', {});
    await jobs.idle();
    jobs.clearFinished();
    jobs.enqueueMissing([videoId], 'ann', {});
    expect(jobs.list()).toEqual([]);
  });

  it('has a command', () => {
    const command = stepCommands().find((each) => each.name() === 'toy');
    expect(command?.description()).toContain('toy');
    expect(command?.options.map(({ long }) => long)).toEqual(['--project', '--device', '--json']);
  });
});
