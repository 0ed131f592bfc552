// @ts-check
/** npm run package: sets up what is missing and makes the packages. */
import { bootstrap } from './bootstrap.mjs';

await bootstrap('./packaging/package-studio.mjs', import.meta.url);
