import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect } from '#shared/contract/client.ts';
import { procedures, type Procedures } from '#shared/contract/procedures.ts';
import { joinAs, memoryWires, startTestCore, temporaryFolder } from '../../helpers/test-core.ts';
import type { Events } from '#shared/contract/events.ts';
import { readNotice, type ReadNotice } from '../../helpers/notices.ts';

it('a name is no longer than names may be, also where it grows as it is cleaned', async () => {
  const { core } = startTestCore();
  const ben = await joinAs(core, 'annotator', null);
  // One letter each, two where it is put in the usual form.
  await expect(ben.api.people.introduce({ name: '\u0344'.repeat(80) })).rejects.toMatchObject({ code: 'invalid-input' });
  await ben.api.people.introduce({ name: 'Ben' });
  expect(await ben.api.settings.get({})).toMatchObject({ userName: 'Ben' });
});

describe('an owner’s name that stands in the settings', () => {
  const settingsNaming = (userName: string): string => JSON.stringify({ version: 1, userName });

  /** What may become of the settings until the studio starts again. */
  const fates: readonly (readonly [string, (file: string) => void])[] = [
    ['were damaged', (file) => writeFileSync(file, '{"userName"')],
    ['name somebody else', (file) => writeFileSync(file, settingsNaming('Ann'))],
    ['are gone', (file) => rmSync(file)],
  ];

  it.each(fates)('is no annotator’s after the settings %s, though the owner never said it in the browser', async (_what, change) => {
    const dataDir = temporaryFolder();
    const file = path.join(dataDir, 'settings.json');
    writeFileSync(file, settingsNaming('Olga'));
    const first = startTestCore({ dataDir });
    const olga = await joinAs(first.core, 'owner', null);
    expect(await olga.api.people.me({})).toMatchObject({ name: 'Olga' });
    await first.core.close();
    change(file);
    const ben = await joinAs(startTestCore({ dataDir }).core, 'annotator', null);
    await expect(ben.api.people.introduce({ name: 'Olga' })).rejects.toMatchObject({ code: 'conflict' });
    expect(await ben.api.people.introduce({ name: 'Ben' })).toMatchObject({ name: 'Ben' });
  });

  it.each(fates)('is no annotator’s after the settings %s, where the owner worked at the desktop', async (_what, change) => {
    const dataDir = temporaryFolder();
    const file = path.join(dataDir, 'settings.json');
    writeFileSync(file, settingsNaming('Olga'));
    const first = startTestCore({ dataDir });
    const { client, server } = memoryWires();
    first.core.dispatcher.serve(server);
    const { api } = connect<Procedures, Events>(procedures, client);
    await api.projects.create({ name: 'Holiday' });
    await first.core.close();
    change(file);
    const ben = await joinAs(startTestCore({ dataDir }).core, 'annotator', null);
    await expect(ben.api.people.introduce({ name: 'olga' })).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('a damaged list of the names of owners', () => {
  const damage = (dataDir: string): void => writeFileSync(path.join(dataDir, 'owner-names.json'), '{"names": ["ol');

  it('is set aside, and owners are asked to say their names again', async () => {
    const dataDir = temporaryFolder();
    damage(dataDir);
    const { as, core } = startTestCore({ dataDir });
    const notices: ReadNotice[] = [];
    as('ann').on('notice', (notice) => notices.push(readNotice(notice)));
    await expect.poll(() => notices).toEqual([expect.objectContaining({ title: 'The list of the owners’ names was damaged' })]);
    const [aside] = readdirSync(dataDir).filter((name) => name.startsWith('owner-names.json.damaged-'));
    expect(readFileSync(path.join(dataDir, aside ?? ''), 'utf8')).toBe('{"names": ["ol');
    await joinAs(core, 'owner', 'Olga');
    await expect(joinAs(startTestCore({ dataDir }).core, 'annotator', 'Olga')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('is made anew of what a studio that runs knows', async () => {
    const { core, dataDir } = startTestCore();
    await joinAs(core, 'owner', 'Olga');
    damage(dataDir);
    await joinAs(core, 'annotator', 'Ben');
    await expect(joinAs(startTestCore({ dataDir }).core, 'annotator', 'Olga')).rejects.toMatchObject({ code: 'conflict' });
  });
});
