import { copyFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { z } from 'zod';
import { Revision } from '#shared/domain/text.ts';
import { createDesktopStudio, type DesktopStudio } from '../../electron/desktop-studio.ts';
import { createRandom } from './chance.ts';
import { leftoversIn, orphansOf, pause } from './crash-rounds.ts';
import { descendantsOf } from './process-tree.ts';

/** What is ended in a round: the whole window with its main process, or its page first. */
const VICTIMS = ['main', 'page'] as const;

export interface WindowOptions {
  readonly rounds: number;
  readonly videoPath: string;
  readonly seed: number;
  log(line: string): void;
}

export interface WindowCounts {
  readonly rounds: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly orphans: number;
  readonly leftovers: number;
  readonly problems: readonly string[];
}

/** Kills a real window of the desktop under somebody who writes and under running jobs. Needs a screen, and the built studio. */
export async function runWindowRounds({ rounds, videoPath, seed, log }: WindowOptions): Promise<WindowCounts> {
  const random = createRandom(seed);
  const studio = createDesktopStudio({
    autoDetect: false,
    autoReadText: false,
    autoTranscribe: false,
    autoCaption: false,
    autoSummarise: false,
  });
  const problems: string[] = [];
  let [asked, acknowledged, lost, orphans, leftovers] = [0, 0, 0, 0, 0];
  try {
    await studio.start();
    const videoId = await makeProject(studio, videoPath);
    for (let round = 1; round <= rounds; round++) {
      if (round > 1) await studio.start();
      const note = (what: string): void => void problems.push(`window, round ${round}: ${what}`);
      const kept = await numberOf(studio.page(), videoId);
      if (kept < acknowledged) note(`lost ${acknowledged - kept} edits`);
      lost += Math.max(0, acknowledged - kept);
      asked = Math.max(asked, kept);
      const left = leftoversIn(studio.dataDir, await studio.corePid());
      leftovers += left.length;
      for (const file of left) note(`left ${file}`);
      await callCore(studio.page(), 'jobs.enqueue', {
        requests: [
          { kind: 'detect', videoId, detectorId: 'adaptive' },
          { kind: 'clips', videoIds: [videoId], mode: 'exact' },
        ],
      });

      let isOver = false;
      const writing = (async () => {
        while (!isOver) {
          asked++;
          await callCore(studio.page(), 'texts.edit', { videoId, shotId: null, kind: 'summary', text: `Text ${asked}` });
          acknowledged = asked;
        }
      })().catch((error: unknown) => {
        // The page went away in the middle of an edit that nobody acknowledged.
        if (!isOver) throw error;
      });
      await pause(500 + random() * 1500);
      const mainPid = studio.app().process().pid;
      if (mainPid === undefined) throw new Error('the window has no process');
      const family = descendantsOf(mainPid);
      isOver = true;
      if (VICTIMS[round % VICTIMS.length] === 'page') {
        killPages(mainPid);
        await pause(random() * 500);
      }
      process.kill(mainPid, 'SIGKILL');
      await writing;
      const orphaned = await orphansOf(family);
      orphans += orphaned.length;
      for (const { commandLine } of orphaned) note(`orphan ${commandLine}`);
      if (round % 10 === 0) log(`window: ${round} rounds, ${acknowledged} edits acknowledged, ${problems.length} problems`);
    }
    await studio.start();
    if ((await numberOf(studio.page(), videoId)) < acknowledged) problems.push('window, at the end: acknowledged words are lost');
    await studio.quit();
  } finally {
    await studio.dispose();
  }
  return { rounds, acknowledged, lost, orphans, leftovers, problems };
}

async function makeProject(studio: DesktopStudio, videoPath: string): Promise<string> {
  const video = path.join(studio.dataDir, 'video.mp4');
  copyFileSync(videoPath, video);
  const page = studio.page();
  await callCore(page, 'projects.create', { name: 'Window' });
  await studio.chooseInDialogs(video);
  const picked: unknown = await page.evaluate(`shotluckDesktop.pick('videos')`);
  const [grant] = z.object({ value: z.array(z.object({ grantId: z.string() })) }).parse(picked).value;
  const { added } = z.object({ added: z.array(z.string()) }).parse(await callCore(page, 'videos.add', { grantIds: [grant?.grantId] }));
  while (
    z
      .array(z.object({ finishedAtMs: z.number().nullable() }))
      .parse(await callCore(page, 'jobs.list', {}))
      .some((job) => job.finishedAtMs === null)
  )
    await pause(200);
  return z.string().parse(added[0]);
}

/** Through the door that the page itself uses. */
const CALLS = `globalThis.coreCalls ??= shotluckDesktop.openWire().then((wire) => {
  const waiting = new Map();
  let nextId = 1;
  wire.onMessage((message) => {
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.type === 'result') call.resolve(message.value);
    else if (message.type === 'error') call.reject(new Error(message.code + ': ' + message.message));
  });
  return (path, input) => new Promise((resolve, reject) => {
    waiting.set(nextId, { resolve, reject });
    wire.send({ type: 'call', id: nextId++, path, input });
  });
})`;

function callCore(page: Page, procedure: string, input: unknown): Promise<unknown> {
  return page.evaluate(`(${CALLS}).then((call) => call(${JSON.stringify(procedure)}, ${JSON.stringify(input)}))`);
}

async function numberOf(page: Page, videoId: string): Promise<number> {
  const texts = z.array(Revision).parse(await callCore(page, 'texts.current', { videoId }));
  return Number(/\d+/.exec(texts.find(({ kind }) => kind === 'summary')?.text ?? '')?.[0] ?? 0);
}

function killPages(mainPid: number): void {
  for (const { pid, commandLine } of descendantsOf(mainPid)) if (commandLine.includes('--type=renderer')) process.kill(pid, 'SIGKILL');
}
