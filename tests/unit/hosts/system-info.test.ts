import { expect, it } from 'vitest';
import { createSystemInfo } from '#core/app/system/system-info.ts';
import type { EngineClient } from '#core/engines/engine-client.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

it('what the studio runs on is read once, however many pages ask at once', async () => {
  let asked = 0;
  const refuse = (): Promise<never> => {
    asked++;
    return Promise.reject(new AppError('tool-missing', words('media.empty')));
  };
  const ffmpeg = new Proxy({}, { get: () => refuse }) as Ffmpeg;
  const engines = { providers: () => Promise.resolve([]) } as unknown as EngineClient;
  const read = createSystemInfo(ffmpeg, engines);
  const answers = await Promise.all(Array.from({ length: 200 }, read));
  expect(asked).toBe(1);
  expect(new Set(answers).size).toBe(1);
});
