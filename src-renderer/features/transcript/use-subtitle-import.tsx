import { useCallbackRef } from '@mantine/hooks';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { AppError } from '#shared/contract/errors.ts';
import type { FileGrant } from '#shared/contract/host-api.ts';
import type { GrantId, VideoId } from '#shared/domain/ids.ts';
import { useFileChoice } from '../../api/file-choice.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { ImportNotes } from './ImportNotes.tsx';

export interface SubtitleImport {
  /** Asks for a file. */
  readonly choose: (videoId: VideoId) => void;
  /** Takes one that was dropped. */
  readonly take: (videoId: VideoId, file: FileGrant) => void;
}

/** Makes a subtitle file the transcript of a video; asks again before words that people edited are replaced. */
export function useSubtitleImport(): SubtitleImport {
  const { t } = useTranslation();
  const { pick } = useFileChoice();
  const importFile = useCoreMutation('transcripts', 'importFile', { isSilent: true });
  const showError = useShowError();

  async function read(videoId: VideoId, grantId: GrantId, replaceEdited: boolean): Promise<void> {
    const { segmentCount, notes } = await importFile.mutateAsync({ videoId, grantId, replaceEdited });
    const color = notes.length === 0 ? 'green' : 'yellow';
    notifications.show({
      color,
      title: t('editor.speech.imported', { count: segmentCount }),
      message: notes.length === 0 ? '' : <ImportNotes notes={notes} />,
      autoClose: notes.length === 0 ? 4000 : false,
    });
  }

  function askToReplace(videoId: VideoId, { grantId, name }: FileGrant): void {
    modals.openConfirmModal({
      title: t('editor.speech.replaceTitle'),
      children: t('editor.speech.replaceText', { name }),
      labels: { confirm: t('editor.speech.replaceConfirm'), cancel: t('common.cancel') },
      confirmProps: { color: 'red' },
      onConfirm: () => void read(videoId, grantId, true).catch(showError),
    });
  }

  async function choose(videoId: VideoId): Promise<void> {
    const [file] = await pick('subtitles');
    if (file !== undefined) await take(videoId, file);
  }

  async function take(videoId: VideoId, file: FileGrant): Promise<void> {
    try {
      await read(videoId, file.grantId, false);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
      askToReplace(videoId, file);
    }
  }

  return {
    choose: useCallbackRef((videoId: VideoId) => void choose(videoId).catch(showError)),
    take: useCallbackRef((videoId: VideoId, file: FileGrant) => void take(videoId, file).catch(showError)),
  };
}
