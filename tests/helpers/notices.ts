import type { EventBus } from '#core/base/events/event-bus.ts';
import type { Events } from '#shared/contract/events.ts';
import { inEnglish } from '#shared/words/words.ts';

/** A notice as people read it. */
export interface ReadNotice {
  readonly level: Events['notice']['level'];
  readonly title: string;
  readonly message: string;
}

export function readNotice({ level, title, message }: Events['notice']): ReadNotice {
  return { level, title: inEnglish(title), message: inEnglish(message) };
}

/** All notices from now on, and those that wait for somebody to read them. */
export function noticesOf({ core }: { readonly core: { readonly events: Pick<EventBus, 'onAny'> } }): ReadNotice[] {
  const notices: ReadNotice[] = [];
  core.events.onAny((name, payload) => {
    if (name === 'notice') notices.push(readNotice(payload as Events['notice']));
  });
  return notices;
}
