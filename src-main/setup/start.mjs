// @ts-check
/** npm start: sets up what is missing and opens the studio on the sample project. */
import { bootstrap } from './bootstrap.mjs';

await bootstrap('./open-studio.mjs', import.meta.url);
