// @ts-check
/** npm run notices: writes the third-party notices and the list of components anew. */
import { bootstrap } from './bootstrap.mjs';

await bootstrap('./packaging/notices.mjs', import.meta.url);
