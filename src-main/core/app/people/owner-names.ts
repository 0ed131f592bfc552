import { words } from '#shared/words/words.ts';
import path from 'node:path';
import { z } from 'zod';
import type { Logger } from '#core/base/host.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import { readJsonFile, requireRead, writeJsonFile } from '#core/base/files/json-file.ts';
import { createUntilWritten } from '#core/base/files/until-written.ts';
import { nameKey } from './person-name.ts';

/** The newest are kept: more than one studio's owners ever call themselves. */
const MAX_NAMES = 200;
const OwnerNames = z.object({ names: z.array(z.string()) });

/** Names under which owners have worked on this studio, whoever was let in since. */
export interface OwnerNames {
  /** @throws AppError `busy` while that cannot be known */
  has(name: string): boolean;
  /** Of these names, those that are known by now. */
  among(names: readonly string[]): string[];
  add(name: string): void;
  /** With the studio: the last chance for what could not be written so far. */
  close(): void;
}

export interface OwnerNamesParts {
  readonly dataDir: string;
  readonly events: Pick<EventBus, 'emit'>;
  readonly logger: Pick<Logger, 'warn'>;
}

/**
 * Kept in a file, for sessions end with the studio while history keeps its steps, and undo goes by the name: without it an annotator of the next
 * day could take the owner's name and take the owner's steps back.
 */
export function createOwnerNames({ dataDir, events, logger }: OwnerNamesParts): OwnerNames {
  const file = path.join(dataDir, 'owner-names.json');
  /** As `nameKey` gives them, the oldest first. */
  const names = new Set<string>();
  let toldOf: string | null = null;
  /** A disk that is full keeps no owner out: until it takes them, the names are known as long as the studio runs. */
  const writing = createUntilWritten({
    write() {
      read();
      writeJsonFile(file, { names: [...names].slice(-MAX_NAMES) } satisfies z.infer<typeof OwnerNames>);
    },
    onFailure: (error) => logger.warn({ error, file }, 'the names of owners could not be written'),
  });
  try {
    read();
  } catch (error) {
    // It is read again before it is believed or written.
    logger.warn({ error, file }, 'the names of owners could not be read');
  }

  /** Another studio may share the data folder, and have owners of its own. True where the file was damaged, so that it says none of them any more. @throws AppError `busy` */
  function read(): boolean {
    const found = requireRead(file, readJsonFile(file, OwnerNames));
    for (const name of found.state === 'ok' ? found.value.names : []) names.add(name);
    if (found.state !== 'set-aside') return false;
    // One that cannot be set aside is met at each look.
    if (found.setAsidePath !== toldOf) reportDamage(found.setAsidePath);
    toldOf = found.setAsidePath;
    return true;
  }

  /** History says under which name a step was made, not whether an owner made it: the names of before come back only from the owners themselves. */
  function reportDamage(setAsidePath: string): void {
    events.emit('notice', {
      level: 'warning',
      title: words('app.ownerNamesDamaged'),
      message: words('app.ownerNamesAgain', { file: setAsidePath }),
    });
  }

  return {
    has(name) {
      if (names.has(nameKey(name))) return true;
      const wasDamaged = read();
      if (wasDamaged && names.size > 0) writing.now();
      return names.has(nameKey(name));
    },
    among: (some) => some.filter((name) => names.has(nameKey(name))),
    add(name) {
      if (names.has(nameKey(name))) return;
      names.add(nameKey(name));
      writing.now();
    },
    close: () => writing.close(),
  };
}
