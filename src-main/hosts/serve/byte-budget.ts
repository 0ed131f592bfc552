import type { WebSocket } from 'ws';
import type { Guest } from '#core/app/people/people-service.ts';
import { createBucket, type Rate } from './bucket.ts';
import { endAtOnce, type EndableWire } from './end-at-once.ts';

export interface WireLimits {
  /** Bytes of one person, over all their pages. */
  readonly ofOne: Rate;
  /** Bytes of all annotators together: whoever has the address may be many people. */
  readonly ofAnnotators: Rate;
  /** What a message counts for beside its bytes. */
  readonly messageBytes: number;
  /** Messages of one wire that were read already when its reading stopped. */
  readonly whileHeld: number;
  /** Pings and pongs of one wire. */
  readonly control: Rate;
  /** Bytes of messages whose end has not come, of one person and of all annotators together. */
  readonly unfinished: { readonly ofOne: number; readonly ofAnnotators: number };
}

const KB = 1024;
const MB = 1024 * KB;
/**
 * A verdict on every shot of the longest video is 2.5 MB, and everything else some hundred bytes. To read a message takes 30 ms for each
 * megabyte, in which nobody else is answered, and the smallest some 50 µs. At most 64 KB are read at once: an honest page has a few
 * messages in them. Browsers send no pings, and pongs only for ours.
 */
const WIRE_LIMITS: WireLimits = {
  ofOne: { perSecond: MB, burst: 6 * MB },
  ofAnnotators: { perSecond: 3 * MB, burst: 12 * MB },
  messageBytes: 2 * KB,
  whileHeld: 64,
  control: { perSecond: 5, burst: 20 },
  unfinished: { ofOne: 12 * MB, ofAnnotators: 48 * MB },
};

type Wire = EndableWire &
  Pick<WebSocket, 'pause' | 'resume'> & { on(event: 'message' | 'ping' | 'pong' | 'close', listener: () => void): unknown };

/** What a wire runs along: its bytes count when they come, for a message may never end. */
interface Connection {
  on(event: 'data', listener: (data: { readonly byteLength: number }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
}

interface Person {
  readonly wires: Set<Wire>;
  readonly bucket: (bytes: number) => number;
  held: NodeJS.Timeout | null;
  unfinishedBytes: number;
}

/**
 * Takes no more from a person than the studio reads beside its other work: their wires are not read until their time has come, and nothing
 * is lost. What only a program does that wants to keep the studio busy closes its wire.
 */
export function createByteBudget(limits: WireLimits = WIRE_LIMITS): { watch(wire: Wire, connection: Connection, guest: Guest): void } {
  const people = new WeakMap<Guest, Person>();
  const annotators = { bucket: createBucket(limits.ofAnnotators), unfinishedBytes: 0 };

  function hold(person: Person, waitMs: number): void {
    if (person.held !== null) clearTimeout(person.held);
    for (const wire of person.wires) wire.pause();
    person.held = setTimeout(() => {
      person.held = null;
      for (const wire of person.wires) wire.resume();
    }, waitMs).unref();
  }

  function personOf(guest: Guest): Person {
    const person = people.get(guest) ?? { wires: new Set(), bucket: createBucket(limits.ofOne), held: null, unfinishedBytes: 0 };
    people.set(guest, person);
    return person;
  }

  return {
    watch(wire, connection, guest) {
      const person = personOf(guest);
      const isAnnotator = guest.role === 'annotator';
      const control = createBucket(limits.control);
      let unfinishedBytes = 0;
      let whileHeld = 0;

      function take(bytes: number): void {
        const waitMs = Math.max(person.bucket(bytes), isAnnotator ? annotators.bucket(bytes) : 0);
        if (waitMs > 0) hold(person, waitMs);
      }
      function setUnfinished(bytes: number): void {
        for (const sum of isAnnotator ? [person, annotators] : [person]) sum.unfinishedBytes += bytes - unfinishedBytes;
        unfinishedBytes = bytes;
      }

      person.wires.add(wire);
      if (person.held !== null) wire.pause();
      wire.on('close', () => person.wires.delete(wire));
      connection.on('close', () => setUnfinished(0));
      connection.on('data', ({ byteLength }) => {
        setUnfinished(unfinishedBytes + byteLength);
        const isTooMuch =
          person.unfinishedBytes > limits.unfinished.ofOne || (isAnnotator && annotators.unfinishedBytes > limits.unfinished.ofAnnotators);
        if (isTooMuch) return endAtOnce(wire);
        take(byteLength);
      });
      wire.on('message', () => {
        setUnfinished(0);
        whileHeld = person.held === null ? 0 : whileHeld + 1;
        if (whileHeld > limits.whileHeld) return endAtOnce(wire);
        take(limits.messageBytes);
      });
      for (const event of ['ping', 'pong'] as const) wire.on(event, () => control(1) > 0 && endAtOnce(wire));
    },
  };
}
