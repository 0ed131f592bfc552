// @ts-check
/** node script.mjs NEED,NEED FILE [ARGUMENT …]: sets up what is missing and runs a script of the repository: a benchmark, the screenshots. */
import { bootstrap } from './bootstrap.mjs';

await bootstrap('./run-script.mjs', import.meta.url);
