import type { ModelInfo } from '#shared/contract/views.ts';

export const modelRoles = ['captioner', 'writer', 'shot-detector', 'transcriber', 'text-recogniser'] as const;
export type TriedRole = (typeof modelRoles)[number];
export type RoleFilter = 'all' | TriedRole;

export const modelSections = ['installed', 'folders', 'available'] as const;
export type ModelSection = (typeof modelSections)[number];

export interface ModelsView {
  readonly role: RoleFilter;
  readonly text: string;
}

/** The models that fit role and words, each in its section; the order of the catalogue is kept. */
export function sortModels(models: readonly ModelInfo[], { role, text }: ModelsView): Readonly<Record<ModelSection, readonly ModelInfo[]>> {
  const words = text
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  const fitting = models.filter(
    (model) => (role === 'all' || model.role === role) && words.every((word) => haystack(model).includes(word)),
  );
  const inSection = (section: ModelSection): readonly ModelInfo[] => fitting.filter((model) => sectionOf(model) === section);
  return { installed: inSection('installed'), folders: inSection('folders'), available: inSection('available') };
}

function sectionOf(model: ModelInfo): ModelSection {
  if (model.delivery === 'folder') return 'folders';
  return model.state === 'available' ? 'available' : 'installed';
}

function haystack({ id, title, family, licence, notes }: ModelInfo): string {
  return [id, title, family ?? '', licence, notes].join(' ').toLowerCase();
}

/** What a model can be tried at on this page; null where it does nothing alone. */
export function triedRole(model: Pick<ModelInfo, 'role'>): TriedRole | null {
  return modelRoles.find((role) => role === model.role) ?? null;
}

/** The weights to offer first: those for a graphics device that works here, else those for the processor, else the first. */
export function preferredVariant(model: ModelInfo, workingDevices: readonly string[]): string | null {
  const { variants } = model;
  const onGpu = variants.find(({ devices }) => devices.some((device) => device !== 'cpu' && workingDevices.includes(device)));
  return (onGpu ?? variants.find(({ devices }) => devices.includes('cpu')) ?? variants[0])?.id ?? null;
}
