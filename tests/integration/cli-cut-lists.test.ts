import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePlainVideo } from '../helpers/plain-video.ts';
import { shotluck } from '../helpers/shotluck-command.ts';
import { temporaryFolder } from '../helpers/test-core.ts';

describe('a cut list', { timeout: 180_000 }, () => {
  it('cuts a video of the project, and one that is none changes nothing', async () => {
    const dir = temporaryFolder();
    const video = await makePlainVideo(path.join(dir, 'first.mp4'));
    const project = path.join(dir, 'Cuts.shotluck');
    await shotluck(dir, 'detect', video, '--project', project, '--detector', 'adaptive');
    const [given, none, exported] = ['first.edl', 'none.edl', 'out.json'].map((name) => path.join(dir, name)) as [string, string, string];
    const times = ['00:00:00:00 00:00:00:20', '00:00:00:20 00:00:02:00'];
    const events = times.map((each, index) => `00${index + 1}  AX       V     C        ${each} ${each}\n* COMMENT: Shot ${index + 1}.\n`);
    writeFileSync(given, `TITLE: first\n${events.join('')}`);
    writeFileSync(none, 'Call me back.');
    const importCuts = (file: string) => shotluck(dir, 'import-cuts', 'first.mp4', file, '--project', project);
    expect(await importCuts(given)).toMatchObject({ code: 0, stdout: 'first.mp4: 2 shots, 2 captions\n' });
    expect(await importCuts(none)).toMatchObject({ code: 1, stderr: expect.stringContaining('"none.edl" is not a cut list') });
    const args = ['export', '--project', project, '--format', 'shot2story', '--output', exported, '-o', 'texts=all'];
    expect((await shotluck(dir, ...args)).code).toBe(0);
    expect(JSON.parse(readFileSync(exported, 'utf8'))).toMatchObject([
      { video_names: ['first_0_19.mp4', 'first_20_49.mp4'], captions: ['Shot 1.', 'Shot 2.'] },
    ]);
  });
});
