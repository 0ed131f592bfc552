import path from 'node:path';
import { DATABASE_FILE } from '#core/base/files/project-files.ts';

const PROJECT_FOLDER = /\.shotluck$/i;

/**
 * The project that a double click or a command line names: its folder, or the database inside. Everything else among the arguments, such as
 * switches, is passed over; whether there is such a project, the core finds out when it opens it.
 * @param args without the program itself
 * @param workingDir what relative paths start from
 */
export function projectAmong(args: readonly string[], workingDir: string): string | undefined {
  return args
    .filter((arg) => !arg.startsWith('-'))
    .map((arg) => path.resolve(workingDir, arg))
    .map((file) => (path.basename(file) === DATABASE_FILE ? path.dirname(file) : file))
    .findLast((folder) => PROJECT_FOLDER.test(folder));
}
