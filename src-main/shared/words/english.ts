import { app } from './en/app.ts';
import { base } from './en/base.ts';
import { common } from './en/common.ts';
import { edits } from './en/edits.ts';
import { engines } from './en/engines.ts';
import { exchange } from './en/exchange.ts';
import { hosts } from './en/hosts.ts';
import { jobs } from './en/jobs.ts';
import { media } from './en/media.ts';
import { models } from './en/models.ts';
import { project } from './en/project.ts';
import { stale } from './en/stale.ts';
import { steps } from './en/steps.ts';
import { titles } from './en/titles.ts';
import { wire } from './en/wire.ts';
import { worker } from './en/worker.ts';

/** What the core says to people, in English: one file per storey. The syntax is that of i18next; `words.ts` fills it in. */
export const english = {
  app,
  base,
  common,
  edits,
  engines,
  exchange,
  hosts,
  jobs,
  media,
  models,
  project,
  stale,
  steps,
  titles,
  wire,
  worker,
} as const;
