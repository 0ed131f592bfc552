import { app } from './en/app.ts';
import { base } from './en/base.ts';
import { engines } from './en/engines.ts';
import { exchange } from './en/exchange.ts';
import { hosts } from './en/hosts.ts';
import { jobs } from './en/jobs.ts';
import { media } from './en/media.ts';
import { models } from './en/models.ts';
import { project } from './en/project.ts';
import { steps } from './en/steps.ts';
import { wire } from './en/wire.ts';
import { worker } from './en/worker.ts';

/** What the core says to people, in English: one file per storey. The syntax is that of i18next, by which the page words it. */
export const english = { app, base, engines, exchange, hosts, jobs, media, models, project, steps, wire, worker } as const;
