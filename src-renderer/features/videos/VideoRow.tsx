import { Badge, Checkbox } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { memo, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#shared/domain/job.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { navigate } from '../../app/use-route.ts';
import { formatLength } from '../../components/format.ts';
import type { SelectionClick } from './library-view.ts';
import classes from './LibraryPage.module.css';
import { ReviewBar } from './ReviewBar.tsx';
import type { VideoActions } from './use-video-actions.ts';
import { VideoFacts } from './VideoFacts.tsx';
import { VideoMenuButton } from './VideoMenuButton.tsx';
import { VideoThumb } from './VideoThumb.tsx';

interface VideoRowProps {
  readonly video: VideoListItem;
  readonly job: Job | undefined;
  readonly actions: VideoActions;
  readonly isSelected: boolean;
  readonly onSelect: (click: SelectionClick) => void;
  readonly rowIndex: number;
  readonly topPx: number;
  readonly heightPx: number;
}

/**
 * A click chooses, a double click opens; the name is a link, so that keyboard and middle button work as well. Memoised: rows come
 * and go while one scrolls, and progress arrives ten times a second.
 */
export const VideoRow = memo(function VideoRow({ video, job, actions, isSelected, onSelect, rowIndex, topPx, heightPx }: VideoRowProps) {
  const { t } = useTranslation();
  const open = (): void => navigate({ page: 'editor', videoId: video.id, shotId: null });
  return (
    // Keyboard users choose with the check box and open with the link; the row's own clicks are a short cut for the mouse.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions
    <tr
      className={`${classes.row} ${classes.video}`}
      style={{ height: heightPx, transform: `translateY(${topPx}px)` }}
      aria-rowindex={rowIndex}
      data-selected={isSelected}
      data-video={video.name}
      onClick={(event) => !isOnControl(event) && onSelect(clickOf(event, video.id))}
      onDoubleClick={(event) => !isOnControl(event) && open()}
    >
      <td>
        <Checkbox
          aria-label={t('library.select', { name: video.name })}
          checked={isSelected}
          onChange={(event) =>
            onSelect({
              videoId: video.id,
              isToggle: true,
              isRange: event.nativeEvent instanceof PointerEvent && event.nativeEvent.shiftKey,
            })
          }
        />
      </td>
      <td>
        <VideoThumb video={video} width={192} />
      </td>
      <td className={classes.cell}>
        <VideoFacts video={video} job={job} onRelink={() => actions.relink(video.id)} />
      </td>
      <td className={classes.number}>{video.probe === null ? '–' : formatLength(video.probe.durationUs)}</td>
      <td className={classes.number}>{video.shotCount === 0 ? '–' : video.shotCount}</td>
      <td className={classes.cell}>
        <ReviewBar video={video} />
      </td>
      <td>{video.hasSummary && <IconCheck size={16} color="var(--ok-text)" aria-label={t('library.hasSummary')} />}</td>
      <td>{video.split !== null && <Badge color="blue">{t(`library.split.${video.split}`)}</Badge>}</td>
      <td>
        <VideoMenuButton video={video} actions={actions} />
      </td>
    </tr>
  );
});

export function isOnControl(event: MouseEvent): boolean {
  return event.target instanceof Element && event.target.closest('a, button, input, [role=menu]') !== null;
}

export function clickOf(event: MouseEvent, videoId: VideoListItem['id']): SelectionClick {
  return { videoId, isToggle: event.ctrlKey || event.metaKey, isRange: event.shiftKey };
}
