import { describe, expect, it } from 'vitest';
import type { ModelDownload, ModelInfo } from '#shared/contract/views.ts';
import { applyDownload } from '../../../../src-renderer/api/event-sync.ts';
import { receivedFraction } from '../../../../src-renderer/api/job-groups.ts';
import { preferredVariant, sortModels } from '../../../../src-renderer/features/models/models-view.ts';

function model(id: string, changes: Partial<ModelInfo> = {}): ModelInfo {
  return {
    id,
    title: id,
    role: 'captioner',
    family: null,
    licence: 'MIT',
    source: '',
    notes: '',
    delivery: 'hub',
    sizeBytes: 1,
    isSizeApproximate: true,
    memory: null,
    quality: null,
    devices: [],
    variants: [],
    installedVariantId: null,
    state: 'available',
    stateReason: null,
    canRemove: false,
    ...changes,
  };
}

const download: ModelDownload = {
  modelId: 'a',
  title: 'A',
  variantId: 'q8',
  state: 'downloading',
  receivedBytes: 25,
  totalBytes: 100,
  bytesPerSecond: 1,
  etaMs: 1,
  file: 'x',
  error: null,
};

describe('the list of models', () => {
  const models = [
    model('nano', { delivery: 'bundled', state: 'installed' }),
    model('smol', { notes: 'Reads English text' }),
    model('broken', { state: 'broken' }),
    model('own:mine', { delivery: 'folder', state: 'missing' }),
    model('whisper', { role: 'transcriber' }),
  ];
  const ids = (view: Parameters<typeof sortModels>[1]) =>
    Object.fromEntries(Object.entries(sortModels(models, view)).map(([section, list]) => [section, list.map(({ id }) => id)]));

  it('has a place for what is here, what is one’s own, and what can be had', () => {
    expect(ids({ role: 'all', text: '' })).toEqual({
      installed: ['nano', 'broken'],
      folders: ['own:mine'],
      available: ['smol', 'whisper'],
    });
  });

  it('is narrowed by role and by words, in any order and case', () => {
    expect(ids({ role: 'transcriber', text: '' })).toEqual({ installed: [], folders: [], available: ['whisper'] });
    expect(ids({ role: 'all', text: ' ENGLISH smol ' }).available).toEqual(['smol']);
    expect(ids({ role: 'all', text: 'zebra' })).toEqual({ installed: [], folders: [], available: [] });
  });
});

describe('the weights that are offered first', () => {
  const variant = (id: string, devices: string[]) => ({ id, title: id, approximateBytes: 1, devices });
  it('are those for a graphics device that works here, else for the processor', () => {
    const both = model('a', { variants: [variant('q8', ['cpu']), variant('fp16', ['webgpu', 'cuda'])] });
    expect(preferredVariant(both, ['cpu'])).toBe('q8');
    expect(preferredVariant(both, ['cpu', 'webgpu'])).toBe('fp16');
    expect(preferredVariant(model('b', { variants: [variant('fp16', ['cuda'])] }), ['cpu'])).toBe('fp16');
    expect(preferredVariant(model('c'), ['cpu'])).toBeNull();
  });
});

describe('progress of a download', () => {
  it('replaces what was known of it, and adds none that the list does not have', () => {
    const next = { ...download, receivedBytes: 50 };
    expect(applyDownload([download], next)).toEqual([next]);
    expect(applyDownload([{ ...download, modelId: 'b' }], next)).toEqual([{ ...download, modelId: 'b' }]);
    expect(receivedFraction(next)).toBe(0.5);
    expect(receivedFraction({ ...download, totalBytes: null })).toBe(0);
  });
});
