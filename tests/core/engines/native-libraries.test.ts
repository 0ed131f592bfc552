import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('the core itself loads no inference runtime: that belongs to the engine worker', async () => {
  const script = `
    await import('#core/app/create-core.ts');
    const { sharedObjects } = process.report.getReport();
    process.stdout.write(JSON.stringify(sharedObjects.filter((file) => /onnxruntime|sharp/u.test(file))));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: new URL('../../..', import.meta.url),
  });
  expect(JSON.parse(stdout)).toEqual([]);
});
