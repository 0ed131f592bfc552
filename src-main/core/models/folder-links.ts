import path from 'node:path';
import { z } from 'zod';
import { readJsonFile, requireRead, writeJsonFile } from '#core/base/files/json-file.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';

const LinksFile = z.array(z.object({ name: z.string().min(1), folder: z.string() }));
export type FolderLink = z.infer<typeof LinksFile>[number];

/** Model folders that lie elsewhere and are used in place: `folders.json` in the user's model folder names them. */
export function createFolderLinks(userModelsDir: string) {
  const file = path.join(userModelsDir, 'folders.json');

  /** What the file said last. */
  let last: FolderLink[] = [];

  /** Where the file cannot be read just now, what it said before: models of other folders are no part of that trouble. */
  function list(): FolderLink[] {
    const found = readJsonFile(file, LinksFile);
    if (found.state !== 'unread') last = found.state === 'ok' ? found.value : [];
    return last;
  }

  /** @throws AppError `busy` while it is not known what would be written over */
  function listToChange(): FolderLink[] {
    requireRead(file, readJsonFile(file, LinksFile));
    return list();
  }

  return {
    list,

    /**
     * @param takenNames names that are used already in the user's model folder
     * @returns the link; its name is that of the folder, with a number where that is taken
     */
    add(folder: string, takenNames: readonly string[]): FolderLink {
      const known = listToChange();
      const same = known.find((link) => link.folder === folder);
      if (same !== undefined) return same;
      const taken = new Set([...takenNames, ...known.map((link) => link.name)]);
      const base = path.basename(folder);
      let name = base;
      for (let number = 2; taken.has(name); number++) name = `${base} (${number})`;
      writeJsonFile(file, [...known, { name, folder }]);
      return { name, folder };
    },

    /** The folder itself stays untouched. */
    remove(name: string): void {
      const known = listToChange();
      const rest = known.filter((link) => link.name !== name);
      if (rest.length === known.length) throw new AppError('not-found', words('models.noFolderInList', { name }));
      writeJsonFile(file, rest);
    },
  };
}
