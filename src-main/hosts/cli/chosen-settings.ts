import type { Core } from '#core/app/create-core.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { EngineInfo, Settings } from '#shared/contract/views.ts';
import { words } from '#shared/words/words.ts';

/** What a command was given of how to work; the rest comes from the person's settings. */
export interface EngineChoice {
  readonly detector?: string;
  readonly captioner?: string;
  readonly summariser?: string;
  readonly transcriber?: string;
  readonly language?: string;
  readonly frames?: number;
  readonly minShot?: number;
}

/**
 * The settings of one command. An engine that does not exist, or cannot run, is reported before any work begins.
 * @throws AppError `not-found`, `model-missing`
 */
export async function chosenSettings(core: Core, choice: EngineChoice): Promise<Settings> {
  const engines = await core.services.engineInfos();
  if (choice.detector !== undefined) requireEngine(engines, 'detector', choice.detector);
  if (choice.captioner !== undefined) requireEngine(engines, 'captioner', choice.captioner);
  if (choice.summariser !== undefined) requireEngine(engines, 'summariser', choice.summariser);
  if (choice.transcriber !== undefined) requireEngine(engines, 'transcriber', choice.transcriber);
  return {
    ...core.services.settings.get(),
    ...(choice.detector === undefined ? {} : { detectorId: choice.detector }),
    ...(choice.captioner === undefined ? {} : { captionerId: choice.captioner }),
    ...(choice.summariser === undefined ? {} : { summariserId: choice.summariser }),
    ...(choice.transcriber === undefined ? {} : { transcriberId: choice.transcriber }),
    ...(choice.language === undefined ? {} : { speechLanguage: choice.language }),
    ...(choice.frames === undefined ? {} : { framesPerShot: choice.frames }),
    ...(choice.minShot === undefined ? {} : { minShotSeconds: choice.minShot }),
  };
}

const ROLES = {
  detector: words('hosts.detector'),
  captioner: words('hosts.captioner'),
  transcriber: words('hosts.transcriber'),
  summariser: words('hosts.summariser'),
};

function requireEngine(engines: readonly EngineInfo[], role: keyof typeof ROLES, id: string): void {
  const offered = engines.filter((engine) => engine.role === role);
  const found = offered.find((engine) => engine.id === id);
  if (found === undefined)
    throw new AppError(
      'not-found',
      words('hosts.noEngine', { role: ROLES[role], id, offered: offered.map((engine) => engine.id).join(', ') }),
    );
  if (found.problem !== null)
    throw new AppError('model-missing', words('hosts.engineCannotRun', { role: ROLES[role], id, problem: found.problem }));
}
