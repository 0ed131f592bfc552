import { expect, it } from 'vitest';
import { joinAs, startTestCore } from '../../helpers/test-core.ts';

it('a name is no longer than names may be, also where it grows as it is cleaned', async () => {
  const { core } = startTestCore();
  const ben = await joinAs(core, 'annotator', null);
  // One letter each, two where it is put in the usual form.
  await expect(ben.api.people.introduce({ name: '\u0344'.repeat(80) })).rejects.toMatchObject({ code: 'invalid-input' });
  await ben.api.people.introduce({ name: 'Ben' });
  expect(await ben.api.settings.get({})).toMatchObject({ userName: 'Ben' });
});
