import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { isTiled } from '#shared/domain/shot-edit.ts';
import { addMeasuredVideo, startTestCore } from '../../helpers/test-core.ts';

const editingProcess = path.resolve(import.meta.dirname, '../../helpers/editing-process.ts');

describe('a core that is killed', () => {
  it('loses no acknowledged edit and no step of history, and leaves no lock', async () => {
    const first = startTestCore();
    const project = await first.core.services.projects.createIn(first.dataDir, 'Demo');
    const videoId = await addMeasuredVideo(first);
    await first.core.close();

    const editor = spawn(process.execPath, [editingProcess, first.dataDir, project.displayPath, videoId], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => editor.once('exit', (_code, signal) => resolve(signal)));
    const acknowledged: string[] = [];
    for await (const line of createInterface({ input: editor.stdout })) {
      acknowledged.push(line);
      if (acknowledged.length === 1) {
        // While it lives, others may only read.
        expect(await startTestCore().core.services.projects.openFolder(project.displayPath)).toMatchObject({ readOnly: 'other-studio' });
      }
      if (acknowledged.length === 21) editor.kill('SIGKILL');
    }
    expect(await ended).toBe('SIGKILL');

    const second = startTestCore({ dataDir: first.dataDir });
    await second.core.services.projects.openFolder(project.displayPath);
    const { api } = second.as('ann');
    const shots = await api.shots.list({ videoId });
    expect(isTiled(shots, 100)).toBe(true);
    const starts = new Set(shots.map(({ startFrame }) => startFrame));
    const splits = acknowledged.filter((line) => line.startsWith('split')).map((line) => Number(line.split(' ')[1]));
    expect(splits.filter((frame) => !starts.has(frame))).toEqual([]);

    const texts = acknowledged.filter((line) => line.startsWith('text'));
    const [summary] = await api.texts.current({ videoId });
    expect(Number(summary?.text.split(' ')[1])).toBeGreaterThanOrEqual(texts.length);

    await api.history.undo({});
    await api.history.undo({});
    const fewer = await api.shots.list({ videoId });
    expect(fewer.length).toBeLessThan(shots.length);
    expect(isTiled(fewer, 100)).toBe(true);
  });
});
