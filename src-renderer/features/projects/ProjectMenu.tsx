import { Menu, UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ProjectInfo } from '#shared/contract/views.ts';
import { useHost } from '../../api/core-context.tsx';
import { useIsOwner, useRecentProjects } from '../../api/queries.ts';
import { useUi } from '../../app/ui-context.tsx';
import { navigate } from '../../app/use-route.ts';
import classes from './ProjectMenu.module.css';
import { useProjectActions } from './use-project-actions.ts';

/** The open project's name; behind it the way to its library and to other projects. */
export function ProjectMenu({ project }: { readonly project: ProjectInfo }) {
  const { t } = useTranslation();
  const isOwner = useIsOwner();
  return (
    <Menu position="bottom-start" width={280}>
      <Menu.Target>
        <UnstyledButton className={classes.target} title={project.displayPath}>
          <span className={classes.name}>{project.name}</span>
          <IconChevronDown size={14} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => navigate({ page: 'library' })}>{t('start.menu.library')}</Menu.Item>
        {isOwner ? <OtherProjects project={project} /> : <Menu.Label>{t('people.ownersOnlyProjects')}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What is open is the owner's choice. */
function OtherProjects({ project }: { readonly project: ProjectInfo }) {
  const { t } = useTranslation();
  const host = useHost();
  const recents = useRecentProjects().data ?? [];
  const projects = useProjectActions();
  const openDialog = useUi((ui) => ui.openDialog);
  const others = recents.filter(({ ref, isMissing }) => ref !== project.ref && !isMissing).slice(0, 8);
  return (
    <>
      <Menu.Divider />
      {others.length > 0 && <Menu.Label>{t('start.recent')}</Menu.Label>}
      {others.map(({ ref, name, displayPath }) => (
        <Menu.Item key={ref} onClick={() => projects.openRecent(ref)} title={displayPath}>
          {name}
        </Menu.Item>
      ))}
      {others.length > 0 && <Menu.Divider />}
      <Menu.Item onClick={() => openDialog({ name: 'new-project' })}>{t('commands.newProject')}</Menu.Item>
      {host.canOpenLocalFiles && <Menu.Item onClick={projects.openFromDisk}>{t('commands.openProject')}</Menu.Item>}
      <Menu.Item onClick={projects.openSample}>{t('commands.openSample')}</Menu.Item>
      <Menu.Divider />
      <Menu.Item onClick={() => openDialog({ name: 'backups', project: project.ref, title: project.name })}>
        {t('commands.backups')}
      </Menu.Item>
      <Menu.Item onClick={() => openDialog({ name: 'archive' })}>{t('commands.archiveProject')}</Menu.Item>
      <Menu.Item onClick={projects.close}>{t('commands.closeProject')}</Menu.Item>
    </>
  );
}
