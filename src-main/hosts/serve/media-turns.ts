import { setTimeout as delay } from 'node:timers/promises';
import type { Guest } from '#core/app/people/people-service.ts';
import { createFairQueue, type QueueMember } from '#core/app/rpc/fair-queue.ts';
import type { Role } from '#shared/contract/define.ts';

/** Of one person: as many as a browser asks for at once. */
const PARALLEL = 6;
/** Of one person: more than they have connections, each of which brings one. */
const WAITING = 64;

/** After long work of annotators none of them gets any more for so many times as long: most of the time belongs to everybody else. */
const REST_OF_ANNOTATORS = 3;
/** What is sent takes work as well, while it is sent: together they are given no more than this. */
const BYTES_PER_MS_OF_ANNOTATORS = 100_000;
/** A shorter one is none. */
const WORTH_A_REST_MS = 5;
const MAX_REST_MS = 2_000;

interface Lines {
  readonly usual: QueueMember;
  readonly long: QueueMember;
}

export interface Asked<T> {
  /** Work in proportion to the length of a video. */
  readonly isLong: boolean;
  /** How much of an answer is sent at once; left out: nothing that counts. */
  bytesOf?(answer: T): number;
  /** Whoever asked has gone. */
  readonly signal: AbortSignal;
}

export interface MediaTurns {
  /** Runs `work` when its turn has come. @throws AppError `cancelled`, `busy` */
  run<T>(guest: Guest, asked: Asked<T>, work: () => Promise<T>): Promise<T>;
}

/**
 * Whose picture, curve or file is looked for next, as the wire's queries have it: each person in turn, however many connections they have.
 * Of what is long, each person has one at a time, and all annotators together one, with a rest behind it: whoever has their address may be
 * many people.
 */
export function createMediaTurns(): MediaTurns {
  const usual = createFairQueue({ parallel: PARALLEL, parallelInAll: Number.POSITIVE_INFINITY, waiting: WAITING });
  const long = {
    owner: createFairQueue({ parallel: 1, parallelInAll: Number.POSITIVE_INFINITY, waiting: WAITING }),
    annotator: createFairQueue({ parallel: 1, parallelInAll: 1, waiting: WAITING }),
  };
  const linesOfGuests = new WeakMap<Guest, Lines>();

  function linesOf(guest: Guest): Lines {
    const lines = linesOfGuests.get(guest) ?? { usual: usual.join(), long: long[guest.role].join() };
    linesOfGuests.set(guest, lines);
    return lines;
  }

  return {
    run(guest, asked, work) {
      const lines = linesOf(guest);
      return asked.isLong ? runLong(lines.long, { ...asked, role: guest.role }, work) : lines.usual.run(work, asked.signal);
    },
  };
}

/** Answers at once, and gives its place to the next after its rest. */
function runLong<T>(
  line: QueueMember,
  { role, signal, bytesOf = () => 0 }: Asked<T> & { readonly role: Role },
  work: () => Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const inPlace = async (): Promise<void> => {
      const startedMs = performance.now();
      const answer = work();
      answer.then(resolve, reject);
      const bytes = await answer.then(bytesOf, () => 0);
      if (role === 'owner') return;
      const restMs = (performance.now() - startedMs) * REST_OF_ANNOTATORS + bytes / BYTES_PER_MS_OF_ANNOTATORS;
      if (restMs > WORTH_A_REST_MS) await delay(Math.min(MAX_REST_MS, restMs), undefined, { ref: false });
    };
    line.run(inPlace, signal).catch(reject);
  });
}
