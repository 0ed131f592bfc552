import { AppError } from '#shared/contract/errors.ts';
import type { FrameClock } from '#shared/domain/time.ts';
import type { Cut } from '#shared/domain/shot.ts';
import path from 'node:path';
import { ADAPTIVE_ID, adaptiveCuts, createAdaptiveDetector } from './detectors/adaptive.ts';
import { createTransNetDetector, TRANSNET_ID, transNetCuts } from './detectors/transnet-v2.ts';
import type { Captioner, CutOptions, ScoreCurve, ShotDetector, Summariser } from './engine.ts';
import type { EngineClient } from './engine-client.ts';
import type { ModelStore } from './model-store.ts';
import { createStorylineSummariser, STORYLINE_ID } from './summarisers/storyline.ts';

export interface Engines {
  /** @throws AppError `not-found`, `model-missing`, `model-broken` */
  openDetector(id: string): Promise<ShotDetector>;
  openCaptioner(id: string): Promise<Captioner>;
  openSummariser(id: string): Summariser;
  /** Cuts from a stored curve: needs no model and no decoding. */
  cutsFor(detectorId: string, curve: ScoreCurve, clock: FrameClock, options: CutOptions): Cut[];
}

export interface EngineParts {
  readonly client: EngineClient;
  readonly models: ModelStore;
  readonly threads: number;
}

/** Finds an engine by its id, checks its model and opens it in the engine worker. */
export function createEngines({ client, models, threads }: EngineParts): Engines {
  async function openTransNet(): Promise<ShotDetector> {
    const model = await models.resolve(TRANSNET_ID);
    const network = await client.openTransNet({ modelPath: path.join(model.folder, 'transnet-v2.onnx'), threads, providers: ['cpu'] });
    return createTransNetDetector(network);
  }

  return {
    async openDetector(id) {
      if (id === ADAPTIVE_ID) return createAdaptiveDetector();
      if (id === TRANSNET_ID) return openTransNet();
      throw unknownEngine('shot detector', id);
    },
    async openCaptioner(id) {
      const model = await models.resolve(id);
      if (model.role !== 'captioner') throw unknownEngine('captioner', id);
      return client.openCaptioner({ modelId: model.id, folder: model.folder, sha256: model.sha256, threads, device: 'auto' });
    },
    openSummariser(id) {
      if (id === STORYLINE_ID) return createStorylineSummariser();
      throw unknownEngine('summariser', id);
    },
    cutsFor(detectorId, curve, clock, options) {
      if (detectorId === ADAPTIVE_ID) return adaptiveCuts(curve, clock, options);
      if (detectorId === TRANSNET_ID) return transNetCuts(curve, clock, options);
      throw unknownEngine('shot detector', detectorId);
    },
  };
}

function unknownEngine(role: string, id: string): AppError {
  return new AppError('not-found', `There is no ${role} "${id}" here. Choose another in the settings.`);
}
