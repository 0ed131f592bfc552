import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Of each source file (path from the project's root) the files and packages that it imports, types included. */
export type ImportGraph = ReadonlyMap<string, readonly string[]>;

const ALIASES: Readonly<Record<string, string>> = {
  '#shared/': 'src-main/shared/',
  '#core/': 'src-main/core/',
  '#engine-worker/': 'src-main/engine-worker/',
};
const IMPORT = /(?:^|\s)(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"]([^'"]+)['"]|(?:import|require|resolve)\(\s*['"`]([^'"`]+)['"`]/gu;

/** Reads every TypeScript file below some folders of the project. */
export function readImportGraph(root: string, folders: readonly string[]): ImportGraph {
  const graph = new Map<string, readonly string[]>();
  for (const folder of folders) {
    for (const entry of readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/u.test(entry.name)) continue;
      const file = path.relative(root, path.join(entry.parentPath, entry.name));
      graph.set(file, importsOf(file, readFileSync(path.join(root, file), 'utf8')));
    }
  }
  return graph;
}

export function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(IMPORT)].map(([, from, lazily]) => target(file, from ?? lazily ?? ''));
}

function target(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.join(path.dirname(file), specifier);
  const alias = Object.keys(ALIASES).find((prefix) => specifier.startsWith(prefix));
  return alias === undefined ? specifier : `${ALIASES[alias]}${specifier.slice(alias.length)}`;
}

/** Files that import each other in a circle, each circle once (Tarjan 1972, strongly connected components of more than one). */
export function circlesOf(graph: ImportGraph): string[][] {
  const found: string[][] = [];
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  function visit(file: string): number {
    const own = index.size;
    index.set(file, own);
    open.push(file);
    let low = own;
    for (const next of graph.get(file) ?? []) {
      if (!graph.has(next)) continue;
      if (!index.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, index.get(next) ?? low);
    }
    lowest.set(file, low);
    if (low === own) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) found.push(circle);
    }
    return low;
  }
  for (const file of graph.keys()) if (!index.has(file)) visit(file);
  return found;
}
