import { describe, expect, it } from 'vitest';
import { createAdaptiveDetector } from '#core/engines/detectors/adaptive.ts';
import { createTransNetDetector } from '#core/engines/detectors/transnet-v2.ts';
import type { ModelStore } from '#core/models/model-store.ts';
import { engineInfos } from '#core/engines/registry.ts';
import type { ModelInfo } from '#shared/contract/views.ts';
import { plain } from '#shared/words/words.ts';
import { saying } from '../../helpers/saying.ts';

function model(id: string, changes: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id,
    title: id,
    role: 'captioner',
    family: null,
    licence: '',
    source: '',
    notes: 'A model.',
    delivery: 'bundled',
    sizeBytes: 1,
    isSizeApproximate: false,
    memory: null,
    quality: null,
    devices: ['cpu'],
    variants: [],
    installedVariantId: null,
    state: 'installed',
    stateReason: null,
    canRemove: false,
    ...changes,
  };
}

function storeOf(...models: ModelInfo[]): ModelStore {
  return { list: () => Promise.resolve(models), resolve: () => Promise.reject(new Error('not asked')) };
}

describe('the engines of the studio', () => {
  it('are detectors, the text recogniser, the captioners that are there, and the storyline', async () => {
    const infos = await engineInfos(
      storeOf(
        model('shotluck-nano'),
        model('transnet-v2', { role: 'shot-detector' }),
        model('pp-ocr', { role: 'text-recogniser' }),
        model('own:mine'),
        model('smolvlm', { state: 'available' }),
      ),
      [],
    );
    expect(infos.map(({ id, role, problem }) => ({ id, role, problem }))).toEqual([
      { id: 'transnet-v2', role: 'detector', problem: null },
      { id: 'adaptive', role: 'detector', problem: null },
      { id: 'pp-ocr', role: 'text-recogniser', problem: null },
      { id: 'storyline', role: 'summariser', problem: null },
      { id: 'shotluck-nano', role: 'captioner', problem: null },
      { id: 'own:mine', role: 'captioner', problem: null },
      ...['shotluck-nano', 'own:mine'].flatMap((id) =>
        ['sum-shot', 'sum-holistic'].map((method) => ({ id: `${method}:${id}`, role: 'summariser', problem: null })),
      ),
    ]);
  });

  it('summarise captions and speech with a text model, and do nothing else with it', async () => {
    const infos = await engineInfos(
      storeOf(model('smollm2', { role: 'writer' }), model('qwen3', { role: 'writer', state: 'available' })),
      [],
    );
    expect(infos.filter(({ id }) => /smollm2|qwen3/u.test(id))).toMatchObject([
      { id: 'sum-text:smollm2', role: 'summariser', problem: null },
    ]);
  });

  it('are captioner and, in every way, summariser where a model is served', async () => {
    const served = {
      id: 'endpoint:box',
      role: 'captioner',
      title: 'Box',
      version: 'a-model',
      description: 'Somewhere.',
      defaultThreshold: null,
      problem: plain('Networking is off.'),
    } as const;
    const infos = await engineInfos(storeOf(), [served]);
    expect(infos.filter(({ id }) => id.includes('endpoint:')).map(({ id, role, problem }) => [id, role, problem])).toEqual([
      ['endpoint:box', 'captioner', saying('Networking is off.')],
      ...['sum-text', 'sum-shot', 'sum-holistic'].map((method) => [`${method}:endpoint:box`, 'summariser', saying('Networking is off.')]),
    ]);
  });

  it('are described as the detectors themselves say', async () => {
    const network = {
      device: 'cpu',
      notes: [],
      scoreWindow: () => Promise.reject(new Error('not asked')),
      dispose: () => Promise.resolve(),
    };
    const infos = await engineInfos(storeOf(), []);
    for (const { id, version, defaultThreshold } of [createTransNetDetector(network), createAdaptiveDetector()]) {
      expect(infos.find((info) => info.id === id)).toMatchObject({ role: 'detector', version, defaultThreshold });
    }
  });

  it('say why one cannot run', async () => {
    const broken = model('shotluck-nano', { state: 'broken', stateReason: plain('config.json is damaged') });
    const infos = await engineInfos(storeOf(broken), []);
    expect(infos.find((info) => info.id === 'shotluck-nano')?.problem).toEqual(plain('config.json is damaged'));
    expect(infos.find((info) => info.id === 'transnet-v2')?.problem).toEqual(saying(/not in the list of models/u));
    expect(infos.find((info) => info.id === 'adaptive')?.problem).toBeNull();
  });

  it('are an error when two have the same id', async () => {
    await expect(engineInfos(storeOf(model('storyline')), [])).rejects.toThrow(/same id/u);
  });
});
