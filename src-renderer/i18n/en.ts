import { commands } from './en/commands.ts';
import { common, shell } from './en/common.ts';
import { editor } from './en/editor.ts';
import { errors } from './en/errors.ts';
import { jobs } from './en/jobs.ts';
import { library } from './en/library.ts';
import { models } from './en/models.ts';
import { people } from './en/people.ts';
import { readOnly, start } from './en/projects.ts';
import { cheatSheet, history, palette, search, settings } from './en/settings.ts';
import { transfer } from './en/transfer.ts';

/** English. One file per area; the editor's texts are in `en/editor.ts`. Plurals: `key_one`, `key_other` with `count`. */
export const en = {
  common,
  shell,
  commands,
  errors,
  editor,
  start,
  readOnly,
  library,
  jobs,
  transfer,
  settings,
  models,
  people,
  history,
  search,
  palette,
  cheatSheet,
} as const;
