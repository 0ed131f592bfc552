import { Checkbox } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/domain/job.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { activeJobByVideo } from '../../api/job-groups.ts';
import { useJobs } from '../../api/queries.ts';
import { navigate } from '../../app/use-route.ts';
import classes from './LibraryPage.module.css';
import { ReviewBar } from './ReviewBar.tsx';
import { VideoFacts } from './VideoFacts.tsx';
import { VideoMenuButton } from './VideoMenuButton.tsx';
import { clickOf, isOnControl } from './VideoRow.tsx';
import type { VideoListProps } from './VideoTable.tsx';
import { VideoThumb } from './VideoThumb.tsx';

const CARD_MIN_WIDTH_PX = 236;
const GAP_PX = 14;
/** Thumbnail (16:9) plus texts, bar and padding. */
const cardHeightPx = (cardWidthPx: number): number => Math.round(((cardWidthPx - 18) * 9) / 16) + 118;

/** Videos as cards; only the rows of cards on screen exist. */
export function VideoGrid({ videos, actions, selectedIds, onSelect }: VideoListProps) {
  const { t } = useTranslation();
  const jobs = useJobs(activeJobByVideo).data;
  const scroller = useRef<HTMLDivElement>(null);
  const { ref: sizeRef, width } = useElementSize();
  const innerWidth = Math.max(CARD_MIN_WIDTH_PX, width);
  const columns = Math.max(1, Math.floor((innerWidth + GAP_PX) / (CARD_MIN_WIDTH_PX + GAP_PX)));
  const cardWidth = (innerWidth - GAP_PX * (columns - 1)) / columns;
  const rowHeight = cardHeightPx(cardWidth) + GAP_PX;
  // oxlint-disable-next-line react/incompatible-library -- nothing here is compiled by the React compiler
  const virtualizer = useVirtualizer({
    count: Math.ceil(videos.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 2,
    // The height of a row follows from the width: measure anew when that changes.
    getItemKey: (index) => `${index}:${rowHeight}`,
  });
  return (
    <div className={classes.grid} ref={scroller}>
      <ul className={classes.cards} ref={sizeRef} style={{ height: virtualizer.getTotalSize() }} aria-label={t('library.title')}>
        {virtualizer
          .getVirtualItems()
          .flatMap(({ index: row, start }) =>
            videos
              .slice(row * columns, (row + 1) * columns)
              .map((video, column) => (
                <VideoCard
                  key={video.id}
                  video={video}
                  job={jobs?.get(video.id)}
                  actions={actions}
                  isSelected={selectedIds.has(video.id)}
                  onSelect={onSelect}
                  widthPx={cardWidth}
                  heightPx={rowHeight - GAP_PX}
                  leftPx={column * (cardWidth + GAP_PX)}
                  topPx={start}
                />
              )),
          )}
      </ul>
    </div>
  );
}

interface VideoCardProps extends Pick<VideoListProps, 'actions' | 'onSelect'> {
  readonly video: VideoListItem;
  readonly job: Job | undefined;
  readonly isSelected: boolean;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly leftPx: number;
  readonly topPx: number;
}

const VideoCard = memo(function VideoCard({ video, job, actions, isSelected, onSelect, widthPx, heightPx, leftPx, topPx }: VideoCardProps) {
  const { t } = useTranslation();
  return (
    // As in the list: check box and link serve the keyboard, the card's clicks are a short cut for the mouse.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <li
      className={classes.card}
      style={{ width: widthPx, height: heightPx, transform: `translate(${leftPx}px, ${topPx}px)` }}
      data-selected={isSelected}
      data-video={video.name}
      onClick={(event) => !isOnControl(event) && onSelect(clickOf(event, video.id))}
      onDoubleClick={(event) => !isOnControl(event) && navigate({ page: 'editor', videoId: video.id, shotId: null })}
    >
      <span className={classes.cardTools}>
        <Checkbox
          aria-label={t('library.select', { name: video.name })}
          checked={isSelected}
          onChange={() => onSelect({ videoId: video.id, isToggle: true, isRange: false })}
        />
        <VideoMenuButton video={video} actions={actions} className={classes.cardMenu} />
      </span>
      <VideoThumb video={video} width={480} withLength />
      <div className={classes.cardBody}>
        <VideoFacts video={video} job={job} onRelink={() => actions.relink(video.id)} />
        <ReviewBar video={video} />
      </div>
    </li>
  );
});
