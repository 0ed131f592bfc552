// @ts-check
/** npm run shotluck -- COMMAND: sets up what is missing and runs the command line. */
import { bootstrap } from './bootstrap.mjs';

await bootstrap('./run-cli.mjs', import.meta.url);
