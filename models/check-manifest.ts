import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256OfFile } from '../src-main/core/models/file-hasher.ts';
import { type ManifestModel, type ModelManifest, parseManifest } from '../src-main/core/models/model-manifest.ts';

/**
 * `node models/check-manifest.ts [--write]`: compares `manifest.json` with the files beside it, or brings it up to date. Models that are
 * downloaded or converted have no files here; of them only the shape of their entry is checked.
 */

const manifestFile = path.join(import.meta.dirname, 'manifest.json');
const manifest = parseManifest(await readFile(manifestFile, 'utf8'));
const { current, differences } = await compare(manifest);
const bundled = current.models.filter((model) => model.delivery === 'bundled').map((model) => model.id);

if (process.argv.includes('--write')) {
  await writeFile(manifestFile, `${JSON.stringify(current, null, 2)}\n`);
  console.log(`models/manifest.json written: ${differences.length} files differed`);
} else if (differences.length > 0) {
  console.error(`models/manifest.json does not fit its files:\n${differences.map((line) => `  ${line}`).join('\n')}`);
  process.exitCode = 1;
} else {
  console.log(
    `models/manifest.json fits: ${bundled.join(', ')}; ${current.models.length - bundled.length} more can be downloaded or converted`,
  );
}

async function compare(known: ModelManifest): Promise<{ current: ModelManifest; differences: string[] }> {
  const differences: string[] = [];
  const models: ManifestModel[] = [];
  for (const model of known.models)
    models.push(model.delivery === 'bundled' ? { ...model, files: await filesNow(model, differences) } : model);
  return { current: { ...known, models }, differences };
}

async function filesNow({ id, files }: Extract<ManifestModel, { delivery: 'bundled' }>, differences: string[]) {
  const now = [];
  for (const file of files) {
    const absolute = path.join(import.meta.dirname, id, file.path);
    const found = { path: file.path, bytes: (await stat(absolute)).size, sha256: await sha256OfFile(absolute) };
    if (found.bytes !== file.bytes || found.sha256 !== file.sha256) differences.push(`${id}/${file.path}`);
    now.push(found);
  }
  return now;
}
