import { ActionIcon, Menu } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { VideoListItem } from '#shared/domain/video.ts';
import type { VideoActions } from './use-video-actions.ts';
import { VideoMenuItems } from './VideoMenu.tsx';

interface VideoMenuButtonProps {
  readonly video: VideoListItem;
  readonly actions: VideoActions;
  readonly className?: string | undefined;
}

/** The three dots of one video. */
export function VideoMenuButton({ video, actions, className }: VideoMenuButtonProps) {
  const { t } = useTranslation();
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon size={28} {...(className !== undefined && { className })} aria-label={t('library.actionsFor', { name: video.name })}>
          <IconDots size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <VideoMenuItems videoIds={[video.id]} video={video} actions={actions} />
      </Menu.Dropdown>
    </Menu>
  );
}
