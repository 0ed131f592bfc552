import { Checkbox, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { activeJobByVideo } from '../../api/job-groups.ts';
import { useJobs } from '../../api/queries.ts';
import type { LibraryView, SelectionClick, SortKey } from './library-view.ts';
import classes from './LibraryPage.module.css';
import type { VideoActions } from './use-video-actions.ts';
import { VideoRow } from './VideoRow.tsx';

export interface VideoListProps {
  readonly videos: readonly VideoListItem[];
  readonly actions: VideoActions;
  readonly selectedIds: ReadonlySet<VideoId>;
  readonly onSelect: (click: SelectionClick) => void;
}

interface VideoTableProps extends VideoListProps {
  readonly view: LibraryView;
  readonly onView: (view: LibraryView) => void;
  /** Left out while not all videos are there yet. */
  readonly onSelectAll?: () => void;
}

const ROW_HEIGHT_PX = 76;

/** The list of videos; only the rows on screen exist. */
export function VideoTable({ videos, actions, selectedIds, onSelect, view, onView, onSelectAll }: VideoTableProps) {
  const { t } = useTranslation();
  // Asked for here and not by the page: it changes several times a second while jobs run.
  const jobs = useJobs(activeJobByVideo).data;
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is compiled by the React compiler
  const virtualizer = useVirtualizer({
    count: videos.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 6,
    getItemKey: (index) => videos[index]?.id ?? index,
  });
  return (
    <div className={classes.listArea} ref={scroller}>
      <table className={classes.table} aria-label={t('library.title')} aria-rowcount={videos.length + 1}>
        <TableHead view={view} onView={onView} selectedCount={selectedIds.size} count={videos.length} onSelectAll={onSelectAll} />
        <tbody className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, key, start }) => {
            const video = videos[index];
            return (
              video !== undefined && (
                <VideoRow
                  key={key}
                  video={video}
                  job={jobs?.get(video.id)}
                  actions={actions}
                  isSelected={selectedIds.has(video.id)}
                  onSelect={onSelect}
                  rowIndex={index + 2}
                  topPx={start}
                  heightPx={ROW_HEIGHT_PX}
                />
              )
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

interface TableHeadProps {
  readonly view: LibraryView;
  readonly onView: (view: LibraryView) => void;
  readonly selectedCount: number;
  readonly count: number;
  readonly onSelectAll: (() => void) | undefined;
}

const TableHead = memo(function TableHead({ view, onView, selectedCount, count, onSelectAll }: TableHeadProps) {
  const { t } = useTranslation();
  const sort = (sortKey: SortKey): void => onView({ ...view, sortKey, isDescending: view.sortKey === sortKey && !view.isDescending });
  const header = (sortKey: SortKey, className?: string) => (
    <th scope="col" className={className} aria-sort={view.sortKey !== sortKey ? 'none' : view.isDescending ? 'descending' : 'ascending'}>
      <UnstyledButton className={classes.sortButton} data-active={view.sortKey === sortKey} onClick={() => sort(sortKey)}>
        {t(`library.columns.${sortKey}`)}
        {view.sortKey === sortKey && (view.isDescending ? <IconArrowDown size={13} aria-hidden /> : <IconArrowUp size={13} aria-hidden />)}
      </UnstyledButton>
    </th>
  );
  return (
    <thead className={classes.head}>
      <tr className={classes.row} aria-rowindex={1}>
        <td>
          <Checkbox
            aria-label={t('commands.selectAll')}
            checked={selectedCount > 0 && selectedCount === count}
            indeterminate={selectedCount > 0 && selectedCount < count}
            disabled={onSelectAll === undefined}
            onChange={onSelectAll}
          />
        </td>
        {header('position')}
        {header('name')}
        {header('length', classes.number)}
        {header('shots', classes.number)}
        {header('review')}
        <th scope="col">{t('library.columns.summary')}</th>
        <th scope="col">{t('library.columns.split')}</th>
        <th scope="col">
          <VisuallyHidden>{t('library.columns.actions')}</VisuallyHidden>
        </th>
      </tr>
    </thead>
  );
});
