import { ActionIcon, Tooltip, UnstyledButton, useComputedColorScheme } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconChevronRight, IconMoon, IconSearch, IconSettings, IconSun } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useProject, useVideos } from '../../api/queries.ts';
import { ShortcutKeys } from '../../components/ShortcutKeys.tsx';
import { ProjectMenu } from '../../features/projects/ProjectMenu.tsx';
import { useAllCommands, useCommandRegistry } from '../commands/command-context.tsx';
import { isAvailable } from '../commands/command.ts';
import { useRoute } from '../use-route.ts';
import { AppMenu } from './AppMenu.tsx';
import { QueueButton } from './QueueButton.tsx';
import classes from './Shell.module.css';

export function TopBar() {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('dark');
  const project = useProject().data ?? null;
  return (
    // Not <header>: an open dialog has one of its own, and a page has only one banner.
    <nav className={classes.topbar} aria-label={t('common.appName')}>
      <div className={classes.topbarSide}>
        <AppMenu />
        {project !== null && <ProjectMenu project={project} />}
        <Breadcrumb hasProject={project !== null} />
      </div>
      <SearchButton isDisabled={project === null} />
      <div className={`${classes.topbarSide} ${classes.topbarEnd}`}>
        <CommandButton id="history.undo" icon={<IconArrowBackUp size={18} stroke={1.7} />} />
        <CommandButton id="history.redo" icon={<IconArrowForwardUp size={18} stroke={1.7} />} />
        <span className={classes.divider} />
        <QueueButton />
        <span className={classes.divider} />
        <CommandButton
          id="app.theme"
          label={scheme === 'dark' ? t('shell.toLight') : t('shell.toDark')}
          icon={scheme === 'dark' ? <IconSun size={18} stroke={1.7} /> : <IconMoon size={18} stroke={1.7} />}
        />
        <CommandButton id="settings.open" icon={<IconSettings size={18} stroke={1.7} />} />
      </div>
    </nav>
  );
}

function Breadcrumb({ hasProject }: { readonly hasProject: boolean }) {
  const { t } = useTranslation();
  const route = useRoute();
  const videos = useVideos().data;
  if (!hasProject && route.page !== 'models') return <span className={classes.crumbHere}>{t('common.appName')}</span>;
  const here = ((): string | null => {
    switch (route.page) {
      case 'library':
        return null;
      case 'editor':
        return videos?.find((video) => video.id === route.videoId)?.name ?? null;
      case 'models':
        return t('models.title');
      case 'history':
        return t('history.title');
    }
  })();
  if (here === null) return null;
  return (
    <>
      <IconChevronRight size={14} className={classes.crumbSeparator} aria-hidden />
      <span className={classes.crumbHere} title={here} aria-current="page">
        {here}
      </span>
    </>
  );
}

function SearchButton({ isDisabled }: { readonly isDisabled: boolean }) {
  const { t } = useTranslation();
  const registry = useCommandRegistry();
  return (
    <UnstyledButton className={classes.search} disabled={isDisabled} onClick={() => registry.run('search.open')}>
      <IconSearch size={15} stroke={1.8} aria-hidden />
      <span>{t('shell.search')}</span>
      <ShortcutKeys shortcut="Mod+F" />
    </UnstyledButton>
  );
}

interface CommandButtonProps {
  readonly id: string;
  readonly icon: ReactNode;
  readonly label?: string;
}

/** A command as an icon: name, state and action come from the table. */
function CommandButton({ id, icon, label }: CommandButtonProps) {
  const { t } = useTranslation();
  const registry = useCommandRegistry();
  const command = useAllCommands().find((candidate) => candidate.id === id);
  const name = label ?? command?.dynamicLabel?.() ?? (command === undefined ? '' : t(command.label));
  const isEnabled = command !== undefined && isAvailable(command);
  return (
    <Tooltip label={name}>
      <ActionIcon aria-label={name} onClick={() => registry.run(id)} disabled={!isEnabled} data-command={id}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
