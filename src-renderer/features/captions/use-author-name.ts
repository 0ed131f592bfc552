import { useEngineTitle } from '../../api/queries.ts';
import type { Revision } from '#shared/domain/text.ts';

/** Who wrote a text, as people call them: a person's name, or the title of the engine. */
export function useAuthorName(): (revision: Revision) => string {
  const engineTitle = useEngineTitle();
  return ({ provenance, actor }) => (provenance === null ? actor : (engineTitle(provenance.engine) ?? provenance.model));
}
