import { Command } from 'commander';
import { createSessionSecrets } from '#core/base/secrets/secrets.ts';
import { takeAccessToken, takeEndpointKeys } from '../../common/secrets-from.ts';
import { findProductPaths } from '../../common/product-paths.ts';
import { onEndingSignal } from '../ending-signals.ts';
import { projectFolder } from '../given-paths.ts';
import { integerIn } from '../numbers.ts';
import { printLine } from '../terminal.ts';

interface ServeOptions {
  readonly host: string;
  readonly port: number;
  readonly project?: string;
  readonly sample?: true;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('Serve the studio to a browser and print its address. Only this machine can reach it unless --host says otherwise.')
    .option(
      '--host <address>',
      'address to listen on; 0.0.0.0 also lets in anyone on another machine who has the printed address',
      '127.0.0.1',
    )
    .option('--port <number>', '0 uses any free port', integerIn({ min: 0, max: 65_535 }), 0)
    .option('-p, --project <folder>', 'project to open; the last one by default', projectFolder)
    .option('--sample', 'open the sample project')
    .addHelpText(
      'after',
      '\nTwo addresses are printed: the owner’s, and one for annotators. They change with each start. To keep them, set --port and put a long secret of your own in SHOTLUCK_TOKEN.',
    )
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  // Other commands start without a server's modules.
  const { startServe } = await import('../../serve/start-serve.ts');
  const token = takeAccessToken(process.env);
  const running = await startServe({
    host: options.host,
    port: options.port,
    open:
      options.sample === true
        ? { kind: 'sample' }
        : options.project === undefined
          ? { kind: 'last' }
          : { kind: 'folder', folder: options.project },
    surroundings: process.env,
    product: findProductPaths(import.meta.dirname),
    secrets: createSessionSecrets(takeEndpointKeys(process.env)),
    token,
  });
  printLine(
    [
      'Shotluck Studio is ready. Open this address in a browser. It is the owner’s: keep it to yourself.',
      `  ${running.url}`,
      'Give this address to the people who annotate with you. They can review, edit, run jobs and export, but they cannot change the studio.',
      `  ${running.annotatorUrl}`,
      'Ctrl+C stops it and ends all sessions; everything is saved.',
    ].join('\n\n'),
  );
  await new Promise<void>((resolve) => void onEndingSignal(resolve));
  await running.close();
}
