import { modals } from '@mantine/modals';
import { useTranslation } from 'react-i18next';
import type { JobRequest } from '#shared/contract/views.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoSplit } from '#shared/domain/video.ts';
import { useFileChoice } from '../../api/file-choice.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useShowError } from '../../api/use-show-error.ts';

export type VideoTask = 'detect' | 'caption-missing' | 'caption-stale' | 'caption-all' | 'summarise' | 'everything';

/** The jobs that a task means for one video, in order. */
export function requestsFor(task: VideoTask, videoId: VideoId): JobRequest[] {
  const caption = (which: 'missing' | 'stale' | 'all'): JobRequest => ({ kind: 'caption', videoId, targets: { which } });
  switch (task) {
    case 'detect':
      return [{ kind: 'detect', videoId }];
    case 'caption-missing':
      return [caption('missing')];
    case 'caption-stale':
      return [caption('stale')];
    case 'caption-all':
      return [caption('all')];
    case 'summarise':
      return [{ kind: 'summarise', videoId }];
    case 'everything':
      return [{ kind: 'detect', videoId }, caption('missing'), { kind: 'summarise', videoId }];
  }
}

/** What can be done with one video or a selection of them. */
export function useVideoActions() {
  const { t } = useTranslation();
  const { pick } = useFileChoice();
  const showError = useShowError();
  const enqueue = useCoreMutation('jobs', 'enqueue');
  const remove = useCoreMutation('videos', 'remove');
  const relink = useCoreMutation('videos', 'relink');
  const setSplit = useCoreMutation('videos', 'setSplit');

  async function chooseAndRelink(videoId: VideoId): Promise<void> {
    const [grant] = await pick('videos');
    if (grant !== undefined) relink.mutate({ videoId, grantId: grant.grantId });
  }

  return {
    run(task: VideoTask, videoIds: readonly VideoId[]): void {
      // One chain per video: a video whose detection fails holds up no other.
      for (const videoId of videoIds) enqueue.mutate({ requests: requestsFor(task, videoId), chain: true });
    },
    setSplit: (videoIds: readonly VideoId[], split: VideoSplit | null) => setSplit.mutate({ videoIds: [...videoIds], split }),
    relink: (videoId: VideoId) => void chooseAndRelink(videoId).catch(showError),
    confirmRemove(videoIds: readonly VideoId[], name: string | null): void {
      modals.openConfirmModal({
        title: name === null ? t('library.remove.titleMany', { count: videoIds.length }) : t('library.remove.titleOne', { name }),
        children: t('library.remove.text'),
        labels: { confirm: t('library.remove.confirm'), cancel: t('common.cancel') },
        confirmProps: { color: 'red' },
        onConfirm: () => remove.mutate({ videoIds: [...videoIds] }),
      });
    },
  };
}

export type VideoActions = ReturnType<typeof useVideoActions>;
