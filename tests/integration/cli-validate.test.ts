import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeSmallVideo } from '../helpers/barred-video.ts';
import { shotluck } from '../helpers/shotluck-command.ts';
import { temporaryFolder } from '../helpers/test-core.ts';
import { addTwoShots, studioWithTwoShots } from '../helpers/two-shots.ts';

/** A project of a recording in two parts, one trained on and one tested, whose captions are drafts. */
async function projectOfTwoParts() {
  const test = await studioWithTwoShots(await partOf('walk.1.mp4'));
  await addTwoShots(test, await partOf('walk.2.mp4', 61), 'test');
  await test.core.close();
  return { dir: test.dataDir, project: path.join(test.dataDir, 'Demo.shotluck') };
}

async function partOf(name: string, frameCount = 60): Promise<string> {
  const file = path.join(temporaryFolder(), name);
  await makeSmallVideo(file, { frameCount });
  return file;
}

describe('shotluck validate', () => {
  it('ends with 1 and names the places where rows are refused, and writes nothing', async () => {
    const { dir, project } = await projectOfTwoParts();
    const args = ['validate', '-p', project, '-f', 'qwen-vl-finetune', '-o', 'texts=all'];
    const { code, stdout } = await shotluck(dir, ...args, '--json');
    const report = JSON.parse(stdout) as {
      rows: number;
      rowsKept: number;
      findings: { rule: string; severity: string; count: number; places: { reason: string }[] }[];
    };
    expect(code).toBe(1);
    expect(report).toMatchObject({ rows: 6, rowsKept: 6, trainer: expect.stringContaining('Qwen3-VL') as string });
    expect(report.findings[0]).toMatchObject({
      rule: 'split-leak',
      severity: 'refuse',
      count: 1,
      places: [{ reason: expect.stringContaining('“walk.1.mp4”') as string }],
    });

    const shown = await shotluck(dir, ...args, '--token-limit', '20');
    expect(shown.stdout).toContain('limit 20 tokens (model_max_length)');
    expect(shown.stdout).toContain('0 of 6 rows would be trained on');
    expect(shown.stdout).toMatch(/warn: Rows that are too long \(6\)\n {2}walk\.1\.mp4, frames 0–39: About \d+ tokens/u);
  });

  it('ends with 0 where nothing is refused, and the export’s manifest says the same', async () => {
    const { dir, project } = await projectOfTwoParts();
    const options = ['-o', 'texts=all', '-o', 'split=test'];
    const { code, stdout } = await shotluck(dir, 'validate', '-p', project, '-f', 'ltx-2', ...options, '--json');
    expect(code).toBe(0);
    const report: unknown = JSON.parse(stdout);
    expect(report).toMatchObject({ rows: 2, rowsKept: 0, findings: [{ rule: 'too-short', severity: 'warn', count: 2 }] });
    const out = path.join(dir, 'out');
    mkdirSync(out);
    expect((await shotluck(dir, 'export', '-p', project, '-f', 'ltx-2', '-w', out, ...options)).code).toBe(0);
    expect(JSON.parse(readFileSync(path.join(out, 'ltx-2.manifest.json'), 'utf8'))).toMatchObject({ validation: report });
    // What the trainer made of the clips before would be trained on again.
    await shotluck(dir, 'export', '-p', project, '-f', 'ltx-2', '-w', out, ...options);
    const { validation } = JSON.parse(readFileSync(path.join(out, 'ltx-2.manifest.json'), 'utf8')) as {
      validation: { findings: { rule: string }[] };
    };
    expect(validation.findings.map(({ rule }) => rule)).toContain('stale-cache');
  });

  it('checks rows that name clips as it checks others, and the export says what to do where there are no clips', async () => {
    const { dir, project } = await projectOfTwoParts();
    const llava = ['-p', project, '-f', 'llava', '-o', 'texts=all', '-o', 'videoRows=false'];
    const shown = await shotluck(dir, 'validate', ...llava);
    expect(shown.code).toBe(1);
    expect(shown.stdout).toContain('0 of 4 rows would be trained on');
    expect((await shotluck(dir, 'validate', ...llava, '-o', 'requireClips=false', '-o', 'split=test')).stdout).toContain(
      '2 of 2 rows would be trained on',
    );
    const rows = path.join(dir, 'rows.json');
    const written = await shotluck(dir, 'export', ...llava, '-w', rows);
    expect(written.stderr).toMatch(/4 rows left out: their clips have not been written yet\. Give -o withClips=true/u);
    const whole = await shotluck(dir, 'export', ...llava, '-w', rows, '-o', 'withClips=true');
    expect(JSON.parse(whole.stdout)).toMatchObject({ counts: { rows: 4 }, leftOut: 0 });
    expect(readdirSync(path.join(dir, 'clips'))).toHaveLength(4);
  });

  it('takes no option that the format does not have', async () => {
    const { dir, project } = await projectOfTwoParts();
    expect((await shotluck(dir, 'validate', '-p', project, '-f', 'ltx-2', '-o', 'text=all')).code).toBe(2);
  });
});
