import { mkdirSync, renameSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { destination, pino, type Logger as PinoLogger } from 'pino';
import type { CoreConfig } from '#core/base/config.ts';
import { checkDatabaseInThread, compactDatabaseInThread } from '#core/base/db/check-in-thread.ts';
import { errorCode } from '#core/base/files/error-code.ts';
import { storageTrouble } from '#core/base/db/storage-trouble.ts';
import { PART_LIMIT_MS } from '#core/engines/work-limit.ts';
import { spawnEngineWorkerProcess } from '#core/engines/worker-process.ts';
import { systemClock } from '#core/base/host.ts';
import { AppError } from '#shared/contract/errors.ts';
import { withoutEnd } from '#shared/cut-text.ts';
import { words } from '#shared/words/words.ts';
import type { Secrets } from '#core/base/secrets/secrets.ts';
import { createLeash } from '#core/base/leash.ts';
import { dataDirFrom } from './data-dir.ts';
import { mendModes, personUmaskFrom } from './private-files.ts';
import type { ProductPaths } from './product-paths.ts';
import type { StudioHost } from '#core/engines/engine-worker-handle.ts';

/** Settings that the surroundings may give; a path setting wins over what is found. */
export interface Surroundings {
  readonly SHOTLUCK_DATA_DIR?: string | undefined;
  readonly SHOTLUCK_FFMPEG?: string | undefined;
  readonly SHOTLUCK_FFPROBE?: string | undefined;
  readonly SHOTLUCK_LOG_LEVEL?: string | undefined;
  /** Another hub than the public one, by the name that tools of the hub use. */
  readonly HF_ENDPOINT?: string | undefined;
  /** Octal; see `keepFilesPrivate`. */
  readonly SHOTLUCK_UMASK?: string | undefined;
}

export function coreConfigFrom(surroundings: Surroundings, product: ProductPaths): CoreConfig {
  const dataDir = dataDirFrom(surroundings);
  const cores = availableParallelism();
  const personUmask = personUmaskFrom(surroundings);
  return {
    dataDir,
    uploadsDir: path.join(dataDir, 'uploads'),
    modelsDir: product.modelsDir,
    userModelsDir: path.join(dataDir, 'models'),
    sampleVideoPath: product.sampleVideoPath,
    ffmpegPath: surroundings.SHOTLUCK_FFMPEG ?? 'ffmpeg',
    ffprobePath: surroundings.SHOTLUCK_FFPROBE ?? 'ffprobe',
    ffmpegLanes: Math.max(1, Math.floor(cores / 2)),
    inferenceThreads: cores,
    hub: {
      url: withoutEnd(surroundings.HF_ENDPOINT ?? 'https://huggingface.co', /\//u),
      retryDelaysMs: [1_000, 4_000, 15_000],
      stallMs: 60_000,
    },
    ...(personUmask !== undefined && { personUmask }),
  };
}

/** A log that has grown beyond this is set aside when the next process begins to write: two of this size are kept. */
const MAX_LOG_BYTES = 32 * 1024 * 1024;

/** What waits to be written while the disk is full, in characters; beyond that lines are dropped. */
const MAX_WAITING_LOG = 1_000_000;

/**
 * Logs go to a file: stdout belongs to commands, and a desktop program has none. A full disk costs lines, never the studio.
 * The data folder's rights are mended on the way, for whoever logs is the first to use it.
 */
export function createFileLogger(dataDir: string, level = 'info'): PinoLogger {
  mendModes(dataDir);
  const logDir = path.join(dataDir, 'logs');
  const options = { base: { pid: process.pid }, serializers: { error: pino.stdSerializers.err } };
  try {
    mkdirSync(logDir, { recursive: true });
    const stream = openLog(path.join(logDir, 'studio.log'));
    // Without a listener the first line that cannot be written would end the process; the stream tries again with the next.
    stream.on('error', () => undefined);
    return pino({ ...options, level }, stream);
  } catch (error) {
    if (storageTrouble(error) !== 'full') throw explainNoFolder(error, dataDir);
    return pino({ ...options, level: 'silent' });
  }
}

/** @throws AppError `read-only` for what is no file, also behind links that lead nowhere or round in a circle */
function openLog(file: string): ReturnType<typeof destination> {
  try {
    setAsideWhenLong(file);
    requireFile(file);
    return destination({ dest: file, append: true, sync: true, maxLength: MAX_WAITING_LOG });
  } catch (error) {
    if (!NO_FILE.has(errorCode(error) ?? '')) throw error;
    throw new AppError('read-only', words('hosts.noLog', { file }), { cause: error });
  }
}

const NO_FILE: ReadonlySet<string> = new Set(['ELOOP', 'ENOENT', 'ENXIO', 'EISDIR']);

function setAsideWhenLong(log: string): void {
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) <= MAX_LOG_BYTES) return;
  try {
    renameSync(log, path.join(path.dirname(log), 'studio.previous.log'));
  } catch (error) {
    // Windows keeps the name of a file that another studio writes to: then it grows until the start of the next.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}

/** A pipe would hold the start up for ever. */
function requireFile(log: string): void {
  if (statSync(log, { throwIfNoEntry: false })?.isFile() === false) throw new AppError('read-only', words('hosts.noLog', { file: log }));
}

function explainNoFolder(error: unknown, dataDir: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'EISDIR', 'ELOOP', 'ENOENT', 'ENAMETOOLONG'].includes(code)) return error;
  return new AppError('read-only', words('hosts.noDataDir', { folder: dataDir, code }), { cause: error });
}

export function createCoreHost(logger: PinoLogger, product: ProductPaths, secrets: Secrets): StudioHost {
  const leash = createLeash();
  return {
    logger,
    clock: systemClock,
    secrets,
    checkDatabase: (file) => checkDatabaseInThread(pathToFileURL(product.databaseCheckPath), file),
    compactDatabase: (file) => compactDatabaseInThread(pathToFileURL(product.databaseCheckPath), file),
    spawnEngineWorker: () => spawnEngineWorkerProcess(pathToFileURL(product.engineWorkerPath), PART_LIMIT_MS, leash),
  };
}
