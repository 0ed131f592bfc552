import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type Core, createCore } from '#core/app/create-core.ts';
import type { Secrets } from '#core/base/secrets/secrets.ts';
import { endInOrderAfterFault } from '#core/base/last-resort.ts';
import { AppError } from '#shared/contract/errors.ts';
import { words } from '#shared/words/words.ts';
import { coreConfigFrom, createCoreHost, createFileLogger, type Surroundings } from '../common/core-setup.ts';
import type { ProductPaths } from '../common/product-paths.ts';
import { createAccess, tokensFrom } from './access.ts';
import { createHttpServer } from './http-server.ts';
import { hostHeaders, reachableNames } from './reachable-names.ts';
import { listen } from './listen.ts';
import { createSessions } from './sessions.ts';

export interface ServeOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly open: { readonly kind: 'sample' } | { readonly kind: 'last' } | { readonly kind: 'folder'; readonly folder: string };
  readonly surroundings: Surroundings;
  readonly product: ProductPaths;
  readonly secrets: Secrets;
  /** Given only where an address must survive restarts; drawn by lot otherwise. */
  readonly token?: string | undefined;
}

/** How often uploads that nobody used are looked for. */
const SWEEP_INTERVAL_MS = 3_600_000;

/** @throws AppError `not-found` for a mistyped folder; what cannot be opened otherwise is shown by the studio with what can be done */
async function openAtStart({ services }: Core, open: ServeOptions['open']): Promise<void> {
  if (open.kind === 'sample') await services.sample.openOrNotify();
  else if (open.kind === 'last') await services.projects.reopenLast();
  else if (existsSync(path.resolve(open.folder))) await services.projects.openOrShow(path.resolve(open.folder));
  else await services.projects.openFolder(path.resolve(open.folder));
}

export interface RunningServer {
  /** With the owner's token: open it in a browser. */
  readonly url: string;
  /** With a token of its own: for those who annotate. */
  readonly annotatorUrl: string;
  close(): Promise<void>;
}

/**
 * Starts the core and serves it to browsers. Listens on 127.0.0.1 unless another host is given.
 * @throws AppError `conflict` or `invalid-input` where it cannot listen there; then nothing is left running
 */
export async function startServe(options: ServeOptions): Promise<RunningServer> {
  if (options.token !== undefined) refuseWeakToken(options.token);
  const config = coreConfigFrom(options.surroundings, options.product);
  const logger = createFileLogger(config.dataDir, options.surroundings.SHOTLUCK_LOG_LEVEL);
  const core = createCore(config, createCoreHost(logger, options.product, options.secrets));
  // Filled in once the port is known; until then every request is refused.
  const allowedHosts = new Set<string>();
  const tokens = tokensFrom(options.token);
  const sessions = createSessions({
    people: core.services.people,
    events: core.events,
    logger,
    kept:
      options.token === undefined || options.port === 0
        ? null
        : { dataDir: config.dataDir, host: options.host, port: options.port, token: options.token },
  });
  const access = createAccess({ allowedHosts, tokens, sessions, logger });
  const server = createHttpServer({
    core,
    access,
    rendererDir: options.product.rendererDir,
    onError: (error, url) => logger.error({ error, url }, 'request failed'),
    onSocketError: (error) => logger.debug({ error }, 'a connection broke'),
  });
  const sweep = (): void => void core.uploads.sweep().catch((error: unknown) => logger.error({ error }, 'sweeping unused uploads failed'));
  const sweeping = setInterval(sweep, SWEEP_INTERVAL_MS);
  async function close(): Promise<void> {
    clearInterval(sweeping);
    sessions.endAll();
    // Also where it never listened: it watches its connections.
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await core.close();
  }
  const stopWatching = endInOrderAfterFault({
    log: (error, message) => logger.error({ error }, message),
    close,
    exit: (code) => process.exit(code),
  });
  try {
    await core.dispatcher.inTurn(() => openAtStart(core, options.open));
    // Once the project that is opened has kept its own.
    sweep();
    await listen(server, options.port, options.host);
  } catch (error) {
    stopWatching();
    await close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  sessions.takeUp();
  const names = reachableNames(options.host);
  for (const header of hostHeaders(names, port)) allowedHosts.add(header);
  const addressFor = (token: string): string => `http://${names[0]}:${port}/?token=${token}`;
  return {
    url: addressFor(tokens.owner),
    annotatorUrl: addressFor(tokens.annotator),
    async close() {
      await close();
      stopWatching();
    },
  };
}

/** Whoever guesses the token has the studio; and it must stand in an address and a cookie as it is. */
function refuseWeakToken(token: string): void {
  if (/^[\w-]{24,200}$/.test(token)) return;
  throw new AppError('invalid-input', words('hosts.weakToken'));
}
