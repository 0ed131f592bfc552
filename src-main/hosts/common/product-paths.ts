import { existsSync } from 'node:fs';
import path from 'node:path';

/** Where the product's own files lie, whether it runs from its sources, from its build, or installed. */
export interface ProductPaths {
  /** Folder of `models/`, `resources/` and the licences. */
  readonly root: string;
  readonly modelsDir: string;
  readonly sampleVideoPath: string | null;
  readonly rendererDir: string;
  /** Folder of what was built: `main/`, `preload/`, `renderer/`. */
  readonly codeDir: string;
  readonly coreProcessPath: string;
  readonly engineWorkerPath: string;
  readonly databaseCheckPath: string;
  /** A Node that the package brings along, where its Electron's own is too old for the core. */
  readonly nodePath: string | undefined;
}

/**
 * `fromDir`: folder of the running module. Works from `src-main/…` (sources under Node ≥ 24), from `out/main/…` (build) and from
 * `app.asar/out/main/…` (installed).
 */
export function findProductPaths(fromDir: string): ProductPaths {
  const root = findRoot(fromDir);
  const buildDir = buildDirOf(root, fromDir);
  const codeDir = buildDir ?? path.join(root, 'out');
  const sampleVideoPath = path.join(root, 'resources', 'sample', 'sample-film.mp4');
  const nodePath = path.join(root, 'node', process.platform === 'win32' ? 'node.exe' : 'node');
  return {
    root,
    modelsDir: path.join(root, 'models'),
    sampleVideoPath: existsSync(sampleVideoPath) ? sampleVideoPath : null,
    rendererDir: path.join(codeDir, 'renderer'),
    codeDir,
    coreProcessPath: path.join(outsideArchive(codeDir), 'main', 'core-process.js'),
    engineWorkerPath:
      buildDir === null
        ? path.join(root, 'src-main', 'engine-worker', 'worker.ts')
        : path.join(outsideArchive(buildDir), 'main', 'engine-worker.js'),
    databaseCheckPath:
      buildDir === null
        ? path.join(root, 'src-main', 'core', 'base', 'db', 'check-worker.ts')
        : path.join(outsideArchive(buildDir), 'main', 'database-check.js'),
    nodePath: existsSync(nodePath) ? nodePath : undefined,
  };
}

/** `…/out` for a module of the build; null for a source. */
function buildDirOf(root: string, fromDir: string): string | null {
  const folders = path.relative(root, fromDir).split(path.sep);
  const out = folders.findIndex((folder, index) => folder === 'out' && folders[index + 1] === 'main');
  return out === -1 ? null : path.join(root, ...folders.slice(0, out + 1));
}

/** Only Electron reads files inside an archive. What other programs open, a plain Node or the system's loader, is packed beside it. */
function outsideArchive(dir: string): string {
  return dir.replace(/app\.asar(?=[\\/]|$)/, 'app.asar.unpacked');
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
