import { statfs } from 'node:fs/promises';
import type { CoreConfig } from '#core/base/config.ts';
import type { EngineClient } from '#core/engines/engine-client.ts';
import type { ModelStore } from '#core/models/model-store.ts';
import type { Ffmpeg } from '#core/media/ffmpeg.ts';
import { inspectFfmpeg } from '#core/media/ffmpeg-version.ts';
import { AppError } from '#shared/contract/errors.ts';
import { inEnglish } from '#shared/words/words.ts';

/** `note`: the studio works without it; `problem`: part of it does not. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'note' | 'problem';
  readonly detail: string;
}

export interface DoctorParts {
  readonly config: CoreConfig;
  readonly ffmpeg: Ffmpeg;
  readonly engines: EngineClient;
  readonly models: ModelStore;
}

/** Looks at everything that the studio needs from its surroundings, by trying it. */
export function createDoctor({ config, ffmpeg, engines, models }: DoctorParts) {
  async function checkFfmpeg(): Promise<Check[]> {
    try {
      const info = await inspectFfmpeg(ffmpeg, AbortSignal.timeout(20_000));
      const missing = Object.entries(info.features).flatMap(([feature, isThere]) => (isThere ? [] : [feature]));
      return [
        {
          name: 'ffmpeg',
          state: info.isSupported ? 'ok' : 'problem',
          detail: `${info.version}${info.isSupported ? '' : ' is too old; install 5.1 or newer'}`,
        },
        {
          name: 'ffmpeg features',
          state: missing.length === 0 ? 'ok' : 'problem',
          detail: missing.length === 0 ? Object.keys(info.features).join(', ') : `missing: ${missing.join(', ')}`,
        },
      ];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return [{ name: 'ffmpeg', state: 'problem', detail: error.message }];
    }
  }

  async function checkModels(): Promise<Check[]> {
    const list = await models.list();
    return list
      .filter((model) => model.state !== 'available')
      .map((model) => ({
        name: `model ${model.id}`,
        state: model.state === 'installed' ? 'ok' : 'problem',
        detail:
          model.state === 'installed'
            ? `${model.title}, hashes match`
            : model.stateReason === null
              ? model.state
              : inEnglish(model.stateReason),
      }));
  }

  async function checkProviders(): Promise<Check[]> {
    const providers = await engines.providers();
    return providers.map((provider) => ({
      name: `execution provider ${provider.name}`,
      state: provider.works ? 'ok' : provider.name === 'cpu' ? 'problem' : 'note',
      detail: provider.works ? 'works' : `not available here: ${provider.problem ?? 'unknown reason'}`,
    }));
  }

  async function checkDisk(): Promise<Check> {
    const { bavail, bsize } = await statfs(config.dataDir);
    const freeGib = (bavail * bsize) / 2 ** 30;
    return { name: 'data folder', state: freeGib < 1 ? 'problem' : 'ok', detail: `${config.dataDir}, ${freeGib.toFixed(1)} GiB free` };
  }

  return {
    async examine(): Promise<Check[]> {
      const node: Check = { name: 'Node', state: 'ok', detail: `${process.versions.node} on ${process.platform} ${process.arch}` };
      return [node, ...(await checkFfmpeg()), await checkDisk(), ...(await checkModels()), ...(await checkProviders())];
    },
  };
}
