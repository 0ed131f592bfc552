import { words } from '#shared/words/words.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { RunningEngine } from '#shared/contract/views.ts';
import type { OpenedEngine } from './worker-contract.ts';

export type RunningEngines = ReturnType<typeof createRunningEngines>;

/** Which device each engine ran on last, for the status bar; a fallback is reported when it happens. */
export function createRunningEngines(events: EventBus) {
  const running = new Map<string, RunningEngine>();
  return {
    /** Newest first. */
    list: (): RunningEngine[] => [...running.values()].toReversed(),

    add(engineId: string, { device, notes }: OpenedEngine): void {
      running.delete(engineId);
      running.set(engineId, { engineId, device, notes: [...notes] });
      events.emit('changed', { table: 'engines', videoId: null });
      if (notes.length > 0)
        events.emit('notice', {
          level: 'warning',
          title: words('engines.otherDevice'),
          message: words('engines.otherDeviceWhy', { engine: engineId, notes: notes.join(' ') }),
        });
    },
  };
}
