import { useWording } from '../../i18n/use-wording.ts';
import { Anchor, Badge, EmptyState, Paper } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { HistoryEntry } from '#shared/domain/record-change.ts';
import { useHistory, useVideos } from '../../api/queries.ts';
import { routeHref } from '../../app/routes.ts';
import { formatAgo } from '../../components/format.ts';
import { Page } from '../../components/Page.tsx';
import { useNow } from '../../components/use-now.ts';
import { QueryState } from '../../components/QueryState.tsx';
import classes from './HistoryPage.module.css';

/** Who did what, newest first: people, models and imports alike. */
export function HistoryPage() {
  const { t } = useTranslation();
  const history = useHistory();
  return (
    <Page title={t('history.title')} text={t('history.text')}>
      {history.data === undefined ? (
        <QueryState query={history} />
      ) : history.data.length === 0 ? (
        <EmptyState
          icon={<IconHistory stroke={1.5} aria-hidden />}
          title={t('history.empty.title')}
          description={t('history.empty.text')}
        />
      ) : (
        <HistoryTable entries={history.data} />
      )}
    </Page>
  );
}

function HistoryTable({ entries }: { readonly entries: readonly HistoryEntry[] }) {
  const { t } = useTranslation();
  const worded = useWording();
  const nowMs = useNow();
  const names = new Map(useVideos().data?.map((video) => [video.id, video.name]));
  return (
    <Paper withBorder>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('history.columns.step')}</th>
            <th scope="col">{t('history.columns.video')}</th>
            <th scope="col">{t('history.columns.actor')}</th>
            <th scope="col">{t('history.columns.when')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.id} data-state={entry.state}>
              <td>
                <span className={classes.label}>{worded(entry.label)}</span>
                {entry.changeCount > 1 && <span className={classes.count}>{t('history.changes', { count: entry.changeCount })}</span>}
                {entry.state === 'undone' && (
                  <Badge color="gray" size="xs" ml={8}>
                    {t('history.undone')}
                  </Badge>
                )}
              </td>
              <td>
                {entry.videoId !== null && names.has(entry.videoId) && (
                  <Anchor inherit href={routeHref({ page: 'editor', videoId: entry.videoId, shotId: null })}>
                    {names.get(entry.videoId)}
                  </Anchor>
                )}
              </td>
              <td>{entry.actor}</td>
              <td title={new Date(entry.createdAtMs).toLocaleString()}>{formatAgo(entry.createdAtMs, nowMs)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Paper>
  );
}
