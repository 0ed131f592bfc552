import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type CSSProperties } from 'react';
import { useTranslation } from 'react-i18next';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { useJobs, useVideos } from '../../api/queries.ts';
import { routeHref } from '../../app/routes.ts';
import { formatPercent } from '../../components/format.ts';
import { VideoThumb } from '../videos/VideoThumb.tsx';
import classes from './editor.module.css';

const NO_VIDEOS: readonly VideoListItem[] = [];
/** From this many on a box to search them helps more than it takes room. */
const SEARCH_FROM = 8;
const THUMB_WIDTH = 160;
const ROW_HEIGHT_PX = 46;

/** The project's videos, to go from one to the next without the library; only the rows on screen exist. */
export function VideoList({ videoId }: { readonly videoId: VideoId }) {
  const { t } = useTranslation();
  const videos = useVideos().data ?? NO_VIDEOS;
  const [text, setText] = useState('');
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return videos.filter((video) => video.name.toLowerCase().includes(wanted));
  }, [videos, text]);
  const scroller = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is compiled by the React compiler
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT_PX,
    overscan: 4,
  });
  return (
    <nav className={classes.videos} aria-label={t('editor.videos.title')}>
      <h2 className={classes.videosTitle}>{t('editor.videos.count', { count: videos.length })}</h2>
      {videos.length >= SEARCH_FROM && (
        <TextInput
          className={classes.videoSearch ?? ''}
          leftSection={<IconSearch size={14} />}
          placeholder={t('editor.videos.search')}
          aria-label={t('editor.videos.search')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      )}
      <div className={classes.videoRows} ref={scroller}>
        <ul style={{ height: virtualizer.getTotalSize() }}>
          {virtualizer.getVirtualItems().map(({ index, start }) => {
            const video = shown[index];
            const place = { height: ROW_HEIGHT_PX, transform: `translateY(${start}px)` };
            return video && <VideoRow key={video.id} video={video} isHere={video.id === videoId} place={place} />;
          })}
        </ul>
      </div>
    </nav>
  );
}

interface VideoRowProps {
  readonly video: VideoListItem;
  readonly isHere: boolean;
  readonly place: CSSProperties;
}

function VideoRow({ video, isHere, place }: VideoRowProps) {
  return (
    <li style={place}>
      <a
        className={classes.videoRow}
        href={routeHref({ page: 'editor', videoId: video.id, shotId: null })}
        {...(isHere && { 'aria-current': 'page' as const })}
      >
        <span className={classes.videoThumb}>
          <VideoThumb video={video} width={THUMB_WIDTH} />
        </span>
        <span className={classes.videoName} title={video.name}>
          {video.name}
        </span>
        <VideoStatus video={video} />
      </a>
    </li>
  );
}

/** One line: what is wrong, what is being done, or how far the review is. */
function VideoStatus({ video }: { readonly video: VideoListItem }) {
  const { t } = useTranslation();
  const job = useJobs((jobs) => jobs.find((each) => each.videoId === video.id && each.state === 'running')).data;
  if (video.state === 'missing' || video.state === 'corrupt')
    return <span className={classes.videoBad}>{t(`editor.videos.${video.state}`)}</span>;
  if (job !== undefined)
    return (
      <span className={classes.videoBusy}>
        {t(`editor.videos.busy.${job.kind}`)} {formatPercent(job.fraction)}
      </span>
    );
  if (video.shotCount === 0) return <span className={classes.videoFacts}>{t('editor.videos.noShots')}</span>;
  return (
    <span className={classes.videoFacts} title={t('editor.videos.acceptedHint', { accepted: video.acceptedCount, shots: video.shotCount })}>
      <span className={classes.videoBar} aria-hidden>
        <span style={{ width: `${(video.acceptedCount / video.shotCount) * 100}%` }} />
      </span>
      {t('editor.videos.accepted', { accepted: video.acceptedCount, shots: video.shotCount })}
    </span>
  );
}
