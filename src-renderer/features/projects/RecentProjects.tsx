import { ActionIcon, Button, CopyButton, Group, Tooltip, UnstyledButton } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RecentProject } from '#shared/contract/views.ts';
import { useRecentProjects } from '../../api/queries.ts';
import { useUi } from '../../app/ui-context.tsx';
import { formatAgo } from '../../components/format.ts';
import { useNow } from '../../components/use-now.ts';
import { QueryState } from '../../components/QueryState.tsx';
import { useWording } from '../../i18n/use-wording.ts';
import classes from './StartPage.module.css';
import type { useProjectActions } from './use-project-actions.ts';

type ProjectActions = ReturnType<typeof useProjectActions>;

export function RecentProjects({ projects }: { readonly projects: ProjectActions }) {
  const { t } = useTranslation();
  const recents = useRecentProjects();
  const nowMs = useNow();
  if (recents.data === undefined) return <QueryState query={recents} />;
  if (recents.data.length === 0) return null;
  return (
    <section aria-labelledby="recent-projects">
      <h2 className={classes.sectionTitle} id="recent-projects">
        {t('start.recent')}
      </h2>
      <ul className={classes.recents}>
        {recents.data.map((recent) => (
          <RecentRow key={recent.ref} recent={recent} nowMs={nowMs} projects={projects} />
        ))}
      </ul>
    </section>
  );
}

interface RecentRowProps {
  readonly recent: RecentProject;
  readonly nowMs: number;
  readonly projects: ProjectActions;
}

function RecentRow({ recent, nowMs, projects }: RecentRowProps) {
  const { t } = useTranslation();
  const isBroken = recent.problem !== null && !recent.isMissing;
  const state = recent.isMissing ? t('start.missing') : isBroken ? t('start.broken') : formatAgo(recent.openedAtMs, nowMs);
  return (
    <li className={classes.recent}>
      <div className={classes.recentRow}>
        <UnstyledButton
          className={classes.recentMain}
          onClick={() => projects.openRecent(recent.ref)}
          disabled={recent.isMissing || isBroken || projects.isOpening}
        >
          <span className={classes.recentName}>{recent.name}</span>
          <span className={classes.recentPath} title={recent.displayPath}>
            {recent.displayPath}
          </span>
          <span className={`${classes.recentWhen} ${recent.isMissing || isBroken ? classes.missing : ''}`}>{state}</span>
        </UnstyledButton>
        <Tooltip label={t('start.forget')}>
          <ActionIcon size={26} aria-label={t('start.forgetNamed', { name: recent.name })} onClick={() => projects.forget(recent.ref)}>
            <IconX size={15} />
          </ActionIcon>
        </Tooltip>
      </div>
      {(recent.isMissing || isBroken) && <WhatCanBeDone recent={recent} projects={projects} />}
    </li>
  );
}

/** For a project that cannot be opened: why, and the ways out. */
function WhatCanBeDone({ recent, projects }: Omit<RecentRowProps, 'nowMs'>) {
  const { t } = useTranslation();
  const worded = useWording();
  const openDialog = useUi((ui) => ui.openDialog);
  // Without its file there is nothing to read.
  const isThere = !recent.isMissing && recent.problem?.code !== 'not-found';
  return (
    <div className={classes.broken}>
      <p>{recent.isMissing ? t('start.missingText') : recent.problem !== null && worded(recent.problem)}</p>
      <Group gap="xs">
        {!recent.isMissing && (
          <Button size="compact-sm" onClick={() => openDialog({ name: 'backups', project: recent.ref, title: recent.name })}>
            {t('start.brokenActions.restore')}
          </Button>
        )}
        {isThere && (
          <Button size="compact-sm" variant="default" onClick={() => projects.openForReading(recent.ref)}>
            {t('start.brokenActions.read')}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={() => projects.openRecent(recent.ref)}>
          {t('start.brokenActions.retry')}
        </Button>
        <CopyButton value={recent.displayPath}>
          {({ copied, copy }) => (
            <Button size="compact-sm" variant="subtle" onClick={copy}>
              {copied ? t('start.brokenActions.copied') : t('start.brokenActions.copyPath')}
            </Button>
          )}
        </CopyButton>
      </Group>
    </div>
  );
}
