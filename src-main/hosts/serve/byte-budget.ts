import type { WebSocket } from 'ws';
import type { Guest } from '#core/app/people/people-service.ts';

/** How much may be sent along wires: `burst` bytes at once, then so many in each second. */
export interface ByteRate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface ByteLimits {
  /** Of one person, over all their pages. */
  readonly ofOne: ByteRate;
  /** Of all annotators together: whoever has the address may be many people. */
  readonly ofAnnotators: ByteRate;
}

const MB = 1024 * 1024;
/** A verdict on every shot of the longest video is 2.5 MB, and everything else some hundred bytes. To read a message takes 30 ms for each megabyte, in which nobody else is answered. */
const BYTE_LIMITS: ByteLimits = { ofOne: { perSecond: MB, burst: 6 * MB }, ofAnnotators: { perSecond: 3 * MB, burst: 12 * MB } };

type Wire = Pick<WebSocket, 'pause' | 'resume'> & {
  on(event: 'message', listener: (data: { readonly byteLength?: number }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
};

interface Person {
  readonly wires: Set<Wire>;
  readonly bucket: (bytes: number) => number;
  held: NodeJS.Timeout | null;
}

/** Takes no more from a person than the studio reads beside its other work: their wires are not read until their time has come, and nothing is lost. */
export function createByteBudget({ ofOne, ofAnnotators }: ByteLimits = BYTE_LIMITS): { watch(wire: Wire, guest: Guest): void } {
  const people = new WeakMap<Guest, Person>();
  const annotators = createBucket(ofAnnotators);

  function hold(person: Person, waitMs: number): void {
    if (person.held !== null) clearTimeout(person.held);
    for (const wire of person.wires) wire.pause();
    person.held = setTimeout(() => {
      person.held = null;
      for (const wire of person.wires) wire.resume();
    }, waitMs).unref();
  }

  return {
    watch(wire, guest) {
      const person: Person = people.get(guest) ?? { wires: new Set(), bucket: createBucket(ofOne), held: null };
      people.set(guest, person);
      person.wires.add(wire);
      if (person.held !== null) wire.pause();
      wire.on('close', () => person.wires.delete(wire));
      wire.on('message', ({ byteLength = 0 }) => {
        const waitMs = Math.max(person.bucket(byteLength), guest.role === 'annotator' ? annotators(byteLength) : 0);
        if (waitMs > 0) hold(person, waitMs);
      });
    },
  };
}

/** Takes bytes out, and returns how many milliseconds it is until there are some again. */
function createBucket({ perSecond, burst }: ByteRate): (bytes: number) => number {
  let [left, atMs] = [burst, performance.now()];
  return (bytes) => {
    const nowMs = performance.now();
    left = Math.min(burst, left + ((nowMs - atMs) * perSecond) / 1000) - bytes;
    atMs = nowMs;
    return left >= 0 ? 0 : Math.ceil((-left * 1000) / perSecond);
  };
}
