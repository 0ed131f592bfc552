import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileGrant, PickPurpose } from '#shared/contract/host-api.ts';
import { CUT_LIST_EXTENSIONS, DATASET_EXTENSIONS, SUBTITLE_EXTENSIONS, VIDEO_EXTENSIONS } from '#shared/domain/file-kinds.ts';
import { formatPercent } from '../components/format.ts';
import { useHost } from './core-context.tsx';
import { useShowError } from './use-show-error.ts';

export interface FileChoice {
  /** A dialog of the system, or of the browser with an upload after it. Empty when the person cancelled. */
  readonly pick: (purpose: PickPurpose) => Promise<readonly FileGrant[]>;
  /** Grants for files that were dropped; uploads show their progress. */
  readonly grant: (files: readonly File[]) => Promise<readonly FileGrant[]>;
}

/** Choosing files, the same for features whether files are opened in place or uploaded. */
export function useFileChoice(): FileChoice {
  const host = useHost();
  const { t } = useTranslation();
  const showError = useShowError();

  const grant = useCallback(
    async (files: readonly File[]) => {
      if (host.canOpenLocalFiles) return host.grantFiles(files);
      const title = t('common.uploading', { count: files.length });
      const id = notifications.show({ title, message: formatPercent(0), loading: true, autoClose: false, withCloseButton: false });
      try {
        return await host.grantFiles(files, {
          onProgress: ({ fraction, isWaiting }) =>
            notifications.update({
              id,
              title,
              message: isWaiting ? t('common.uploadWaiting', { done: formatPercent(fraction) }) : formatPercent(fraction),
              loading: true,
              autoClose: false,
              withCloseButton: false,
            }),
          onRefused: showError,
        });
      } finally {
        notifications.hide(id);
      }
    },
    [host, showError, t],
  );

  const pick = useCallback(
    async (purpose: PickPurpose) => {
      if (host.canOpenLocalFiles) return host.pick(purpose);
      const files = await chooseInBrowser(purpose);
      return files.length === 0 ? [] : grant(files);
    },
    [host, grant],
  );

  return { pick, grant };
}

function chooseInBrowser(purpose: PickPurpose): Promise<readonly File[]> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    input.multiple = purpose === 'videos';
    input.webkitdirectory = purpose === 'video-folder';
    if (purpose === 'videos') input.accept = `video/*,${endings(VIDEO_EXTENSIONS)}`;
    if (purpose === 'subtitles') input.accept = endings(SUBTITLE_EXTENSIONS);
    if (purpose === 'cuts') input.accept = endings(CUT_LIST_EXTENSIONS);
    if (purpose === 'dataset') input.accept = endings(DATASET_EXTENSIONS);
    input.addEventListener('change', () => resolve([...(input.files ?? [])]), { once: true });
    input.addEventListener('cancel', () => resolve([]), { once: true });
    input.click();
  });
}

function endings(extensions: readonly string[]): string {
  return extensions.map((extension) => `.${extension}`).join(',');
}
