import path from 'node:path';
import { Command } from 'commander';
import type { Core } from '#core/app/create-core.ts';
import { AppError } from '#shared/contract/errors.ts';
import type { ModelDownload, ModelInfo } from '#shared/contract/views.ts';
import type { DeviceChoice } from '#shared/domain/device.ts';
import { words, inEnglish } from '#shared/words/words.ts';
import { formatDuration } from '../progress-line.ts';
import { givenPath } from '../given-paths.ts';
import { deviceOption, startCore } from '../project-session.ts';
import { printLine, printNote } from '../terminal.ts';

/** Without a terminal, a download says something at most this often. */
const PLAIN_INTERVAL_MS = 5_000;

export function modelsCommand(): Command {
  const command = new Command('models').description(
    'List, download, add, remove and try models. Only "models download" downloads anything.',
  );
  command
    .command('list', { isDefault: true })
    .description('list the models that are installed or available')
    .option('--json', 'print one JSON object', false)
    .action((options: { json: boolean }) => withCore((core) => list(core, options.json)));
  command
    .command('download')
    .description('download a model, or resume a download that stopped')
    .argument('<id>', 'see "shotluck models list"')
    .option('--weights <id>', 'which weights, e.g. q8 or fp16; the first listed by default')
    .option('--accept-licence', 'you have read the licence of the model and agree to it', false)
    .action((id: string, options: DownloadOptions) => withCore((core) => download(core, id, options)));
  command
    .command('add')
    .description('use a model folder where it is')
    .argument('<folder>', 'in the transformers.js layout', givenPath)
    .action((folder: string) => withCore(async (core) => printLine(await core.services.models.addFolderAt(path.resolve(folder)))));
  command
    .command('remove')
    .description('delete a downloaded model, or remove a folder from the list')
    .argument('<id>')
    .action((id: string) => withCore((core) => core.services.models.remove(id)));
  command
    .command('test')
    .description('try a model on the sample video')
    .argument('<id>')
    .addOption(deviceOption())
    .option('--json', 'print one JSON object', false)
    .action((id: string, options: { json: boolean; device?: DeviceChoice }) =>
      withCore((core) => test(core, id, options.json), options.device),
    );
  return command;
}

interface DownloadOptions {
  readonly weights?: string;
  readonly acceptLicence: boolean;
}

async function withCore(work: (core: Core) => Promise<void>, device?: DeviceChoice): Promise<void> {
  const core = startCore({ device });
  const onInterrupt = (): void => {
    printNote('\nStopping; downloaded data is kept.\n');
    void core.close().finally(() => process.exit(130));
  };
  process.once('SIGINT', onInterrupt);
  try {
    await work(core);
  } finally {
    process.off('SIGINT', onInterrupt);
    await core.close();
  }
}

async function list(core: Core, isJson: boolean): Promise<void> {
  const models = await core.services.models.list();
  if (isJson) return console.log(JSON.stringify({ models }, null, 2));
  const width = Math.max(...models.map((model) => model.id.length));
  for (const model of models) {
    printLine(
      `${model.id.padEnd(width)}  ${stateOf(model).padEnd(12)}  ${inMegabytes(model)}  ${model.title} (${[model.role, ...memoryOf(model), model.licence].join(', ')})`,
    );
    if (model.stateReason !== null) printLine(`${' '.repeat(width)}  ${inEnglish(model.stateReason)}`);
    if (model.variants.length > 1)
      printLine(
        `${' '.repeat(width)}  weights: ${model.variants.map((variant) => `${variant.id} for ${variant.devices.join('/')}`).join(', ')}`,
      );
  }
}

function stateOf(model: ModelInfo): string {
  if (model.state !== 'available') return model.state;
  return model.delivery === 'convert' ? 'to convert' : 'to download';
}

function memoryOf({ memory }: ModelInfo): string[] {
  return memory === null ? [] : [`${Math.round(memory.bytes / 1e6)} MB memory`];
}

function inMegabytes({ sizeBytes, isSizeApproximate }: ModelInfo): string {
  return `${isSizeApproximate ? '~' : ''}${Math.round(sizeBytes / 1e6)} MB`.padStart(9);
}

async function download(core: Core, id: string, { weights, acceptLicence }: DownloadOptions): Promise<void> {
  const { models } = core.services;
  const model = (await models.list()).find((candidate) => candidate.id === id);
  if (model !== undefined && !acceptLicence) {
    throw new AppError('invalid-input', words('hosts.acceptLicence', { model: model.title, licence: model.licence, source: model.source }));
  }
  const stop = core.events.on('modelDownload', progressPrinter());
  try {
    await models.downloads.start(id, weights);
    await models.downloads.idle();
  } finally {
    stop();
  }
  const failed = (await models.downloads.list()).find((candidate) => candidate.modelId === id);
  if (failed !== undefined)
    throw failed.error === null ? new AppError('cancelled', words('hosts.downloadStopped')) : AppError.received(failed.error);
  printLine(`${id} is installed in ${path.join(models.userModelsDir, id)}`);
}

function progressPrinter(): (progress: ModelDownload) => void {
  const isTerminal = process.stderr.isTTY;
  let lastPlainMs = Number.NEGATIVE_INFINITY;
  return ({ state, receivedBytes, totalBytes, bytesPerSecond, etaMs, file }) => {
    const nowMs = performance.now();
    if (!isTerminal && nowMs - lastPlainMs < PLAIN_INTERVAL_MS) return;
    lastPlainMs = nowMs;
    const amount =
      totalBytes === null ? '' : ` ${Math.floor((receivedBytes / Math.max(1, totalBytes)) * 100)}% of ${Math.round(totalBytes / 1e6)} MB`;
    const speed =
      bytesPerSecond === null || etaMs === null ? '' : `, ${(bytesPerSecond / 1e6).toFixed(1)} MB/s, about ${formatDuration(etaMs)} left`;
    const line = `  ${state}${amount}${speed}${file === null ? '' : `  ${file}`}`;
    process.stderr.write(isTerminal ? `\r${line.slice(0, process.stderr.columns - 1).padEnd(process.stderr.columns - 1)}` : `${line}\n`);
  };
}

async function test(core: Core, id: string, isJson: boolean): Promise<void> {
  const result = await core.services.testRuns.run(id, new AbortController().signal);
  if (isJson) return console.log(JSON.stringify(result, null, 2));
  printLine(result.text);
  const confidence = result.meanLogProb === null ? '' : `, ${Math.round(Math.exp(result.meanLogProb) * 100)}% sure`;
  printLine(
    `  ${result.seconds.toFixed(1)} s on ${result.device ?? 'no device'}, loaded in ${result.loadSeconds.toFixed(1)} s${confidence}`,
  );
  for (const note of result.notes) printLine(`  ${note}`);
}
