import { assert } from '#shared/assert.ts';
import type { EngineInfo, ModelInfo } from '#shared/contract/views.ts';
import { summariserId, SummaryMethod } from '#shared/domain/summary-method.ts';
import { createAdaptiveDetector } from './detectors/adaptive.ts';
import { createTransNetDetector, type TransNetNetwork } from './detectors/transnet-v2.ts';
import type { ModelStore } from '#core/models/model-store.ts';
import { VAD_MODEL_ID } from './open-engines.ts';
import { PP_OCR_ID, PP_OCR_VERSION } from './recognisers/remote-recogniser.ts';
import { MODEL_SUMMARISER_VERSION } from './summarisers/model-summariser.ts';
import { STORYLINE_ID, STORYLINE_VERSION } from './summarisers/storyline.ts';
import { words, type Words } from '#shared/words/words.ts';

/** An engine that is part of the program; `modelId` names the model that it cannot run without. */
interface BuiltIn extends Omit<EngineInfo, 'problem'> {
  readonly modelId: string | null;
}

/** In place of the network where the detector is only asked about itself. */
const noNetwork: TransNetNetwork = {
  device: 'none',
  notes: [],
  scoreWindow: () => Promise.reject(new Error('No network is open')),
  dispose: () => Promise.resolve(),
};
const transNet = createTransNetDetector(noNetwork);
const adaptive = createAdaptiveDetector();

const BUILT_IN: readonly BuiltIn[] = [
  {
    id: transNet.id,
    role: 'detector',
    title: 'TransNet V2',
    version: transNet.version,
    description: 'A neural network that finds hard cuts, dissolves and fades, and how long each one is. The better choice for most videos.',
    defaultThreshold: transNet.defaultThreshold,
    modelId: 'transnet-v2',
  },
  {
    id: adaptive.id,
    role: 'detector',
    title: 'Adaptive content',
    version: adaptive.version,
    description:
      'Compares the colours of each frame with those of its neighbours; finds hard cuts and slow changes. Needs no model and is the fastest.',
    defaultThreshold: adaptive.defaultThreshold,
    modelId: null,
  },
  {
    id: PP_OCR_ID,
    role: 'text-recogniser',
    title: 'PP-OCR',
    version: PP_OCR_VERSION,
    description: 'Reads the text on the screen, Latin and Chinese: title cards, signs, subtitles that are part of the image.',
    defaultThreshold: null,
    modelId: PP_OCR_ID,
  },
  {
    id: STORYLINE_ID,
    role: 'summariser',
    title: 'Storyline',
    version: STORYLINE_VERSION,
    description:
      'Puts captions and speech in order, without repetition, and links each sentence to its shots. A draft to start from; needs no model.',
    defaultThreshold: null,
    modelId: null,
  },
];

/**
 * Every engine of the studio, those that cannot run with the reason and what to do. Captioners and summarisers are the models that are
 * there, and those that are `served` elsewhere.
 */
export async function engineInfos(models: ModelStore, served: readonly EngineInfo[]): Promise<EngineInfo[]> {
  const known = await models.list();
  const captioners = known
    .filter((model) => model.role === 'captioner' && model.state !== 'available')
    .map((model) => modelInfo(model, 'captioner'));
  const builtIn = BUILT_IN.map(({ modelId, ...info }) => ({
    ...info,
    problem:
      modelId === null
        ? null
        : problemOf(
            known.find((model) => model.id === modelId),
            info.title,
          ),
  }));
  const transcribers = known
    .filter((model) => model.role === 'transcriber' && model.state !== 'available')
    .map((model) => modelInfo(model, 'transcriber', problemOfVad(known)));
  const writers = known.filter((model) => model.role === 'writer' && model.state !== 'available').map(textSummariser);
  const infos = [
    ...builtIn,
    ...captioners,
    ...transcribers,
    ...served,
    ...writers,
    ...captioners.flatMap(localSummarisers),
    ...served.flatMap(servedSummarisers),
  ];
  assert(new Set(infos.map((info) => info.id)).size === infos.length, 'no two engines have the same id');
  return infos;
}

function modelInfo(model: ModelInfo, role: 'captioner' | 'transcriber' | 'summariser', otherProblem: Words | null = null): EngineInfo {
  return {
    id: model.id,
    role,
    title: model.title,
    version: '1',
    description: model.notes,
    defaultThreshold: null,
    problem: problemOf(model, model.title) ?? otherProblem,
  };
}

/** No transcriber goes without the network that finds speech. */
function problemOfVad(known: readonly ModelInfo[]): Words | null {
  return problemOf(
    known.find((model) => model.id === VAD_MODEL_ID),
    words('engines.theSpeechRecognition'),
  );
}

const METHOD_TITLES: Readonly<Record<SummaryMethod, string>> = {
  'sum-text': 'captions and speech',
  'sum-shot': 'frames of every shot',
  'sum-holistic': 'frames over the whole video',
};

/** A captioner can look at shots; small ones say little of how they belong together. */
function localSummarisers(captioner: EngineInfo): EngineInfo[] {
  const weakness =
    'A captioning model looks at the frames. Small ones describe single images and hardly relate them to each other: a rough draft at best, written in parts if the video does not fit into one prompt.';
  return (['sum-shot', 'sum-holistic'] as const).map((method) => summariserInfo(captioner, method, weakness));
}

/** A text model reads what is known of the shots. */
function textSummariser(model: ModelInfo): EngineInfo {
  return summariserInfo(modelInfo(model, 'summariser'), 'sum-text', model.notes);
}

function servedSummarisers(endpoint: EngineInfo): EngineInfo[] {
  return SummaryMethod.options.map((method) => summariserInfo(endpoint, method, endpoint.description));
}

function summariserInfo(model: EngineInfo, method: SummaryMethod, remark: string): EngineInfo {
  return {
    ...model,
    id: summariserId(method, model.id),
    role: 'summariser',
    title: `${model.title}: ${METHOD_TITLES[method]}`,
    version: MODEL_SUMMARISER_VERSION,
    description: remark,
  };
}

function problemOf(model: ModelInfo | undefined, engine: string | Words): Words | null {
  if (model === undefined) return words('engines.modelNotListed', { engine });
  return model.stateReason;
}
