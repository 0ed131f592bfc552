import type { HubConfig } from '#core/base/config.ts';
import type { HubModel, HubVariant } from './model-manifest.ts';
import type { Clock, Logger } from '#core/base/host.ts';
import { createProgressMeter } from '#core/jobs/progress-meter.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import { createThrottle } from '#core/base/events/throttle.ts';
import { AppError, isCancelled } from '#shared/contract/errors.ts';
import type { ModelDownload } from '#shared/contract/views.ts';
import { words } from '#shared/words/words.ts';
import { createDownloadFolder } from './download-folder.ts';
import { downloadModel, type DownloadStep } from './download-model.ts';

/** Progress reaches clients at most this often. */
const PUSH_INTERVAL_MS = 100;

export interface DownloadsParts {
  readonly hub: HubConfig;
  readonly userModelsDir: string;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The models that can be downloaded. */
  catalogue(): Promise<readonly HubModel[]>;
  freeBytes(folder: string): Promise<number>;
  /** False: nothing may be fetched. */
  mayUseNetwork(): boolean;
}

interface Running {
  view: ModelDownload;
  readonly abort: AbortController;
  /** Never rejects. */
  ended: Promise<void>;
}

export type ModelDownloads = ReturnType<typeof createModelDownloads>;

/**
 * Downloads of models, each by a person's request. They need no project and go on while projects open and close; what was begun is kept
 * on disk, so that it goes on after a restart when somebody asks for it.
 */
export function createModelDownloads(parts: DownloadsParts) {
  const { hub, userModelsDir, events, clock, logger } = parts;
  const folder = createDownloadFolder(userModelsDir);
  const running = new Map<string, Running>();
  const throttle = createThrottle<ModelDownload>(PUSH_INTERVAL_MS, (view) => events.emit('modelDownload', view));

  function announce(): void {
    throttle.flush();
    events.emit('changed', { table: 'models', videoId: null });
  }

  // Switched off is off, also for what had begun: it waits as if somebody had paused it.
  const stopListening = events.on('changed', ({ table }) => {
    if (table === 'settings' && !parts.mayUseNetwork()) for (const modelId of running.keys()) void cancel(modelId);
  });

  async function find(modelId: string, variantId: string | undefined): Promise<{ model: HubModel; variant: HubVariant }> {
    const model = (await parts.catalogue()).find((candidate) => candidate.id === modelId);
    if (model === undefined) throw new AppError('not-found', words('models.notDownloadable', { modelId }));
    const wanted = variantId ?? folder.load(modelId)?.variantId ?? model.hub.variants[0]?.id;
    const variant = model.hub.variants.find((candidate) => candidate.id === wanted);
    if (variant === undefined)
      throw new AppError(
        'not-found',
        words('models.noSuchWeights', {
          title: model.title,
          wanted: wanted ?? '',
          known: model.hub.variants.map(({ id }) => id).join(', '),
        }),
      );
    return { model, variant };
  }

  async function list(): Promise<ModelDownload[]> {
    const catalogue = await parts.catalogue();
    const stopped = (await folder.loadAll()).filter((record) => !running.has(record.modelId));
    const views = stopped.map(async ({ modelId, variantId, listing, error }): Promise<ModelDownload[]> => {
      const model = catalogue.find((candidate) => candidate.id === modelId);
      if (model === undefined) return [];
      const totalBytes = listing?.files.reduce((sum, file) => sum + file.bytes, 0) ?? null;
      const receivedBytes = listing === null ? 0 : await folder.receivedBytes(modelId, listing);
      const state = error === null ? 'paused' : 'failed';
      return [
        { modelId, title: model.title, variantId, state, receivedBytes, totalBytes, bytesPerSecond: null, etaMs: null, file: null, error },
      ];
    });
    return [...[...running.values()].map(({ view }) => view), ...(await Promise.all(views)).flat()];
  }

  /** What other downloads still have to bring, so that two of them do not count on the same room. */
  function reservedBytes(exceptModelId: string): number {
    const others = [...running.values()].filter(({ view }) => view.modelId !== exceptModelId);
    return others.reduce((sum, { view }) => sum + Math.max(0, (view.totalBytes ?? 0) - view.receivedBytes), 0);
  }

  async function run(entry: Running, model: HubModel, variant: HubVariant): Promise<void> {
    const onStep = stepReporter(clock, (change) => {
      entry.view = { ...entry.view, ...change };
      throttle.push(model.id, entry.view);
    });
    try {
      await downloadModel(
        { hub, folder, freeBytes: async () => (await parts.freeBytes(userModelsDir)) - reservedBytes(model.id), nowMs: clock.nowMs },
        { model, variant, signal: entry.abort.signal, onStep },
      );
      events.emit('notice', {
        level: 'info',
        title: words('models.isInstalled'),
        message: words('models.readyToUse', { title: model.title }),
      });
    } catch (error) {
      if (!isCancelled(error) && !entry.abort.signal.aborted) keepFailure(model, variant, error);
    } finally {
      running.delete(model.id);
      announce();
    }
  }

  function keepFailure(model: HubModel, variant: HubVariant, error: unknown): void {
    logger.warn({ error, modelId: model.id }, 'A model could not be downloaded');
    const listing = folder.load(model.id)?.listing ?? null;
    const { refusal, words: message } =
      error instanceof AppError
        ? error
        : new AppError('internal', words('models.notDownloaded', { title: model.title, reason: String(error) }));
    try {
      folder.save({ modelId: model.id, variantId: variant.id, listing, error: refusal });
    } catch (unsaved) {
      // Most likely what the download failed of: the list shows it as stopped then, and nothing else ends with it.
      logger.warn({ error: unsaved, modelId: model.id }, 'why a download failed could not be written down');
    }
    events.emit('notice', { level: 'error', title: words('models.downloadFailed', { title: model.title }), message });
  }

  async function cancel(modelId: string): Promise<void> {
    const entry = running.get(modelId);
    entry?.abort.abort();
    await entry?.ended;
  }

  return {
    list,
    cancel,

    /**
     * Begins or goes on; resolves once it runs.
     * @param variantId left out: that of the interrupted download, else the first of the model
     */
    async start(modelId: string, variantId?: string): Promise<void> {
      if (!parts.mayUseNetwork()) throw new AppError('unsupported', words('models.offNetwork'));
      const { model, variant } = await find(modelId, variantId);
      if (running.has(modelId)) return;
      const known = folder.load(modelId);
      const listing = known?.variantId === variant.id ? known.listing : null;
      folder.save({ modelId, variantId: variant.id, listing, error: null });
      const view: ModelDownload = {
        modelId,
        title: model.title,
        variantId: variant.id,
        state: 'listing',
        receivedBytes: 0,
        totalBytes: null,
        bytesPerSecond: null,
        etaMs: null,
        file: null,
        error: null,
      };
      const entry: Running = { view, abort: new AbortController(), ended: Promise.resolve() };
      running.set(modelId, entry);
      entry.ended = run(entry, model, variant);
      announce();
    },

    /** Ends it and deletes what came so far. */
    async discard(modelId: string): Promise<void> {
      await find(modelId, undefined);
      await cancel(modelId);
      await folder.discard(modelId);
      announce();
    },

    /** Resolves when nothing is being downloaded. */
    async idle(): Promise<void> {
      while (running.size > 0) await Promise.all([...running.values()].map(({ ended }) => ended));
    },

    /** Stops everything, keeping what came. */
    async close(): Promise<void> {
      stopListening();
      await Promise.all([...running.keys()].map(cancel));
    },
  };
}

type Change = Pick<ModelDownload, 'state' | 'receivedBytes' | 'totalBytes' | 'file' | 'bytesPerSecond' | 'etaMs'>;

/** Adds speed and time left to the steps of a download. */
function stepReporter(clock: Clock, report: (change: Change) => void): (step: DownloadStep) => void {
  let meter: ReturnType<typeof createProgressMeter> | null = null;
  return (step) => {
    const { receivedBytes, totalBytes } = step;
    if (totalBytes === null || totalBytes === 0) return report({ ...step, bytesPerSecond: null, etaMs: null });
    const fraction = receivedBytes / totalBytes;
    meter ??= createProgressMeter([{ name: 'download', weight: 1 }], clock.monotonicMs(), fraction);
    const { etaMs } = meter.update('download', fraction, clock.monotonicMs());
    const bytesPerSecond = etaMs === null || etaMs === 0 ? null : Math.round(((totalBytes - receivedBytes) / etaMs) * 1000);
    report({ ...step, bytesPerSecond, etaMs });
  };
}
