import path from 'node:path';
import { z } from 'zod';
import type { Logger } from '#core/base/host.ts';
import { readJsonFile, writeJsonFile } from '#core/base/files/json-file.ts';
import { nameKey } from './person-name.ts';

/** The newest are kept: more than one studio's owners ever call themselves. */
const MAX_NAMES = 200;
const OwnerNames = z.object({ names: z.array(z.string()) });

/** Names under which owners have worked on this studio, whoever was let in since. */
export interface OwnerNames {
  has(name: string): boolean;
  add(name: string): void;
}

/**
 * Kept in a file, for sessions end with the studio while history keeps its steps, and undo goes by the name: without it an annotator of the next
 * day could take the owner's name and take the owner's steps back.
 */
export function createOwnerNames(dataDir: string, logger: Pick<Logger, 'warn'>): OwnerNames {
  const file = path.join(dataDir, 'owner-names.json');
  /** As `nameKey` gives them, the oldest first. */
  const names = new Set<string>();
  let isWritten = true;
  read();

  /** Another studio may share the data folder, and have owners of its own. */
  function read(): void {
    const found = readJsonFile(file, OwnerNames);
    for (const name of found.state === 'ok' ? found.value.names : []) names.add(name);
  }

  /** A disk that is full keeps no owner out: until it takes them, the names are known as long as the studio runs. */
  function write(): void {
    try {
      read();
      writeJsonFile(file, { names: [...names].slice(-MAX_NAMES) } satisfies z.infer<typeof OwnerNames>);
      isWritten = true;
    } catch (error) {
      isWritten = false;
      logger.warn({ error, file }, 'the names of owners could not be written');
    }
  }

  return {
    has(name) {
      read();
      return names.has(nameKey(name));
    },
    add(name) {
      if (isWritten && names.has(nameKey(name))) return;
      names.add(nameKey(name));
      write();
    },
  };
}
