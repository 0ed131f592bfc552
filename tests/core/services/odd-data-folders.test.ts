import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFileHasher } from '#core/models/file-hasher.ts';
import { createFileLogger } from '../../../src-main/hosts/common/core-setup.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';
import { startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

describe.skipIf(process.platform === 'win32')('a data folder with odd things where the studio’s own belong', () => {
  it('starts with links in a circle at its copies for viewing', async () => {
    const dataDir = temporaryFolder();
    symlinkSync('views', path.join(dataDir, 'views'));
    const { api } = startTestCore({ dataDir }).as('ann');
    expect(await api.projects.create({ name: 'Demo' })).toMatchObject({ name: 'Demo', readOnly: null });
  });

  it('names its folder of projects where nothing can be made in it', async () => {
    const dataDir = temporaryFolder();
    symlinkSync('projects', path.join(dataDir, 'projects'));
    const { api } = startTestCore({ dataDir }).as('ann');
    await expect(api.projects.create({ name: 'Demo' })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.stringMatching(/projects.*ELOOP/),
    });
  });

  it.each([
    ['studio.log in a circle', 'studio.log', 'studio.log'],
    ['studio.log that leads nowhere', 'studio.log', 'gone/away.log'],
  ])('names its log, with links at %s', (_what, name, target) => {
    const dataDir = temporaryFolder();
    mkdirSync(path.join(dataDir, 'logs'));
    symlinkSync(target, path.join(dataDir, 'logs', name));
    expect(() => createFileLogger(dataDir)).toThrow(expect.objectContaining({ code: 'read-only', message: expect.stringContaining(name) }));
  });

  it.each(['logs', 'gone/away'])('names itself, with the folder of the log a link to %s', (target) => {
    const dataDir = temporaryFolder();
    symlinkSync(target, path.join(dataDir, 'logs'));
    expect(() => createFileLogger(dataDir)).toThrow(
      expect.objectContaining({ code: 'read-only', message: expect.stringContaining(dataDir) }),
    );
  });

  it('computes the hashes of models anew where a pipe lies in the place of those that were kept', async () => {
    const dataDir = temporaryFolder();
    const [kept, model] = [path.join(dataDir, '.hashes.json'), path.join(dataDir, 'model.onnx')];
    execFileSync('mkfifo', [kept]);
    writeFileSync(model, 'weights');
    const logger = createRecordingLogger();
    const hasher = createFileHasher(kept, logger, 2_000);
    expect(await hasher.hash(model)).toMatchObject({ bytes: 7 });
    await hasher.save();
    expect(await createFileHasher(kept, logger).hash(model)).toMatchObject({ bytes: 7 });
    expect(logger.lines.map(({ message }) => message)).toEqual([expect.stringContaining('cannot be read; they are computed again')]);
  });
});
