import { ActionIcon, Button, Menu, Text, Tooltip } from '@mantine/core';
import { IconChevronUp, IconCut, IconBadgeCc, IconTrash, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { VideoId } from '#shared/domain/ids.ts';
import { useEditsOnly } from '../../api/use-edit-refusal.ts';
import { useOwnersOnly } from '../../api/use-owners-only.ts';
import classes from './LibraryPage.module.css';
import type { VideoActions } from './use-video-actions.ts';
import { VideoMenuItems } from './VideoMenu.tsx';

interface SelectionBarProps {
  readonly videoIds: readonly VideoId[];
  readonly actions: VideoActions;
  readonly onClear: () => void;
}

/** What can be done with the chosen videos, at hand while any are chosen. */
export function SelectionBar({ videoIds, actions, onClear }: SelectionBarProps) {
  const { t } = useTranslation();
  const editsOnly = useEditsOnly();
  const removal = { ...useOwnersOnly(), ...editsOnly };
  return (
    <div className={classes.selectionBar} role="toolbar" aria-label={t('library.selection.label')}>
      <Text size="sm" fw={600} mr="sm">
        {t('library.selection.count', { count: videoIds.length })}
      </Text>
      <Button variant="default" {...editsOnly} leftSection={<IconCut size={15} />} onClick={() => actions.run('detect', videoIds)}>
        {t('library.actions.detect')}
      </Button>
      <Button
        variant="default"
        {...editsOnly}
        leftSection={<IconBadgeCc size={15} />}
        onClick={() => actions.run('caption-missing', videoIds)}
      >
        {t('library.actions.captionMissing')}
      </Button>
      <Menu position="top-end" width={230}>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronUp size={15} />}>
            {t('library.selection.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <VideoMenuItems videoIds={videoIds} video={null} actions={actions} />
        </Menu.Dropdown>
      </Menu>
      <Tooltip label={removal.title ?? t('library.actions.remove')}>
        <ActionIcon
          disabled={removal.disabled ?? false}
          color="red"
          aria-label={t('library.actions.remove')}
          onClick={() => actions.confirmRemove(videoIds, null)}
        >
          <IconTrash size={17} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={t('commands.clearSelection')}>
        <ActionIcon aria-label={t('commands.clearSelection')} onClick={onClear}>
          <IconX size={17} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
