import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createPacedLog } from '#core/app/rpc/paced-log.ts';
import { createRecordingLogger } from '../../helpers/recording-logger.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('what clients cause again and again is one line a second for each kind, which says how many were left out', () => {
  const logger = createRecordingLogger();
  const log = createPacedLog(logger);
  for (let count = 0; count < 200; count++) log('warn', 'dropped', { count });
  log('warn', 'slow', { count: 0 }, 'videos.list');
  log('warn', 'slow', { count: 1 }, 'people.me');
  vi.advanceTimersByTime(1_000);
  for (let count = 0; count < 200; count++) log('warn', 'dropped', { count });
  expect(logger.lines.map(({ message, details }) => [message, details])).toEqual([
    ['dropped', { count: 0 }],
    ['slow', { count: 0 }],
    ['slow', { count: 1 }],
    ['dropped', { count: 0, leftOut: 199 }],
  ]);
});
