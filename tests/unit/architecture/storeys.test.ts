import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { circlesOf, type ImportGraph, importsOf, readImportGraph } from '../../helpers/import-graph.ts';

const root = path.resolve(import.meta.dirname, '../../..');
/** From the lowest to the highest: a storey stands on those before it (docs/architecture.md). */
const STOREYS = ['base', 'jobs', 'media', 'models', 'engines', 'project', 'exchange', 'evaluation', 'steps', 'app'];
const RUNTIMES = ['onnxruntime-node', 'onnxruntime-common', '@huggingface/transformers'];
const graph = readImportGraph(root, ['src-main', 'src-preload', 'src-renderer']);

function storeyOf(file: string): number {
  const [, storey = ''] = /^src-main\/core\/([^/]+)\//u.exec(file) ?? [];
  return STOREYS.indexOf(storey);
}

function upwardImports(imports: ImportGraph): string[] {
  return arrows(imports, (from, to) => storeyOf(from) !== -1 && storeyOf(to) > storeyOf(from));
}

function arrows(imports: ImportGraph, isWrong: (from: string, to: string) => boolean): string[] {
  return [...imports].flatMap(([from, all]) => all.filter((to) => isWrong(from, to)).map((to) => `${from} imports ${to}`));
}

describe('the storeys of the core', () => {
  it('are those of its folders, and lint knows each of them', () => {
    const folders = [...graph.keys()].filter((file) => file.startsWith('src-main/core/')).map((file) => file.split('/')[2]);
    expect(new Set(folders)).toEqual(new Set(STOREYS));
    const lint = readFileSync(path.join(root, '.oxlintrc.json'), 'utf8');
    for (const storey of STOREYS) expect(lint).toContain(`"src-main/core/${storey}/**"`);
  });

  it('import no higher storey, types included', () => {
    expect(upwardImports(graph)).toEqual([]);
  });

  it('import nothing of the engine worker, of a host or of a page', () => {
    expect(
      arrows(
        graph,
        (from, to) =>
          from.startsWith('src-main/core/') && /^(?:src-main\/(?:engine-worker|hosts)|src-renderer|src-preload|electron$)/u.test(to),
      ),
    ).toEqual([]);
  });

  it('the file that looks up is named', () => {
    const wrong = new Map([
      ['src-main/core/base/a.ts', importsOf('src-main/core/base/a.ts', "import type { Video } from '#core/project/videos/video.ts';\n")],
    ]);
    expect(upwardImports(wrong)).toEqual(['src-main/core/base/a.ts imports src-main/core/project/videos/video.ts']);
  });
});

describe('model runtimes', () => {
  it('are named in the engine worker alone', () => {
    expect(
      arrows(
        graph,
        (from, to) => !from.startsWith('src-main/engine-worker/') && RUNTIMES.some((name) => to === name || to.startsWith(`${name}/`)),
      ),
    ).toEqual([]);
  });

  it('stand beside no project: the engine worker imports media, models and the engines’ contract', () => {
    const allowed = /^src-main\/(?:shared|engine-worker|core\/(?:base|media|models|engines))\//u;
    expect(arrows(graph, (from, to) => from.startsWith('src-main/engine-worker/') && to.startsWith('src-') && !allowed.test(to))).toEqual(
      [],
    );
  });
});

describe('what a process can run', () => {
  /** Where code runs, and the packages and modules of Node that it finds there; everything else is refused. */
  const ROOMS: readonly (readonly [folder: string, allowed: RegExp])[] = [
    ['src-main/shared/', /^(?:src-main\/shared\/|zod$)/u],
    ['src-preload/', /^(?:src-preload\/|src-main\/shared\/|electron$)/u],
    [
      'src-renderer/',
      /^(?:src-renderer\/|src-main\/shared\/|(?:@mantine\/[a-z]+|@tabler\/icons-react|@tanstack\/react-(?:query|virtual)|@fontsource-variable\/inter|diff|i18next|react|react-dom|react-i18next|zod|zustand)(?:\/|$))/u,
    ],
    ['src-main/core/', /^(?:src-main\/(?:core|shared)\/|node:(?!module$)|(?!electron|react|src-)[@a-z])/u],
    ['src-main/hosts/common/', /^(?:src-main\/(?:core|shared|hosts\/common)\/|node:|(?!electron|react|src-)[@a-z])/u],
    ['src-main/hosts/serve/', /^(?:src-main\/(?:core|shared|hosts\/(?:common|serve))\/|node:|(?!electron|react|src-)[@a-z])/u],
    ['src-main/hosts/cli/', /^(?:src-main\/(?:core|shared|hosts\/(?:common|serve|cli))\/|node:|(?!electron|react|src-)[@a-z])/u],
  ];

  it.each(ROOMS)('%s imports nothing else', (folder, allowed) => {
    expect(arrows(graph, (from, to) => from.startsWith(folder) && !allowed.test(to))).toEqual([]);
  });

  it('is seen however a module is asked for', () => {
    const text = 'import { a } from "./a.ts";\nconst b = import(`#core/steps/rooms.ts`);\nconst c = require(\'sharp\');\n';
    expect(importsOf('src-main/core/base/x.ts', text)).toEqual(['src-main/core/base/a.ts', 'src-main/core/steps/rooms.ts', 'sharp']);
  });
});

it('the watchdog of the engine worker loads no library, for each start of a worker starts it as well', () => {
  const reached = new Set(['src-main/engine-worker/engine-watchdog.ts']);
  for (const file of reached) for (const next of graph.get(file) ?? []) reached.add(next);
  expect([...reached].filter((name) => !name.startsWith('node:'))).toEqual([
    'src-main/engine-worker/engine-watchdog.ts',
    'src-main/core/engines/watched-parts.ts',
  ]);
});

describe('circles of imports', () => {
  it('there are none, types included', () => {
    expect(circlesOf(graph)).toEqual([]);
  });

  it('are found through a type alone', () => {
    const circle = new Map([
      ['src-main/core/base/a.ts', importsOf('src-main/core/base/a.ts', "import type { B } from './b.ts';\n")],
      ['src-main/core/base/b.ts', importsOf('src-main/core/base/b.ts', "import { a } from './a.ts';\n")],
    ]);
    expect(circlesOf(circle)).toEqual([['src-main/core/base/a.ts', 'src-main/core/base/b.ts']]);
  });
});
