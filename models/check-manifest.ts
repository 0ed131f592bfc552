import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256OfFile } from '../src-main/core/engines/file-hasher.ts';
import { type ModelManifest, parseManifest } from '../src-main/core/engines/model-manifest.ts';

/** `node models/check-manifest.ts [--write]`: compares `manifest.json` with the files beside it, or brings it up to date. */

const manifestFile = path.join(import.meta.dirname, 'manifest.json');
const manifest = parseManifest(await readFile(manifestFile, 'utf8'));
const { current, differences } = await compare(manifest);

if (process.argv.includes('--write')) {
  await writeFile(manifestFile, `${JSON.stringify(current, null, 2)}\n`);
  console.log(`models/manifest.json written: ${differences.length} files differed`);
} else if (differences.length > 0) {
  console.error(`models/manifest.json does not fit its files:\n${differences.map((line) => `  ${line}`).join('\n')}`);
  process.exitCode = 1;
} else {
  console.log(`models/manifest.json fits: ${current.models.map((model) => model.id).join(', ')}`);
}

async function compare(known: ModelManifest): Promise<{ current: ModelManifest; differences: string[] }> {
  const differences: string[] = [];
  const models = [];
  for (const model of known.models) {
    const files = [];
    for (const file of model.files) {
      const absolute = path.join(import.meta.dirname, model.id, file.path);
      const now = { path: file.path, bytes: (await stat(absolute)).size, sha256: await sha256OfFile(absolute) };
      if (now.bytes !== file.bytes || now.sha256 !== file.sha256) differences.push(`${model.id}/${file.path}`);
      files.push(now);
    }
    models.push({ ...model, files });
  }
  return { current: { ...known, models }, differences };
}
