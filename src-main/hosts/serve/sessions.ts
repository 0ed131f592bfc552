import { createHash, createHmac, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readJsonFile, requireRead, writeJsonFile } from '#core/base/files/json-file.ts';
import { createUntilWritten } from '#core/base/files/until-written.ts';
import type { Guest, GuestState, PeopleService } from '#core/app/people/people-service.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { Logger } from '#core/base/host.ts';
import type { Role } from '#shared/contract/define.ts';
import { KeymapPreset, PersonName, Role as RoleSchema, ThemeSetting } from '#shared/contract/people.ts';
import { PersonId } from '#shared/domain/ids.ts';

/** A session that asked for nothing this long is over. */
const MAX_IDLE_MS = 24 * 3_600_000;
const SWEEP_MS = 10 * 60_000;
/** Of each role, so that no annotator can take the place of an owner. More people than ever work on one project; what is more comes from a program. */
const MAX_SESSIONS = 200;

function unreadableLeftOut<T extends z.ZodType>(of: T) {
  return z.array(z.unknown()).transform((all) => all.flatMap((each) => of.safeParse(each).data ?? []));
}

const KeptSessions = z.object({
  /** Made with the token and the address: under another one, nobody of before is let in. */
  seal: z.string(),
  // One that cannot be read costs no others.
  sessions: unreadableLeftOut(
    z.object({
      secretHash: z.string(),
      state: z.object({
        personId: PersonId,
        role: RoleSchema,
        name: PersonName.nullable(),
        isNameChosen: z.boolean(),
        theme: ThemeSetting,
        keymap: KeymapPreset,
        sinceMs: z.int(),
        lastSeenMs: z.int(),
        formerNames: z.array(z.string()).readonly().default([]),
      }),
    }),
  ),
});

export interface Sessions {
  /** Takes up those that a crash left, and keeps them from now on. Once we listen: until then the address, and its file, may be another studio's. */
  takeUp(): void;
  /** A new session; null when there are too many people here. */
  open(role: Role): { readonly secret: string; readonly guest: Guest } | null;
  find(secret: string): Guest | null;
  /** All of them, when the studio is closed. */
  endAll(): void;
}

export interface SessionsParts {
  readonly people: PeopleService;
  readonly events: EventBus;
  readonly logger: Pick<Logger, 'warn'>;
  /** Keeps sessions over a crash; null where the next start is at another address anyway. */
  readonly kept: KeptAddress | null;
}

/** Cookies are made for one host and one port, and so are sessions: what a studio ended no other one of the same data folder and secret lets in. */
export interface KeptAddress {
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  readonly token: string;
}

/** Browsers that were let in. The secret of each is only in its cookie; here lies its hash. */
export function createSessions({ people, events, logger, kept }: SessionsParts): Sessions {
  const guests = new Map<string, Guest>();
  const file = kept === null ? '' : path.join(kept.dataDir, `sessions-${kept.port}.json`);
  const seal = kept === null ? '' : createHmac('sha256', kept.token).update(`sessions of ${kept.host} ${kept.port}`).digest('base64url');
  /** What the file holds: everything, to see what changed, and the sessions. */
  let written = '';
  let inFile: ReadonlySet<string> = new Set();
  let isKeeping = false;
  /** What the file holds of before. */
  let isTakenUp = false;

  function add(secretHash: string, role: Role, state?: GuestState): Guest {
    const guest = people.join(role, state);
    guests.set(secretHash, guest);
    guest.onEnd(() => void guests.delete(secretHash));
    return guest;
  }

  const countOf = (role: Role): number => [...guests.values()].filter((guest) => guest.role === role).length;

  /** Written at each change of who is here, so that a crash sends nobody back to the door, and lets nobody in again who was sent away. */
  const keeping = createUntilWritten({
    write: keep,
    onFailure: (error) => logger.warn({ error, file }, 'the sessions could not be written'),
  });

  /** @throws AppError `busy` where the file cannot be read just now: it is tried again before it is written over */
  function takeUpKept(): void {
    const found = requireRead(file, readJsonFile(file, KeptSessions));
    isTakenUp = true;
    if (found.state !== 'ok' || found.value.seal !== seal) return;
    for (const { secretHash, state } of found.value.sessions) if (!guests.has(secretHash)) add(secretHash, state.role, state);
    inFile = new Set(guests.keys());
  }

  function keep(): void {
    if (!isKeeping) return;
    if (!isTakenUp) takeUpKept();
    const sessions = [...guests].map(([secretHash, guest]) => ({ secretHash, state: guest.state() }));
    const text = JSON.stringify(sessions.map(({ secretHash, state: { lastSeenMs: _unimportant, ...state } }) => [secretHash, state]));
    if (text === written) return;
    try {
      writeJsonFile(file, { seal, sessions } satisfies z.infer<typeof KeptSessions>);
    } catch (error) {
      // Removing needs no room: after a crash those who were in open the address again, and who was sent away stays out.
      if ([...inFile].some((secretHash) => !guests.has(secretHash))) forget();
      throw error;
    }
    written = text;
    inFile = new Set(guests.keys());
  }

  function forget(): void {
    rmSync(file, { force: true });
    written = '';
    inFile = new Set();
  }

  const stopKeeping = events.on('changed', ({ table }) => {
    if (table === 'people') keeping.now();
  });
  const timer = setInterval(() => people.endIdle(MAX_IDLE_MS), SWEEP_MS).unref();

  return {
    takeUp() {
      if (kept === null) return;
      isKeeping = true;
      try {
        takeUpKept();
      } catch {
        // Those of before are let in as soon as it can be read.
        keeping.now();
      }
    },
    open(role) {
      people.endIdle(MAX_IDLE_MS);
      if (countOf(role) >= MAX_SESSIONS && !people.endLongestAway(role)) return null;
      const secret = randomBytes(32).toString('base64url');
      const guest = add(hashOf(secret), role);
      keeping.now();
      return { secret, guest };
    },
    find: (secret) => guests.get(hashOf(secret)) ?? null,
    endAll() {
      const wasKeeping = isKeeping;
      isKeeping = false;
      clearInterval(timer);
      stopKeeping();
      keeping.close();
      for (const guest of guests.values()) guest.end();
      if (wasKeeping) forget();
    },
  };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
