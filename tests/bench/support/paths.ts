import path from 'node:path';

export const repository = path.resolve(import.meta.dirname, '../../..');
/** Videos and the peers' Python are made once and kept here; nothing of it is committed. */
export const cacheDir = path.join(repository, '.cache', 'bench');
