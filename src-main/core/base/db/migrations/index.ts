import type { Migration } from '../migrate.ts';
import { migration001 } from './001-project.ts';
import { migration002 } from './002-screen-text.ts';
import { migration003 } from './003-spoken-words.ts';
import { migration004 } from './004-run-thresholds.ts';
import { migration005 } from './005-step-facts.ts';
import { migration006 } from './006-seals.ts';
import { migration007 } from './007-file-bases.ts';
import { migration008 } from './008-source-records.ts';
import { migration009 } from './009-smaller-indexes.ts';
import { migration010 } from './010-touched-steps.ts';
import { migration011 } from './011-search-without-places.ts';
import { migration012 } from './012-kinds-of-exports.ts';
import { migration013 } from './013-names-of-owners.ts';

/** Every migration, oldest first. A published one is never edited: add the next. */
export const migrations: readonly Migration[] = [
  migration001,
  migration002,
  migration003,
  migration004,
  migration005,
  migration006,
  migration007,
  migration008,
  migration009,
  migration010,
  migration011,
  migration012,
  migration013,
];
