import { mkdirSync, readdirSync } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type ModelStore, USER_MODEL_PREFIX } from './model-store.ts';
import { looksLikeModelFolder, readOwnFolder } from './own-folder.ts';
import { isMissing } from '#core/base/files/file-errors.ts';
import { folderTrouble } from './folders/model-folder.ts';
import type { FileGrants } from '#core/base/files/file-grants.ts';
import type { EventBus } from '#core/base/events/event-bus.ts';
import type { SettingsService } from '#core/base/settings/settings-service.ts';
import { AppError } from '#shared/contract/errors.ts';
import { defaultSettings, type ModelInfo } from '#shared/contract/views.ts';
import type { GrantId } from '#shared/domain/ids.ts';
import { partsOfSummariser } from '#shared/domain/summary-method.ts';
import { words } from '#shared/words/words.ts';
import type { ModelDownloads } from './downloads-service.ts';
import { createFolderLinks } from './folder-links.ts';

export interface ModelsParts {
  readonly store: ModelStore;
  readonly downloads: ModelDownloads;
  readonly userModelsDir: string;
  readonly grants: FileGrants;
  readonly settings: SettingsService;
  readonly events: EventBus;
}

/** Models as people handle them: listed, downloaded, linked from a folder, taken away. */
export function createModelsService({ store, downloads, userModelsDir, grants, settings, events }: ModelsParts) {
  const links = createFolderLinks(userModelsDir);

  const announce = (): void => events.emit('changed', { table: 'models', videoId: null });

  /** @throws AppError `model-missing` or `model-broken`, naming the file and key */
  async function lookAt(folder: string): Promise<() => string> {
    await refuseWhatIsNoModel(folder);
    await readOwnFolder(folder);
    return () => {
      mkdirSync(userModelsDir, { recursive: true });
      const { name } = links.add(folder, readdirSync(userModelsDir));
      announce();
      return USER_MODEL_PREFIX + name;
    };
  }

  return {
    list: (): Promise<ModelInfo[]> => store.list(),
    downloads,
    userModelsDir,
    /** Where models lie that are used in place. */
    linkedFolders: (): string[] => links.list().map(({ folder }) => folder),
    /** For hosts, which hold paths: uses a folder where it lies; gives the model's id. */
    addFolderAt: async (folder: string): Promise<string> => (await lookAt(folder))(),

    /** Looks at a chosen folder; what it gives uses it, as `addFolderAt`. */
    lookAtFolder: (grantId: GrantId): Promise<() => string> => lookAt(grants.resolveFolder(grantId)),

    /** A model that is taken away while it is the chosen one gives its place to what ships with the studio. */
    async remove(modelId: string): Promise<void> {
      const model = (await store.list()).find((candidate) => candidate.id === modelId);
      if (model === undefined) throw new AppError('not-found', words('models.noModel', { modelId }));
      if (!model.canRemove)
        throw new AppError(
          'unsupported',
          words('models.notRemovable', {
            title: model.title,
            reason: model.delivery === 'folder' ? words('models.deleteFolder', { folder: model.source }) : words('models.wasNotDownloaded'),
          }),
        );
      if (model.delivery === 'folder') links.remove(modelId.slice(USER_MODEL_PREFIX.length));
      else await rm(path.join(userModelsDir, modelId), { recursive: true, force: true });
      for (const key of ['captionerId', 'transcriberId'] as const)
        if (settings.get()[key] === modelId) settings.update({ [key]: defaultSettings[key] });
      if (partsOfSummariser(settings.get().summariserId)?.modelId === modelId)
        settings.update({ summariserId: defaultSettings.summariserId });
      announce();
    },
  };
}

/** Before anybody speaks of single files that are missing. */
async function refuseWhatIsNoModel(folder: string): Promise<void> {
  const found = await stat(folder).catch((error: unknown) => {
    if (isMissing(error)) throw new AppError('not-found', words('models.noFolderAt', { folder }));
    throw folderTrouble(folder, '', error);
  });
  if (!found.isDirectory()) throw new AppError('invalid-input', words('models.notFolder', { name: path.basename(folder) }));
  if (!(await looksLikeModelFolder(folder)))
    throw new AppError('model-missing', words('models.noModelIn', { folder: path.basename(folder) }));
}
