import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { AppError } from '#shared/contract/errors.ts';
import type { VideoId } from '#shared/domain/ids.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { RefusalList } from '../components/RefusalList.tsx';
import { useWording } from '../i18n/use-wording.ts';
import { useFileChoice } from './file-choice.ts';
import { useCoreMutation } from './mutations.ts';
import { useOwnersOnly } from './use-owners-only.ts';
import { useEditsOnly } from './use-edit-refusal.ts';
import { useIsOwner } from './queries.ts';
import { useShowError } from './use-show-error.ts';

/** Spread over a control that points a video at another file: a file that is in its place is replaced by owners alone. */
export function useRelinkLimits(state: VideoListItem['state']): { readonly disabled?: true; readonly title?: string } {
  const ownersOnly = useOwnersOnly();
  const editsOnly = useEditsOnly();
  return { ...(state !== 'missing' && ownersOnly), ...editsOnly };
}

/** Lets a person point a video at another file; one that differs is used only when the owner of the studio has read in what, and insists. */
export function useRelinkVideo(): (videoId: VideoId) => void {
  const { t } = useTranslation();
  const { pick } = useFileChoice();
  const showError = useShowError();
  const isOwner = useIsOwner();
  const relink = useCoreMutation('videos', 'relink', { isSilent: true }).mutateAsync;

  const worded = useWording();
  const choose = useCallback(
    async (videoId: VideoId): Promise<void> => {
      const [grant] = await pick('videos');
      if (grant === undefined) return;
      const { grantId } = grant;
      try {
        await relink({ videoId, grantId });
      } catch (error) {
        if (!(error instanceof AppError) || error.code !== 'conflict' || !isOwner) throw error;
        modals.openConfirmModal({
          title: t('shell.relink.otherTitle'),
          children: `${worded(error)} ${t('shell.relink.otherText')}`,
          labels: { confirm: t('shell.relink.insist'), cancel: t('common.cancel') },
          confirmProps: { color: 'red' },
          onConfirm: () => void relink({ videoId, grantId, insists: true }).catch(showError),
        });
      }
    },
    [isOwner, pick, relink, showError, t, worded],
  );
  return useCallback((videoId) => void choose(videoId).catch(showError), [choose, showError]);
}

/** Lets a person name a folder in which all missing videos are looked for, and reports what came of it. */
export function useRelinkFolder(): () => void {
  const { t } = useTranslation();
  const { pick } = useFileChoice();
  const showError = useShowError();
  const wording = useWording();
  const relinkAll = useCoreMutation('videos', 'relinkAll', { isSilent: true }).mutateAsync;

  const look = useCallback(async (): Promise<void> => {
    const grants = await pick('video-folder');
    if (grants.length === 0) return;
    const { found, refused, stillMissing, isOutOfTime } = await relinkAll({ grantIds: grants.map(({ grantId }) => grantId) });
    const rest = [
      ...(stillMissing > 0 ? [t('shell.relink.stillMissing', { count: stillMissing })] : []),
      ...(isOutOfTime ? [t('shell.relink.outOfTime')] : []),
    ];
    notifications.show({
      color: stillMissing === 0 ? 'green' : 'yellow',
      title: t('shell.relink.found', { count: found }),
      message: (
        <>
          {rest.join(' ')}
          {refused.length > 0 && (
            <>
              {' '}
              {t('shell.relink.notTaken')}
              <RefusalList refused={refused.map(({ name, reason }) => ({ name, reason: wording(reason) }))} />
            </>
          )}
        </>
      ),
      autoClose: stillMissing === 0 ? 6000 : false,
    });
  }, [pick, relinkAll, t, wording]);
  return useCallback(() => void look().catch(showError), [look, showError]);
}

/** After a question, has the videos of a project from elsewhere opened where it says that they lie. */
export function useOpenWhereTheyLie(): () => void {
  const { t } = useTranslation();
  const open = useCoreMutation('videos', 'openWhereTheyLie').mutate;
  return useCallback(
    () =>
      modals.openConfirmModal({
        title: t('library.whereTheyLie.title'),
        children: t('library.whereTheyLie.text'),
        labels: { confirm: t('library.whereTheyLie.confirm'), cancel: t('common.cancel') },
        onConfirm: () => open({}),
      }),
    [open, t],
  );
}
