import { Button, Group, ScrollArea, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrainerRowView, TrainerView } from '#shared/contract/export-check.ts';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import { useHost } from '../../api/core-context.tsx';
import { type TrainerViewAsk, useTrainerView } from '../../api/queries.ts';
import { QueryState } from '../../components/QueryState.tsx';
import { useWording } from '../../i18n/use-wording.ts';
import classes from './TrainerRows.module.css';

/** Rows a page: as many as are read at a glance, and no more pictures than are quickly there. */
const PAGE_ROWS = 5;
/** In pixels; twice as wide as it is shown. */
const STILL_WIDTH = 160;

export type TrainerRowsAsk = Omit<TrainerViewAsk, 'offset' | 'count'>;

/** Rows with the very frames that the trainer takes of each, its text, and its length. */
export function TrainerRows({ ask }: { readonly ask: TrainerRowsAsk }) {
  const { t } = useTranslation();
  const wording = useWording();
  const [offset, setOffset] = useState(0);
  const view = useTrainerView({ ...ask, offset, count: PAGE_ROWS });
  if (view.data === undefined || view.error !== null) return <QueryState query={view} />;
  const { rows, hasMore, tokenLimit } = view.data;
  const [first] = rows;
  if (first === undefined && offset === 0) {
    return (
      <Text size="sm" c="dimmed" p="md">
        {t('transfer.check.noRows')}
      </Text>
    );
  }
  return (
    <div className={classes.pane}>
      {first !== undefined && (
        <Text size="xs" c="dimmed" className={classes.rule} title={t('transfer.check.source', { source: first.source })}>
          {wording(first.rule)}
        </Text>
      )}
      <ScrollArea
        className={classes.rows}
        type="auto"
        data-stale={view.isPlaceholderData}
        viewportProps={{ tabIndex: 0, 'aria-label': t('transfer.check.trainerTab') }}
      >
        {rows.map((row) => (
          <TrainerRow key={`${row.where} ${row.text}`} row={row} tokenLimit={tokenLimit} />
        ))}
      </ScrollArea>
      {(offset > 0 || hasMore) && (
        <Group justify="space-between" className={classes.pages}>
          <Text size="xs" c="dimmed">
            {t('transfer.check.rows', { from: offset + 1, to: offset + rows.length })}
          </Text>
          <Group gap="xs">
            <Button size="compact-xs" variant="default" disabled={offset === 0} onClick={() => setOffset(Math.max(0, offset - PAGE_ROWS))}>
              {t('transfer.check.earlier')}
            </Button>
            <Button size="compact-xs" variant="default" disabled={!hasMore} onClick={() => setOffset(offset + PAGE_ROWS)}>
              {t('transfer.check.later')}
            </Button>
          </Group>
        </Group>
      )}
    </div>
  );
}

interface TrainerRowProps {
  readonly row: TrainerRowView;
  readonly tokenLimit: TrainerView['tokenLimit'];
}

function TrainerRow({ row, tokenLimit }: TrainerRowProps) {
  const { t } = useTranslation();
  const wording = useWording();
  const host = useHost();
  const { where, videoId, text, frameCount, frames, ofFrames, hasPictures, tokens, problem } = row;
  const total = tokens === null ? 0 : tokens.text + tokens.pictures;
  const isLong = tokenLimit !== null && total > tokenLimit.tokens;
  const repeats = frameCount > ofFrames || new Set(frames).size < frames.length;
  const taken = takenWords();
  function takenWords(): string {
    if (ofFrames === 1 && frameCount <= 1) return t('transfer.check.onlyFrame');
    if (ofFrames === 1) return t('transfer.check.onlyFrameRepeated', { count: frameCount });
    return t(repeats ? 'transfer.check.framesRepeated' : 'transfer.check.framesTaken', { count: frameCount, of: ofFrames });
  }
  const numbers = {
    total: total.toLocaleString(),
    text: (tokens?.text ?? 0).toLocaleString(),
    pictures: (tokens?.pictures ?? 0).toLocaleString(),
  };
  return (
    <section className={classes.row} aria-label={where}>
      <Group justify="space-between" wrap="nowrap" gap="md">
        <Text size="xs" fw={600} truncate="start" title={where}>
          {where}
        </Text>
        <Text size="xs" c="dimmed" className={classes.taken}>
          {problem === null &&
            (hasPictures && frames.length < frameCount ? t('transfer.check.someShown', { taken, count: frames.length }) : taken)}
        </Text>
      </Group>
      {problem !== null ? (
        <Text size="xs" className={classes.problem}>
          {wording(problem)}
        </Text>
      ) : hasPictures ? (
        <div className={classes.strip}>
          {frames.map((frame, index) => (
            // A trainer may take a frame twice: only the place in the strip distinguishes them.
            <img
              // oxlint-disable-next-line react/no-array-index-key
              key={index}
              src={host.mediaUrl(mediaUrls.frame(videoId, frame, STILL_WIDTH))}
              alt={t('transfer.check.frame', { frame })}
              title={t('transfer.check.frame', { frame })}
              loading="lazy"
            />
          ))}
        </div>
      ) : (
        <Text size="xs" c="dimmed">
          {t('transfer.check.noPicture')}
        </Text>
      )}
      <Text size="xs" lineClamp={2}>
        {text}
      </Text>
      {tokens !== null && (
        <Text size="xs" c="dimmed" className={isLong ? classes.problem : undefined}>
          {tokenLimit === null
            ? t('transfer.check.tokens', numbers)
            : t('transfer.check.tokensLimit', { ...numbers, limit: tokenLimit.tokens.toLocaleString() })}
        </Text>
      )}
    </section>
  );
}
