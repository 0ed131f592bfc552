import { Command, Option } from 'commander';
import { AppError } from '#shared/contract/errors.ts';
import { defaultEndpoint, Endpoint, endpointEngineId, Reasoning } from '#shared/domain/endpoint.ts';
import { plain, words, inEnglish } from '#shared/words/words.ts';
import { integerIn } from '../numbers.ts';
import { startCore } from '../project-session.ts';
import { printLine } from '../terminal.ts';

interface SetOptions {
  readonly url: string;
  readonly model: string;
  readonly title?: string;
  readonly concurrency: number;
  readonly timeout: number;
  readonly video: Endpoint['sendVideo'];
  readonly frames: number;
  readonly context: number;
  readonly reasoning: Reasoning;
}

export function endpointCommand(): Command {
  return new Command('endpoint')
    .description('Model servers with an OpenAI-compatible API (vLLM, llama.cpp, LM Studio, Ollama): set up, list, test, remove.')
    .addHelpText(
      'after',
      '\nKeys are read from SHOTLUCK_ENDPOINT_KEY (one endpoint) or SHOTLUCK_ENDPOINT_KEY_<ID> and are not stored. Frames are sent to the address that you give.',
    )
    .addCommand(setCommand())
    .addCommand(new Command('list').description('List the endpoints and how to choose them.').action(list))
    .addCommand(
      new Command('test').description('Ask a server which models it offers, and test one with an image.').argument('<id>').action(test),
    )
    .addCommand(
      new Command('remove').argument('<id>').action((id: string) => withEndpoints(async (endpoints) => void (await endpoints.remove(id)))),
    );
}

function setCommand(): Command {
  return new Command('set')
    .description('Add an endpoint, or change the one with this id.')
    .argument('<id>', 'lower-case letters, digits and dashes')
    .requiredOption('--url <address>', 'e.g. http://127.0.0.1:8000/v1')
    .requiredOption('--model <name>', 'name of the model on the server')
    .option('--title <text>', 'name in menus; the id by default')
    .option('--concurrency <count>', 'requests at the same time', integerIn({ min: 1, max: 32 }), defaultEndpoint.concurrency)
    .option(
      '--timeout <seconds>',
      'how long to wait for data from the server',
      integerIn({ min: 5, max: 300 }),
      defaultEndpoint.timeoutSeconds,
    )
    .addOption(
      new Option('--video <how>', 'send frames, or the shot as a video')
        .choices(['images', 'video_url'])
        .default(defaultEndpoint.sendVideo),
    )
    .option('--frames <count>', 'maximum images per request', integerIn({ min: 1, max: 64 }), defaultEndpoint.maxFrames)
    .option(
      '--context <tokens>',
      'context length that the server was started with',
      integerIn({ min: 1024, max: 2_000_000 }),
      defaultEndpoint.contextTokens,
    )
    .addOption(
      new Option('--reasoning <how>', 'how much the model reasons first').choices(Reasoning.options).default(defaultEndpoint.reasoning),
    )
    .action(set);
}

async function set(id: string, options: SetOptions): Promise<void> {
  const endpoint = Endpoint.safeParse({
    id,
    title: options.title ?? id,
    baseUrl: options.url,
    model: options.model,
    concurrency: options.concurrency,
    timeoutSeconds: options.timeout,
    sendVideo: options.video,
    maxFrames: options.frames,
    contextTokens: options.context,
    reasoning: options.reasoning,
  });
  if (!endpoint.success)
    throw new AppError('invalid-input', plain(endpoint.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' ')));
  await withEndpoints(async (endpoints) => {
    await endpoints.save(endpoint.data);
    printLine(`Choose it with --captioner ${endpointEngineId(id)} or --summariser sum-text:${endpointEngineId(id)}`);
  });
}

function list(): Promise<void> {
  return withEndpoints(async (endpoints) => {
    for (const { id, title, baseUrl, model, hasKey, isLocal } of (await endpoints.view()).endpoints)
      printLine(
        `${endpointEngineId(id)}  ${title}: ${model} at ${baseUrl}${isLocal ? '' : ' (another machine)'}${hasKey ? ', with a key' : ''}`,
      );
  });
}

function test(id: string): Promise<void> {
  return withEndpoints(async (endpoints) => {
    const endpoint = (await endpoints.view()).endpoints.find((candidate) => candidate.id === id);
    if (endpoint === undefined) throw new AppError('not-found', words('hosts.noEndpoint', { id }));
    const result = await endpoints.test(Endpoint.parse(endpoint), undefined, new AbortController().signal);
    if (result.models.length > 0) printLine(`Models: ${result.models.join(', ')}`);
    if (result.contextTokens !== null) printLine(`Context: ${result.contextTokens} tokens`);
    if (result.answer !== null)
      printLine(`Reads ${result.reads === 'pictures' ? 'images and text' : 'text only'}; answered "${result.answer}"`);
    if (result.problem !== null) printLine(`Problem: ${inEnglish(result.problem)}`);
    if (result.reads === 'nothing') process.exitCode = 1;
  });
}

async function withEndpoints(work: (endpoints: ReturnType<typeof startCore>['services']['endpoints']) => Promise<void>): Promise<void> {
  const core = startCore();
  try {
    await work(core.services.endpoints);
  } finally {
    await core.close();
  }
}
