import { Accordion, Button } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Revision } from '#shared/domain/text.ts';
import { useRevisions } from '../../api/queries.ts';
import type { TextPlace } from '../../editing/drafts.ts';
import { useEditorSession } from '../../editing/editor-context.tsx';
import { Candidates } from './Candidates.tsx';
import classes from './captions.module.css';
import { Provenance } from './Provenance.tsx';
import { RevisionHistory } from './RevisionHistory.tsx';

interface VersionsProps {
  readonly place: TextPlace;
  /** The current one. */
  readonly revision: Revision | undefined;
}

/** What else was written for a text, and where each version comes from. */
export function Versions({ place, revision }: VersionsProps) {
  const { t } = useTranslation();
  const { video } = useEditorSession();
  const { data, olderPages } = useOlderPages(`${place.shotId} ${place.kind}`, useRevisions(video.id, place.shotId, place.kind));
  const revisions = useMemo(() => asShown(data?.pages.flatMap((page) => page.revisions) ?? [], revision), [data, revision]);
  const olderCount = data?.pages.at(-1)?.olderCount ?? 0;
  return (
    <>
      <Candidates revisions={revisions} />
      {revision !== undefined && (
        <Accordion
          multiple
          chevronPosition="left"
          variant="default"
          classNames={{
            root: classes.folds ?? '',
            control: classes.foldControl ?? '',
            content: classes.foldContent ?? '',
            item: classes.foldItem ?? '',
          }}
        >
          <Accordion.Item value="provenance">
            <Accordion.Control>{t('editor.provenance.title')}</Accordion.Control>
            <Accordion.Panel>
              <Provenance revision={revision} />
            </Accordion.Panel>
          </Accordion.Item>
          <Accordion.Item value="history">
            <Accordion.Control>{t('editor.history.title', { count: revisions.length + olderCount })}</Accordion.Control>
            <Accordion.Panel>
              <RevisionHistory revisions={revisions} />
              {olderCount > 0 && (
                <Button variant="subtle" color="gray" loading={olderPages.isWaiting} onClick={olderPages.show}>
                  {t('editor.history.older', { count: olderCount })}
                </Button>
              )}
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </>
  );
}

/**
 * Asks for one more page than there are, again where the list was asked for anew meanwhile, as after somebody else's edit: that ends what was being asked for. A failure
 * leaves the list as it is, to try again.
 */
function useOlderPages(place: string, revisions: ReturnType<typeof useRevisions>) {
  const { data, fetchNextPage, hasNextPage, isFetching, isFetchNextPageError } = revisions;
  const pageCount = data?.pages.length ?? 0;
  const [wanted, setWanted] = useState({ place, count: 0 });
  const isWaiting = wanted.place === place && hasNextPage && pageCount < wanted.count && !isFetchNextPageError;
  useEffect(() => {
    // Its failure is in the query's state.
    if (isWaiting && !isFetching) void fetchNextPage();
  }, [isWaiting, isFetching, fetchNextPage]);
  const show = (): void => {
    setWanted({ place, count: pageCount + 1 });
    if (isFetchNextPageError) void fetchNextPage();
  };
  return { data, olderPages: { isWaiting, show } };
}

/** The list is asked for anew after each change; until it is there, it follows the text in the box. */
function asShown(revisions: readonly Revision[], current: Revision | undefined): Revision[] {
  const others = revisions.filter(({ id }) => id !== current?.id).map((revision) => ({ ...revision, isCurrent: false }));
  const at = revisions.findIndex(({ id }) => id === current?.id);
  return current === undefined ? others : others.toSpliced(Math.max(0, at), 0, current);
}
