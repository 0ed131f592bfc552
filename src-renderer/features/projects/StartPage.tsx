import { EmptyState, Loader, Text, Title, UnstyledButton } from '@mantine/core';
import { IconFolderOpen, IconMovie, IconPlus, IconSparkles } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useHost } from '../../api/core-context.tsx';
import { useMe } from '../../api/queries.ts';
import { useUi } from '../../app/ui-context.tsx';
import iconUrl from '../../icon.svg';
import { RecentProjects } from './RecentProjects.tsx';
import classes from './StartPage.module.css';
import { useProjectActions } from './use-project-actions.ts';

/** What one sees without a project: begin a new one, go on with an old one, or try the sample. */
export function StartPage() {
  const { t } = useTranslation();
  const me = useMe().data;
  return (
    <div className={classes.page}>
      <div className={classes.column}>
        <header className={classes.header}>
          <img src={iconUrl} alt="" width={52} height={52} />
          <div>
            <Title order={1}>{t('common.appName')}</Title>
            <Text c="dimmed">{t('start.tagline')}</Text>
          </div>
        </header>
        {me?.role === 'annotator' ? <NothingOpen /> : <Choices />}
      </div>
    </div>
  );
}

/** For annotators: the project comes by itself. */
function NothingOpen() {
  const { t } = useTranslation();
  return (
    <EmptyState
      icon={<IconMovie stroke={1.5} aria-hidden />}
      title={t('people.noProject.title')}
      description={t('people.noProject.text')}
    />
  );
}

function Choices() {
  const { t } = useTranslation();
  const host = useHost();
  const openDialog = useUi((ui) => ui.openDialog);
  const projects = useProjectActions();
  return (
    <>
      <div className={classes.actions}>
        <StartAction
          icon={<IconPlus size={22} stroke={1.7} />}
          title={t('start.new.title')}
          text={t('start.new.text')}
          onClick={() => openDialog({ name: 'new-project' })}
        />
        {host.canOpenLocalFiles && (
          <StartAction
            icon={<IconFolderOpen size={22} stroke={1.7} />}
            title={t('start.open.title')}
            text={t('start.open.text')}
            onClick={projects.openFromDisk}
          />
        )}
        <StartAction
          icon={projects.isOpeningSample ? <Loader size={20} /> : <IconSparkles size={22} stroke={1.7} />}
          title={t('start.sample.title')}
          text={t('start.sample.text')}
          onClick={projects.openSample}
        />
      </div>
      <RecentProjects projects={projects} />
      <p className={classes.dropHint}>
        <IconMovie size={18} stroke={1.6} aria-hidden />
        {t('start.dropHint')}
      </p>
    </>
  );
}

interface StartActionProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly onClick: () => void;
}

function StartAction({ icon, title, text, onClick }: StartActionProps) {
  return (
    <UnstyledButton className={classes.action} onClick={onClick}>
      <span className={classes.actionIcon}>{icon}</span>
      <span>
        <span className={classes.actionTitle}>{title}</span>
        <span className={classes.actionText}>{text}</span>
      </span>
    </UnstyledButton>
  );
}
