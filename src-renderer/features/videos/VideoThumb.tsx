import { IconMovieOff } from '@tabler/icons-react';
import { useState } from 'react';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { useConnectionState, useHost } from '../../api/core-context.tsx';
import { formatLength } from '../../components/format.ts';
import classes from './VideoThumb.module.css';

interface VideoThumbProps {
  readonly video: VideoListItem;
  /** Pixels to ask for; twice the size on screen looks right on dense displays. */
  readonly width: number;
  readonly withLength?: boolean;
}

/** Share of the video at which the thumbnail is taken: past the logos and fades of a beginning. */
const THUMB_POSITION = 0.2;

export function VideoThumb({ video, width, withLength = false }: VideoThumbProps) {
  const host = useHost();
  const connection = useConnectionState();
  const [failedWhile, setFailedWhile] = useState<typeof connection | null>(null);
  // What failed while the studio was away is asked for again when it is back.
  const hasFailed = failedWhile === 'connected' || (failedWhile !== null && connection !== 'connected');
  const { probe } = video;
  const canShow = video.state === 'ok' && probe !== null && !hasFailed;
  return (
    <span className={classes.frame}>
      {canShow ? (
        <img
          src={host.mediaUrl(mediaUrls.frame(video.id, Math.floor(probe.frameCount * THUMB_POSITION), width))}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => setFailedWhile(connection)}
        />
      ) : (
        <IconMovieOff size={20} stroke={1.5} aria-hidden />
      )}
      {withLength && probe !== null && <span className={classes.length}>{formatLength(probe.durationUs)}</span>}
    </span>
  );
}
