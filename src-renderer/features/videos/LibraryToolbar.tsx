import { ActionIcon, Button, CloseButton, Group, Menu, SegmentedControl, Text, TextInput, Title, Tooltip } from '@mantine/core';
import {
  IconChartPie,
  IconChevronDown,
  IconDatabaseImport,
  IconFileExport,
  IconFilter,
  IconFolder,
  IconFolderSearch,
  IconLayoutGrid,
  IconLayoutList,
  IconMovie,
  IconPlus,
  IconScissors,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ProjectInfo } from '#shared/contract/views.ts';
import type { VideoListItem } from '#shared/domain/video.ts';
import { useCommandControl } from '../../app/commands/command-context.tsx';
import { formatLength } from '../../components/format.ts';
import { videoFilters, type LibraryView, type VideoFilter } from './library-view.ts';
import classes from './LibraryPage.module.css';

export type LibraryLayout = 'list' | 'grid';

interface LibraryToolbarProps {
  readonly project: ProjectInfo;
  readonly videos: readonly VideoListItem[];
  /** Else more of them are coming, and nothing can be said of all. */
  readonly hasAll: boolean;
  readonly view: LibraryView;
  readonly onView: (view: LibraryView) => void;
  readonly layout: LibraryLayout;
  readonly onLayout: (layout: LibraryLayout) => void;
}

export function LibraryToolbar({ project, videos, hasAll, view, onView, layout, onLayout }: LibraryToolbarProps) {
  const { t } = useTranslation();
  return (
    <header className={classes.header}>
      <div className={classes.titleRow}>
        <div className={classes.titles}>
          <Title order={1} title={project.displayPath}>
            {project.name}
          </Title>
          <Text size="sm" c="dimmed">
            {hasAll
              ? totalsOf(videos)
                  .map(({ key, count, length }) => t(`library.totals.${key}`, { count, length }))
                  .join(' · ')
              : t('library.reading', { count: project.videoCount })}
          </Text>
        </div>
        <Group gap="sm" wrap="nowrap">
          <ExportMenu />
          <ImportMenu />
        </Group>
      </div>
      <div className={classes.filters}>
        <SegmentedControl
          aria-label={t('library.filter.label')}
          value={view.filter}
          onChange={(filter) => onView({ ...view, filter: filter as VideoFilter })}
          data={videoFilters.map((filter) => ({ value: filter, label: t(`library.filter.${filter}`) }))}
        />
        <TextInput
          className={classes.filterText}
          aria-label={t('library.filter.text')}
          placeholder={t('library.filter.text')}
          leftSection={<IconFilter size={15} />}
          rightSection={
            view.text !== '' && (
              <CloseButton size="sm" aria-label={t('library.filter.clear')} onClick={() => onView({ ...view, text: '' })} />
            )
          }
          value={view.text}
          onChange={(event) => onView({ ...view, text: event.currentTarget.value })}
        />
        <span className={classes.spacer} />
        <ActionIcon.Group>
          <LayoutButton layout="list" current={layout} onLayout={onLayout} />
          <LayoutButton layout="grid" current={layout} onLayout={onLayout} />
        </ActionIcon.Group>
      </div>
    </header>
  );
}

type Total = { readonly key: 'videos' | 'length' | 'shots' | 'accepted'; readonly count: number; readonly length: string };

function totalsOf(videos: readonly VideoListItem[]): Total[] {
  const sum = (value: (video: VideoListItem) => number): number => videos.reduce((total, video) => total + value(video), 0);
  const durationUs = sum((video) => video.probe?.durationUs ?? 0);
  const length = formatLength(durationUs);
  const counts = {
    videos: videos.length,
    length: durationUs,
    shots: sum((video) => video.shotCount),
    accepted: sum((video) => video.acceptedCount),
  };
  return (['videos', 'length', 'shots', 'accepted'] as const)
    .map((key) => ({ key, count: counts[key], length }))
    .filter(({ count }) => count > 0);
}

function ImportMenu() {
  const { t } = useTranslation();
  const add = useCommandControl('videos.add');
  const addFolder = useCommandControl('videos.addFolder');
  const importDataset = useCommandControl('transfer.import');
  const linkMedia = useCommandControl('videos.linkMedia');
  return (
    <Button.Group>
      <Button leftSection={<IconPlus size={16} />} {...add}>
        {t('library.import.videos')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button px={6} className={classes.splitButton} aria-label={t('library.import.more')} disabled={add.disabled} title={add.title}>
            <IconChevronDown size={15} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconMovie size={15} />} {...add}>
            {t('commands.importVideos')}
          </Menu.Item>
          <Menu.Item leftSection={<IconFolder size={15} />} {...addFolder}>
            {t('commands.importFolder')}
          </Menu.Item>
          <Menu.Item leftSection={<IconDatabaseImport size={15} />} {...importDataset}>
            {t('commands.importDataset')}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Item leftSection={<IconFolderSearch size={15} />} {...linkMedia}>
            {t('commands.linkMedia')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  );
}

function ExportMenu() {
  const { t } = useTranslation();
  const exportDataset = useCommandControl('transfer.export');
  const exportClips = useCommandControl('transfer.clips');
  const divide = useCommandControl('videos.divide');
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<IconFileExport size={16} />} rightSection={<IconChevronDown size={15} />}>
          {t('library.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconFileExport size={15} />} {...exportDataset}>
          {t('commands.export')}
        </Menu.Item>
        <Menu.Item leftSection={<IconScissors size={15} />} {...exportClips}>
          {t('commands.exportClips')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconChartPie size={15} />} {...divide}>
          {t('commands.divideVideos')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface LayoutButtonProps {
  readonly layout: LibraryLayout;
  readonly current: LibraryLayout;
  readonly onLayout: (layout: LibraryLayout) => void;
}

function LayoutButton({ layout, current, onLayout }: LayoutButtonProps) {
  const { t } = useTranslation();
  const Icon = layout === 'list' ? IconLayoutList : IconLayoutGrid;
  return (
    <Tooltip label={t(`library.layout.${layout}`)}>
      <ActionIcon
        variant={layout === current ? 'light' : 'default'}
        color="iris"
        aria-pressed={layout === current}
        aria-label={t(`library.layout.${layout}`)}
        onClick={() => onLayout(layout)}
      >
        <Icon size={17} stroke={1.7} />
      </ActionIcon>
    </Tooltip>
  );
}
