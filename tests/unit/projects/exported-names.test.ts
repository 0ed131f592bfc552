import { expect, it } from 'vitest';
import { areKept } from '#core/project/exported/exported-files.ts';

it('an archive is offered while the project keeps the names of all its files', () => {
  const names = Array.from({ length: 40_000 }, (_, index) => `videos/a-video-with-a-name_${index}_${index + 40}.mp4`);
  expect(areKept(names)).toBe(true);
  expect(areKept([...names, ...names, ...names])).toBe(false);
});
