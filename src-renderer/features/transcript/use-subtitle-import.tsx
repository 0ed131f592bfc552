import { useCallbackRef } from '@mantine/hooks';
import { modals } from '@mantine/modals';
import { notifications } from '@mantine/notifications';
import { useTranslation } from 'react-i18next';
import { AppError } from '#shared/contract/errors.ts';
import type { GrantId, VideoId } from '#shared/domain/ids.ts';
import { useFileChoice } from '../../api/file-choice.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { ImportNotes } from './ImportNotes.tsx';

/** Asks for a subtitle file and makes it the transcript of a video; asks again before words that people edited are replaced. */
export function useSubtitleImport(videoId: VideoId): () => void {
  const { t } = useTranslation();
  const { pick } = useFileChoice();
  const importFile = useCoreMutation('transcripts', 'importFile', { isSilent: true });
  const showError = useShowError();

  async function read(grantId: GrantId, replaceEdited: boolean): Promise<void> {
    const { segmentCount, notes } = await importFile.mutateAsync({ videoId, grantId, replaceEdited });
    const color = notes.length === 0 ? 'green' : 'yellow';
    notifications.show({ color, title: t('editor.speech.imported', { count: segmentCount }), message: notes.length === 0 ? '' : <ImportNotes notes={notes} />, autoClose: notes.length === 0 ? 4000 : false });
  }

  function askToReplace(grantId: GrantId, name: string): void {
    modals.openConfirmModal({
      title: t('editor.speech.replaceTitle'),
      children: t('editor.speech.replaceText', { name }),
      labels: { confirm: t('editor.speech.replaceConfirm'), cancel: t('common.cancel') },
      confirmProps: { color: 'red' },
      onConfirm: () => void read(grantId, true).catch(showError),
    });
  }

  async function choose(): Promise<void> {
    const [file] = await pick('subtitles');
    if (file === undefined) return;
    try {
      await read(file.grantId, false);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
      askToReplace(file.grantId, file.name);
    }
  }

  return useCallbackRef(() => void choose().catch(showError));
}
