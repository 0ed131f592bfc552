import { cpSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { JobId } from '#shared/domain/ids.ts';
import { tinyWhisperFolder } from '../engines/support/tiny-whisper.ts';
import { startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

/** Blanks and brackets end what can be taken for a path by its look. */
const secret = (): string => path.join(temporaryFolder(), 'My Secret Client (ACME, 2026)');

it('browsers learn of a folder that was exported into its name alone, also after a restart', async () => {
  const folder = path.join(secret(), 'clips of today');
  const { core, dataDir } = startTestCore();
  const { displayPath } = await core.services.projects.createIn(dataDir, 'Demo');
  core.services.exportedFiles.note({ jobId: JobId.parse('job-1'), folder, files: ['a.mp4'], archive: null });
  await core.close();
  const again = startTestCore({ dataDir }).core;
  await again.services.projects.openFolder(displayPath);
  expect(again.veil.all({ result: { folder }, message: `Look into ${path.dirname(folder)}.` })).toEqual({
    result: { folder: 'clips of today' },
    message: 'Look into My Secret Client (ACME, 2026).',
  });
});

it('browsers learn of a model that is used in place its name alone', async () => {
  const folder = path.join(secret(), 'our whisper');
  cpSync(tinyWhisperFolder, folder, { recursive: true });
  const { core } = startTestCore();
  await core.services.models.addFolderAt(folder);
  expect(core.veil.text(`The model at ${folder} is broken.`)).toBe('The model at our whisper is broken.');
});
