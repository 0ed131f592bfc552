import { commands } from './en/commands.ts';
import { common } from './en/common.ts';
import { editor } from './en/editor.ts';
import { errors } from './en/errors.ts';

/** English. One file per area; the editor's texts are in `en/editor.ts`. Plurals: `key_one`, `key_other` with `count`. */
export const en = { common, commands, errors, editor } as const;
