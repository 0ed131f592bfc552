import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAMILY_FOLDERS, familyOf } from '#core/models/folders/captioner-families.ts';
import { loadManifest, type HubModel } from '#core/models/model-manifest.ts';
import { WRITER_MODEL_TYPES } from '#core/models/folders/writer-folder.ts';

const { models } = await loadManifest(path.resolve(import.meta.dirname, '../../../models'));
const downloads = models.filter((model): model is HubModel => model.delivery === 'hub');

describe('the catalogue', () => {
  it.each(downloads.filter((model) => model.role === 'captioner'))(
    '$id is of a family that the studio runs, with every network of it',
    ({ family, hub }) => {
      const known = familyOf(family ?? '');
      if (known === null) throw new Error(`no family of type ${family}`);
      for (const { include } of hub.variants) {
        const networks = include.map((pattern) => /^onnx\/(\w+?)(_quantized|_fp16|_q4f16|_q4)?\.onnx$/u.exec(pattern)?.[1]);
        expect(new Set(networks)).toEqual(new Set<string>(FAMILY_FOLDERS[known].networks));
      }
    },
  );

  it.each(downloads.filter((model) => model.role === 'writer'))(
    '$id is of an architecture of text models that the studio runs',
    ({ family, hub }) => {
      expect(WRITER_MODEL_TYPES).toContain(family);
      for (const { include } of hub.variants) expect(include).toEqual([expect.stringMatching(/^onnx\/model(_q4|_q4f16|_fp16)?\.onnx$/u)]);
    },
  );

  it('says of every model where its description comes from, and what it needs', () => {
    for (const model of models.filter(({ delivery }) => delivery !== 'bundled')) {
      expect(model.quality?.source, model.id).toBeTruthy();
      expect(model.memory?.basis, model.id).toBeTruthy();
      expect(model.licence, model.id).not.toBe('');
    }
  });
});
