import path from 'node:path';
import envPaths from 'env-paths';

/** Where the studio keeps its settings, projects and logs: `SHOTLUCK_DATA_DIR`, else the system's place for such things. */
export function dataDirFrom(surroundings: { readonly SHOTLUCK_DATA_DIR?: string | undefined }): string {
  return path.resolve(surroundings.SHOTLUCK_DATA_DIR ?? envPaths('shotluck-studio', { suffix: '' }).data);
}
