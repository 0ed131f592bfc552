import { useCallbackRef } from '@mantine/hooks';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type JobRequest, requestsOf, stepsOnAtFirst } from '#shared/steps/from-steps.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoListItem, VideoSplit } from '#shared/domain/video.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useOpenWhereTheyLie, useRelinkFolder, useRelinkVideo } from '../../api/use-relink-video.tsx';

export type VideoTask =
  | 'detect'
  | 'read-text'
  | 'transcribe'
  | 'caption-missing'
  | 'caption-stale'
  | 'caption-all'
  | 'narrate-missing'
  | 'summarise'
  | 'everything';

/** The jobs that a task means for one video, in order. */
export function requestsFor(task: VideoTask, videoId: VideoId): JobRequest[] {
  const caption = (which: 'missing' | 'stale' | 'all'): JobRequest => ({ kind: 'caption', videoId, targets: { which } });
  switch (task) {
    case 'detect':
      return [{ kind: 'detect', videoId }];
    case 'read-text':
      return requestsOf(new Set(['read-text']), videoId);
    case 'transcribe':
      return [{ kind: 'transcribe', videoId, replaceAll: false, isAutomatic: false }];
    case 'caption-missing':
      return [caption('missing')];
    case 'caption-stale':
      return [caption('stale')];
    case 'caption-all':
      return [caption('all')];
    case 'narrate-missing':
      return [{ kind: 'caption', task: 'narration', videoId, targets: { which: 'missing' } }];
    case 'summarise':
      return [{ kind: 'summarise', videoId }];
    case 'everything':
      return requestsOf(stepsOnAtFirst, videoId);
  }
}

/** What can be done with one video or a selection of them. `videos`: the whole list, as the core reports it. */
export function useVideoActions(videos: readonly VideoListItem[]) {
  const { t } = useTranslation();
  const enqueue = useCoreMutation('jobs', 'enqueue').mutate;
  const remove = useCoreMutation('videos', 'remove').mutate;
  const relink = useRelinkVideo();
  const relinkFolder = useRelinkFolder();
  const openWhereTheyLie = useOpenWhereTheyLie();
  const setSplit = useCoreMutation('videos', 'setSplit').mutate;

  const run = useCallbackRef((task: VideoTask, videoIds: readonly VideoId[]) => {
    const readable = videos.filter(({ id, state }) => state === 'ok' && videoIds.includes(id));
    const skippedCount = videoIds.length - readable.length;
    if (skippedCount > 0)
      notifications.show({ color: 'yellow', title: t('library.skipped', { count: skippedCount }), message: t('library.skippedMessage') });
    // One chain per video: a video whose detection fails holds up no other.
    for (const { id } of readable) enqueue({ requests: requestsFor(task, id), chain: true });
  });

  // One object for good, so that the rows that get it need not be drawn again.
  return useMemo(() => {
    return {
      run,
      setSplit: (videoIds: readonly VideoId[], split: VideoSplit | null) => setSplit({ videoIds: [...videoIds], split }),
      relink,
      relinkFolder,
      openWhereTheyLie,
      confirmRemove(videoIds: readonly VideoId[], name: string | null): void {
        modals.openConfirmModal({
          title: name === null ? t('library.remove.titleMany', { count: videoIds.length }) : t('library.remove.titleOne', { name }),
          children: t('library.remove.text'),
          labels: { confirm: t('library.remove.confirm'), cancel: t('common.cancel') },
          confirmProps: { color: 'red' },
          onConfirm: () => remove({ videoIds: [...videoIds] }),
        });
      },
    };
  }, [run, relink, relinkFolder, openWhereTheyLie, remove, setSplit, t]);
}

export type VideoActions = ReturnType<typeof useVideoActions>;
