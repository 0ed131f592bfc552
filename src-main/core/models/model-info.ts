import type { ModelInfo } from '#shared/contract/views.ts';
import type { Receipt } from './receipt.ts';
import type { ManifestModel, ModelRole } from './model-manifest.ts';

type State = Pick<ModelInfo, 'state' | 'stateReason'>;

/** What people are shown of a model of the catalogue. `receipt`: what was downloaded of it, if anything was. */
export function describeManifestModel(model: ManifestModel, receipt: Receipt | null, state: State): ModelInfo {
  const { id, title, role, family, licence, source, notes, memory, quality, delivery } = model;
  const facts = { id, title, role, family, licence, source, notes, memory, quality, delivery };
  return {
    ...facts,
    ...state,
    ...sizeAndWeights(model, receipt),
    canRemove: receipt !== null,
  };
}

type Weights = Pick<ModelInfo, 'sizeBytes' | 'isSizeApproximate' | 'devices' | 'variants' | 'installedVariantId'>;

function sizeAndWeights(model: ManifestModel, receipt: Receipt | null): Weights {
  const none = { variants: [], installedVariantId: null };
  switch (model.delivery) {
    case 'bundled':
      return { ...none, sizeBytes: total(model.files), isSizeApproximate: false, devices: model.devices };
    case 'convert':
      return { ...none, sizeBytes: model.convert.approximateBytes, isSizeApproximate: true, devices: model.devices };
    case 'hub': {
      const { variants } = model.hub;
      const installed = variants.find((variant) => variant.id === receipt?.variantId);
      return {
        sizeBytes: receipt === null ? (variants[0]?.approximateBytes ?? 0) : total(receipt.files),
        isSizeApproximate: receipt === null,
        devices: installed?.devices ?? [...new Set(variants.flatMap((variant) => variant.devices))],
        variants: variants.map((variant) => ({
          id: variant.id,
          title: variant.title,
          approximateBytes: variant.approximateBytes,
          devices: variant.devices,
        })),
        installedVariantId: receipt?.variantId ?? null,
      };
    }
  }
}

function total(files: readonly { readonly bytes: number }[]): number {
  return files.reduce((sum, file) => sum + file.bytes, 0);
}

interface OwnFolder {
  readonly id: string;
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly isLink: boolean;
  readonly role: ModelRole;
  readonly sizeBytes: number;
}

/** A folder that a person brought: the studio knows nothing of it but what lies in it. */
export function describeUserFolder({ id, name, folder, isLink, role, sizeBytes }: OwnFolder, state: State): ModelInfo {
  return {
    id,
    title: name,
    sizeBytes,
    role,
    family: null,
    licence: 'Unknown to the studio: see the source of the model',
    source: folder,
    notes: isLink ? 'Your own folder, used where it is.' : 'Your own folder.',
    memory: null,
    quality: null,
    delivery: 'folder',
    isSizeApproximate: false,
    devices: [],
    variants: [],
    installedVariantId: null,
    canRemove: isLink,
    ...state,
  };
}
