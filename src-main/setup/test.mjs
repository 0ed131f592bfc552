// @ts-check
/** npm test: sets up what is missing and runs every check. */
import { bootstrap } from './bootstrap.mjs';

await bootstrap('./run-tests.mjs', import.meta.url);
