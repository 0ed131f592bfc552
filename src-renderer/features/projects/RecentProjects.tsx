import { ActionIcon, Tooltip, UnstyledButton } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useRecentProjects } from '../../api/queries.ts';
import { formatAgo } from '../../components/format.ts';
import { useNow } from '../../components/use-now.ts';
import { QueryState } from '../../components/QueryState.tsx';
import classes from './StartPage.module.css';
import type { useProjectActions } from './use-project-actions.ts';

export function RecentProjects({ projects }: { readonly projects: ReturnType<typeof useProjectActions> }) {
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
          <li className={classes.recent} key={recent.ref}>
            <UnstyledButton
              className={classes.recentMain}
              onClick={() => projects.openRecent(recent.ref)}
              disabled={recent.isMissing || projects.isOpening}
            >
              <span className={classes.recentName}>{recent.name}</span>
              <span className={classes.recentPath} title={recent.displayPath}>
                {recent.displayPath}
              </span>
              <span className={`${classes.recentWhen} ${recent.isMissing ? classes.missing : ''}`}>
                {recent.isMissing ? t('start.missing') : formatAgo(recent.openedAtMs, nowMs)}
              </span>
            </UnstyledButton>
            <Tooltip label={t('start.forget')}>
              <ActionIcon size={26} aria-label={t('start.forgetNamed', { name: recent.name })} onClick={() => projects.forget(recent.ref)}>
                <IconX size={15} />
              </ActionIcon>
            </Tooltip>
          </li>
        ))}
      </ul>
    </section>
  );
}
