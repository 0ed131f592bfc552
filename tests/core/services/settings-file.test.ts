import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultSettings } from '#shared/contract/views.ts';
import { startTestCore, temporaryFolder } from '../../helpers/test-core.ts';

/** A studio that finds this file, and what it wrote after `change`. */
function withFile(stored: unknown) {
  const dataDir = temporaryFolder();
  const file = path.join(dataDir, 'settings.json');
  writeFileSync(file, JSON.stringify(stored));
  const test = startTestCore({ dataDir });
  return { ...test, settings: test.core.services.settings, read: (): unknown => JSON.parse(readFileSync(file, 'utf8')) };
}

describe('settings.json', () => {
  it('of the first version says step by step what happens by itself, and is written anew as it is today', () => {
    const { settings, read } = withFile({ userName: 'Ann', autoDetect: false, autoSummarise: false, autoCaption: true });
    const expected = { ...defaultSettings.automaticSteps, detect: false, summarise: false };
    expect(settings.get()).toMatchObject({ userName: 'Ann', automaticSteps: expected });
    settings.update({ framesPerShot: 2 });
    expect(read()).toMatchObject({ version: 2, userName: 'Ann', framesPerShot: 2, automaticSteps: expected });
    expect(read()).not.toHaveProperty('autoDetect');
  });

  it('of today is read as it was written', () => {
    const { settings, read } = withFile({ version: 2, automaticSteps: { detect: false } });
    expect(settings.get().automaticSteps).toEqual({ ...defaultSettings.automaticSteps, detect: false });
    settings.update({});
    expect(withFile(read()).settings.get()).toEqual(settings.get());
  });

  it('of a newer version keeps what is known here', () => {
    const { settings } = withFile({ version: 99, theme: 'dark', automaticSteps: { detect: false, dream: true }, somethingNew: 1 });
    expect(settings.get()).toMatchObject({ theme: 'dark', automaticSteps: { detect: false } });
    expect(settings.get().automaticSteps).not.toHaveProperty('dream');
  });

  it('is changed for one automatic step without touching the others', async () => {
    const { as } = withFile({ autoCaption: false });
    const { api } = as('ann');
    await api.settings.update({ automaticSteps: { detect: false } });
    const { automaticSteps } = await api.settings.update({ automaticSteps: { summarise: false } });
    expect(automaticSteps).toEqual({ ...defaultSettings.automaticSteps, caption: false, detect: false, summarise: false });
  });
});
