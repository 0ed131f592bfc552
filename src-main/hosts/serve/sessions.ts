import { createHash, createHmac, randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '#core/base/files/json-file.ts';
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
  /** Made with the token: under another one, nobody of before is let in. */
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
  /** Keeps sessions over a crash, sealed with the token; null where the next start has another token anyway. */
  readonly kept: { readonly file: string; readonly token: string } | null;
}

/** Browsers that were let in. The secret of each is only in its cookie; here lies its hash. */
export function createSessions({ people, events, logger, kept }: SessionsParts): Sessions {
  const guests = new Map<string, Guest>();
  const seal = kept === null ? '' : createHmac('sha256', kept.token).update('sessions').digest('base64url');

  function add(secretHash: string, role: Role, state?: GuestState): Guest {
    const guest = people.join(role, state);
    guests.set(secretHash, guest);
    guest.onEnd(() => void guests.delete(secretHash));
    return guest;
  }

  const countOf = (role: Role): number => [...guests.values()].filter((guest) => guest.role === role).length;

  /**
   * Written at each change of who is here, so that a crash sends nobody back to the door. Where the disk is full the sessions last as long as the studio
   * runs, and are written with the next change for which there is room.
   */
  function keep(): void {
    if (kept === null) return;
    const sessions = [...guests].map(([secretHash, guest]) => ({ secretHash, state: guest.state() }));
    const text = JSON.stringify(sessions.map(({ secretHash, state: { lastSeenMs: _unimportant, ...state } }) => [secretHash, state]));
    if (text === written) return;
    try {
      writeJsonFile(kept.file, { seal, sessions } satisfies z.infer<typeof KeptSessions>);
      written = text;
    } catch (error) {
      logger.warn({ error, file: kept.file }, 'the sessions could not be written');
    }
  }

  let written = '';
  if (kept !== null) {
    const found = readJsonFile(kept.file, KeptSessions);
    if (found.state === 'ok' && found.value.seal === seal)
      for (const { secretHash, state } of found.value.sessions) add(secretHash, state.role, state);
  }
  const stopKeeping = events.on('changed', ({ table }) => {
    if (table === 'people') keep();
  });
  const timer = setInterval(() => people.endIdle(MAX_IDLE_MS), SWEEP_MS).unref();

  return {
    open(role) {
      people.endIdle(MAX_IDLE_MS);
      if (countOf(role) >= MAX_SESSIONS && !people.endLongestAway(role)) return null;
      const secret = randomBytes(32).toString('base64url');
      const guest = add(hashOf(secret), role);
      keep();
      return { secret, guest };
    },
    find: (secret) => guests.get(hashOf(secret)) ?? null,
    endAll() {
      clearInterval(timer);
      stopKeeping();
      for (const guest of guests.values()) guest.end();
      if (kept !== null) rmSync(kept.file, { force: true });
    },
  };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
