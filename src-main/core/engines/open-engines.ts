import path from 'node:path';
import { AppError } from '#shared/contract/errors.ts';
import type { DeviceChoice } from '#shared/domain/device.ts';
import { endpointOfEngine } from '#shared/domain/endpoint.ts';
import { partsOfSummariser } from '#shared/domain/summary-method.ts';
import { words, type Words } from '#shared/words/words.ts';
import { createCaptionerWriter } from './captioners/captioner-writer.ts';
import { openRemoteCaptioner } from './captioners/remote-captioner.ts';
import { createAdaptiveDetector } from './detectors/adaptive.ts';
import { openRemoteTransNet } from './detectors/remote-transnet.ts';
import { createTransNetDetector } from './detectors/transnet-v2.ts';
import type { EndpointsService } from './endpoints/endpoints-service.ts';
import type { Captioner } from './captioner.ts';
import type { ShotDetector } from './shot-detector.ts';
import type { Summariser } from './summariser.ts';
import type { TextRecogniser } from './text-recogniser.ts';
import type { Transcriber } from './transcriber.ts';
import type { Writer } from './writer.ts';
import type { EngineClient } from './engine-client.ts';
import type { ModelStore, ResolvedModel } from '#core/models/model-store.ts';
import { openRemoteRecogniser, PP_OCR_ID } from './recognisers/remote-recogniser.ts';
import { createModelSummariser, type ModelSummariserOptions } from './summarisers/model-summariser.ts';
import { createStorylineSummariser, STORYLINE_ID } from './summarisers/storyline.ts';
import { openRemoteTranscriber } from './transcribers/remote-transcriber.ts';
import type { CaptionerSpec } from './worker-contract.ts';
import { openRemoteWriter } from './writers/remote-writer.ts';

const ADAPTIVE_ID = 'adaptive';
const TRANSNET_ID = 'transnet-v2';
export const VAD_MODEL_ID = 'silero-vad';

export interface Engines {
  /** @throws AppError `not-found`, `model-missing`, `model-broken` */
  openDetector(id: string): Promise<ShotDetector>;
  openCaptioner(id: string): Promise<Captioner>;
  openTranscriber(id: string): Promise<Transcriber>;
  openSummariser(id: string, options: WritingOptions): Promise<Summariser>;
  /** @throws AppError `model-missing`, `model-broken` */
  openTextRecogniser(): Promise<TextRecogniser>;
}

/** How a summariser with a model writes. */
export type WritingOptions = Pick<ModelSummariserOptions, 'promptTemplate' | 'generation'>;

export interface EngineParts {
  readonly client: EngineClient;
  readonly models: ModelStore;
  readonly threads: number;
  readonly endpoints: EndpointsService;
  /** Where a person wants an engine to run. */
  deviceOf(engineId: string): DeviceChoice;
}

/** Finds an engine by its id, checks its model and opens it in the engine worker. */
export function createEngines({ client, models, threads, endpoints, deviceOf }: EngineParts): Engines {
  async function openTransNet(): Promise<ShotDetector> {
    const model = await models.resolve(TRANSNET_ID);
    const network = await openRemoteTransNet(client, {
      modelId: model.id,
      bytes: model.bytes,
      modelPath: path.join(model.folder, 'transnet-v2.onnx'),
      threads,
      device: deviceOf(TRANSNET_ID),
    });
    return createTransNetDetector(network);
  }

  async function openCaptioner(id: string): Promise<Captioner> {
    if (endpointOfEngine(id) !== null) return endpoints.openCaptioner(id);
    const model = await models.resolve(id);
    if (model.role !== 'captioner') throw unknownEngine(words('engines.noCaptioner', { id }));
    return openRemoteCaptioner(client, { ...placeOf(model), threads, device: deviceOf(id) });
  }

  async function openWriter(id: string): Promise<Writer> {
    if (endpointOfEngine(id) !== null) return endpoints.openWriter(id);
    const model = await models.resolve(id);
    if (model.role !== 'writer') return createCaptionerWriter(await openCaptioner(id));
    return openRemoteWriter(client, { ...placeOf(model), threads, device: deviceOf(id) });
  }

  return {
    async openDetector(id) {
      if (id === ADAPTIVE_ID) return createAdaptiveDetector();
      if (id === TRANSNET_ID) return openTransNet();
      throw unknownEngine(words('engines.noDetector', { id }));
    },
    openCaptioner,
    async openTextRecogniser() {
      const model = await models.resolve(PP_OCR_ID);
      return openRemoteRecogniser(client, { ...placeOf(model), threads, device: 'cpu' });
    },
    async openTranscriber(id) {
      const model = await models.resolve(id);
      if (model.role !== 'transcriber') throw unknownEngine(words('engines.noSpeechModel', { id }));
      const vad = await models.resolve(VAD_MODEL_ID);
      return openRemoteTranscriber(client, {
        whisper: { modelId: model.id, bytes: model.bytes, folder: model.folder, threads, device: deviceOf(id) },
        vad: { modelId: vad.id, threads: 1, device: 'cpu', modelPath: path.join(vad.folder, 'silero-vad-v5.onnx') },
        sha256: model.sha256,
      });
    },
    async openSummariser(id, options) {
      if (id === STORYLINE_ID) return createStorylineSummariser();
      const parts = partsOfSummariser(id);
      if (parts === null) throw unknownEngine(words('engines.noSummariser', { id }));
      const writer = await openWriter(parts.modelId);
      const canDo = parts.method === 'sum-text' ? writer.readsTextAlone : writer.maxPictures > 0;
      if (canDo) return createModelSummariser({ method: parts.method, writer, ...options });
      await writer.dispose();
      throw unknownEngine(words('engines.noSummariser', { id }));
    },
  };
}

function placeOf({ id, folder, sha256, bytes }: ResolvedModel): Pick<CaptionerSpec, 'modelId' | 'folder' | 'sha256' | 'bytes'> {
  return { modelId: id, folder, sha256, bytes };
}

function unknownEngine(said: Words): AppError {
  return new AppError('not-found', said);
}
