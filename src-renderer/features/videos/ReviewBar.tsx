import { VisuallyHidden } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { VideoListItem } from '#shared/domain/video.ts';
import { reviewShares } from './library-view.ts';
import classes from './ReviewBar.module.css';

/** How far the review of a video is: accepted, flagged and merely captioned shots as parts of all. */
export function ReviewBar({ video }: { readonly video: VideoListItem }) {
  const { t } = useTranslation();
  const shares = reviewShares(video);
  // What cannot be read has worse trouble than that it has no shots; it is shown beside its name.
  if (video.shotCount === 0)
    return video.state !== 'corrupt' && video.state !== 'missing' && <span className={classes.none}>{t('library.review.noShots')}</span>;
  const label = t('library.review.full', {
    accepted: video.acceptedCount,
    captioned: video.captionedCount,
    flagged: video.flaggedCount,
    shots: video.shotCount,
  });
  return (
    <span className={classes.review} title={label}>
      <span className={classes.bar} aria-hidden>
        <span className={classes.accepted} style={{ flexGrow: shares.accepted }} />
        <span className={classes.flagged} style={{ flexGrow: shares.flagged }} />
        <span className={classes.captioned} style={{ flexGrow: shares.captioned }} />
        <span style={{ flexGrow: 1 - shares.accepted - shares.flagged - shares.captioned }} />
      </span>
      <VisuallyHidden>{label}</VisuallyHidden>
      <span className={classes.legend} aria-hidden>
        <span>{t('library.review.accepted', { accepted: video.acceptedCount, shots: video.shotCount })}</span>
        {video.flaggedCount > 0 && (
          <span className={classes.flaggedText}>{t('library.review.flagged', { count: video.flaggedCount })}</span>
        )}
      </span>
    </span>
  );
}
