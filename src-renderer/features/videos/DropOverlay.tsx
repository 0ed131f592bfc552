import { Dropzone } from '@mantine/dropzone';
import { IconMovie } from '@tabler/icons-react';
import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useHost } from '../../api/core-context.tsx';
import classes from './DropOverlay.module.css';
import { type TakeFileOfVideo, useImportVideos } from './use-import-videos.tsx';

/** Takes files and folders that are dropped anywhere on the window: videos, a data set, or subtitles and cut lists for the video that is open. */
export function DropOverlay({ onFileOfVideo }: { readonly onFileOfVideo: TakeFileOfVideo | null }) {
  const { t } = useTranslation();
  const { canOpenLocalFiles } = useHost();
  const { addFiles } = useImportVideos(onFileOfVideo);
  return (
    // Dropping is for the mouse alone, and the same is offered by buttons: nothing of it is for a screen reader.
    <div aria-hidden>
      <Dropzone.FullScreen
        onDrop={addFiles}
        withinPortal={false}
        activateOnKeyboard={false}
        classNames={{ fullScreen: classes.overlay, root: classes.target, inner: classes.inner }}
        // A desktop gets folders whole, so that the core looks into them; a browser must list their files to upload them.
        {...(canOpenLocalFiles && { getFilesFromEvent: droppedItems })}
      >
        <Stack align="center" gap="xs">
          <IconMovie size={44} stroke={1.4} />
          <Text size="lg" fw={600}>
            {t('library.drop.title')}
          </Text>
          <Text c="dimmed">{t('library.drop.hint')}</Text>
        </Stack>
      </Dropzone.FullScreen>
    </div>
  );
}

function droppedItems(event: unknown): Promise<File[]> {
  const transfer = event instanceof DragEvent ? event.dataTransfer : (event as { nativeEvent?: DragEvent }).nativeEvent?.dataTransfer;
  return Promise.resolve([...(transfer?.files ?? [])]);
}
