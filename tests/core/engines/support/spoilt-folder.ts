import { cp } from 'node:fs/promises';
import path from 'node:path';

/** A copy of a model's folder under `scratch`, made wrong by `spoil`. */
export async function spoiltCopy(scratch: string, source: string, spoil: (copy: string) => Promise<void>): Promise<string> {
  const copy = path.join(scratch, `${path.basename(source)}-${performance.now()}`);
  await cp(source, copy, { recursive: true });
  await spoil(copy);
  return copy;
}
