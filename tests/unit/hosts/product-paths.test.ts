import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { findProductPaths } from '../../../src-main/hosts/common/product-paths.ts';

it('a studio that runs from its source finds the programs that it starts beside itself', () => {
  const { engineWorkerPath, databaseCheckPath, modelsDir } = findProductPaths(
    path.resolve(import.meta.dirname, '../../../src-main/hosts/cli'),
  );
  for (const file of [engineWorkerPath, databaseCheckPath, modelsDir]) expect(existsSync(file), file).toBe(true);
});
