import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where the product's own files lie, whether it runs from its sources or from its build. */
export interface ProductPaths {
  readonly root: string;
  readonly modelsDir: string;
  readonly sampleFilmPath: string | null;
  readonly rendererDir: string;
  readonly engineWorkerPath: string;
  readonly databaseCheckPath: string;
}

/** `fromDir`: folder of the running module. Works from `src-main/…` (sources under Node ≥ 24) and from `out/main/…` (build). */
export function findProductPaths(fromDir: string): ProductPaths {
  const root = findRoot(fromDir);
  const isBuild = fromDir.startsWith(path.join(root, 'out') + path.sep);
  const sampleFilmPath = path.join(root, 'resources', 'sample', 'sample-film.mp4');
  return {
    root,
    modelsDir: path.join(root, 'models'),
    sampleFilmPath: existsSync(sampleFilmPath) ? sampleFilmPath : null,
    rendererDir: path.join(root, 'out', 'renderer'),
    engineWorkerPath: isBuild
      ? path.join(root, 'out', 'main', 'engine-worker.js')
      : path.join(root, 'src-main', 'core', 'engines', 'worker.ts'),
    databaseCheckPath: isBuild ? path.join(root, 'out', 'main', 'database-check.js') : path.join(root, 'src-main', 'core', 'db', 'check-worker.ts'),
  };
}

function findRoot(fromDir: string): string {
  let folder = fromDir;
  while (!existsSync(path.join(folder, 'models', 'manifest.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) throw new Error(`The studio's files are incomplete: no models/manifest.json above ${fromDir}`);
    folder = parent;
  }
  return folder;
}
