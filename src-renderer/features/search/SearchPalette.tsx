import { Badge, Loader, Mark, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MAX_COUNTED_HITS, type SearchResult } from '#shared/contract/views.ts';
import { useSearch } from '../../api/queries.ts';
import { navigate } from '../../app/use-route.ts';
import { ErrorText } from '../../components/ErrorText.tsx';
import { describeError } from '../../api/describe-error.ts';
import { AT_ONCE } from '../../styles/theme.ts';
import { searchPaletteStore } from './search-palette-store.ts';
import classes from './SearchPalette.module.css';
import { snippetParts } from './snippet.ts';

const TYPING_PAUSE_MS = 150;
const NOTHING: SearchResult = { hits: [], foundCount: 0 };

/** Finds words in the captions, the summaries and on the screen of all videos; choosing a hit goes to its shot or frame. */
export function SearchPalette() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [settled] = useDebouncedValue(text, TYPING_PAUSE_MS);
  const found = useSearch(settled);
  // Hits of other words than those in the box could be chosen by whoever types on and presses Enter.
  const isStale = text.trim() !== settled.trim() || found.isPlaceholderData;
  const isWaiting = text.trim() !== '' && (isStale || found.isFetching);
  return (
    <Spotlight.Root
      store={searchPaletteStore}
      query={text}
      onQueryChange={setText}
      shortcut={null}
      size={680}
      scrollable
      maxHeight="60vh"
      centered={false}
      overlayProps={{ backgroundOpacity: 0.45, blur: 0 }}
      transitionProps={AT_ONCE}
      attributes={{ content: { 'aria-label': t('search.placeholder') } }}
    >
      <Spotlight.Search
        placeholder={t('search.placeholder')}
        aria-label={t('search.placeholder')}
        leftSection={<IconSearch size={17} />}
        rightSection={isWaiting && <Loader size={15} />}
      />
      <Spotlight.ActionsList>
        <Results text={text} found={isStale ? NOTHING : (found.data ?? NOTHING)} isWaiting={isWaiting} error={found.error} />
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

interface ResultsProps {
  readonly text: string;
  readonly found: SearchResult;
  readonly isWaiting: boolean;
  readonly error: Error | null;
}

function Results({ text, found: { hits, foundCount }, isWaiting, error }: ResultsProps) {
  const { t } = useTranslation();
  if (error !== null) {
    return (
      <Spotlight.Empty>
        <ErrorText {...describeError(error)} />
      </Spotlight.Empty>
    );
  }
  if (text.trim() === '') return <Spotlight.Empty>{t('search.hint')}</Spotlight.Empty>;
  if (hits.length === 0) return <Spotlight.Empty>{isWaiting ? t('search.searching') : t('search.nothing', { text })}</Spotlight.Empty>;
  const groups = [...Map.groupBy(hits, (hit) => hit.videoId)].map(([videoId, ofVideo]) => (
    <Spotlight.ActionsGroup key={videoId} className={classes.group} label={ofVideo[0]?.videoName ?? ''}>
      {ofVideo.map((hit) => (
        <Spotlight.Action
          key={hit.id}
          className={classes.action}
          onClick={() =>
            navigate({ page: 'editor', videoId: hit.videoId, shotId: hit.shotId, ...(hit.frame !== null && { frame: hit.frame }) })
          }
        >
          <span className={classes.snippet}>
            {snippetParts(hit.snippet).map(({ text: piece, isMatch }, index) =>
              // Pieces of one text in its order: the place is their identity.
              // oxlint-disable-next-line react/no-array-index-key
              isMatch ? <Mark key={index}>{piece}</Mark> : <span key={index}>{piece}</span>,
            )}
          </span>
          <Badge color="gray" className={classes.kind}>
            {t(`search.kind.${hit.kind}`)}
          </Badge>
        </Spotlight.Action>
      ))}
    </Spotlight.ActionsGroup>
  ));
  if (foundCount <= hits.length) return groups;
  const isCounted = foundCount <= MAX_COUNTED_HITS;
  return (
    <>
      {groups}
      <Text size="xs" c="dimmed" px={12} py={8}>
        {t(isCounted ? 'search.firstOf' : 'search.firstOfMany', { shown: hits.length, found: Math.min(foundCount, MAX_COUNTED_HITS) })}
      </Text>
    </>
  );
}
