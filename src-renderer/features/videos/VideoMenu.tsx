import { Menu } from '@mantine/core';
import {
  IconBadgeCc,
  IconCut,
  IconFileText,
  IconFolderOpen,
  IconFolderSearch,
  IconLink,
  IconMicrophone,
  IconPlayerPlay,
  IconScissors,
  IconTextScan2,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { VideoId } from '#shared/domain/ids.ts';
import { type VideoListItem, VideoSplit } from '#shared/domain/video.ts';
import { useEditsOnly } from '../../api/use-edit-refusal.ts';
import { useOwnersOnly } from '../../api/use-owners-only.ts';
import { useRelinkLimits } from '../../api/use-relink-video.tsx';
import { useUi } from '../../app/ui-context.tsx';
import type { VideoActions } from './use-video-actions.ts';

interface VideoMenuItemsProps {
  readonly videoIds: readonly VideoId[];
  /** Set where the menu is of one video. */
  readonly video: VideoListItem | null;
  readonly actions: VideoActions;
}

/** Everything that can be done with the given videos. */
export function VideoMenuItems({ videoIds, video, actions }: VideoMenuItemsProps) {
  const { t } = useTranslation();
  const openDialog = useUi((ui) => ui.openDialog);
  const ownersOnly = useOwnersOnly();
  const editsOnly = useEditsOnly();
  return (
    <>
      <Menu.Item {...editsOnly} leftSection={<IconPlayerPlay size={15} />} onClick={() => actions.run('everything', videoIds)}>
        {t('library.actions.everything')}
      </Menu.Item>
      <Menu.Item {...editsOnly} leftSection={<IconCut size={15} />} onClick={() => actions.run('detect', videoIds)}>
        {t('library.actions.detect')}
      </Menu.Item>
      <Menu.Item {...editsOnly} leftSection={<IconTextScan2 size={15} />} onClick={() => actions.run('read-text', videoIds)}>
        {t('library.actions.readText')}
      </Menu.Item>
      <Menu.Item {...editsOnly} leftSection={<IconMicrophone size={15} />} onClick={() => actions.run('transcribe', videoIds)}>
        {t('library.actions.transcribe')}
      </Menu.Item>
      <Menu.Sub>
        <Menu.Sub.Target>
          <Menu.Sub.Item {...editsOnly} leftSection={<IconBadgeCc size={15} />}>
            {t('library.actions.caption')}
          </Menu.Sub.Item>
        </Menu.Sub.Target>
        <Menu.Sub.Dropdown>
          <Menu.Item {...editsOnly} onClick={() => actions.run('caption-missing', videoIds)}>
            {t('library.actions.captionMissing')}
          </Menu.Item>
          <Menu.Item {...editsOnly} onClick={() => actions.run('caption-stale', videoIds)}>
            {t('library.actions.captionStale')}
          </Menu.Item>
          <Menu.Item {...editsOnly} onClick={() => actions.run('caption-all', videoIds)}>
            {t('library.actions.captionAll')}
          </Menu.Item>
          <Menu.Item {...editsOnly} onClick={() => actions.run('narrate-missing', videoIds)}>
            {t('library.actions.narrateMissing')}
          </Menu.Item>
        </Menu.Sub.Dropdown>
      </Menu.Sub>
      <Menu.Item {...editsOnly} leftSection={<IconFileText size={15} />} onClick={() => actions.run('summarise', videoIds)}>
        {t('library.actions.summarise')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Label>{t('library.split.title')}</Menu.Label>
      {VideoSplit.options.map((split) => (
        <Menu.Item key={split} {...editsOnly} onClick={() => actions.setSplit(videoIds, split)}>
          {t(`library.split.${split}`)}
        </Menu.Item>
      ))}
      <Menu.Item {...editsOnly} onClick={() => actions.setSplit(videoIds, null)}>
        {t('library.split.none')}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item {...editsOnly} leftSection={<IconScissors size={15} />} onClick={() => openDialog({ name: 'clips', videoIds })}>
        {t('library.actions.clips')}
      </Menu.Item>
      {video !== null && <RelinkItem video={video} relink={actions.relink} />}
      <Menu.Item {...editsOnly} leftSection={<IconFolderSearch size={15} />} onClick={actions.relinkFolder}>
        {t('library.actions.relinkFolder')}
      </Menu.Item>
      <Menu.Item {...ownersOnly} {...editsOnly} leftSection={<IconFolderOpen size={15} />} onClick={actions.openWhereTheyLie}>
        {t('library.actions.openWhereTheyLie')}
      </Menu.Item>
      <Menu.Item
        {...ownersOnly}
        {...editsOnly}
        c="var(--bad-text)"
        leftSection={<IconTrash size={15} />}
        onClick={() => actions.confirmRemove(videoIds, video?.name ?? null)}
      >
        {t('library.actions.remove')}
      </Menu.Item>
    </>
  );
}

function RelinkItem({ video, relink }: { readonly video: VideoListItem; readonly relink: VideoActions['relink'] }) {
  const { t } = useTranslation();
  const limits = useRelinkLimits(video.state);
  return (
    <Menu.Item {...limits} leftSection={<IconLink size={15} />} onClick={() => relink(video.id)}>
      {t('library.actions.relink')}
    </Menu.Item>
  );
}
