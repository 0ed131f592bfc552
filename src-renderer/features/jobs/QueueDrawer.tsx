import { Button, Drawer, EmptyState, Group, Title } from '@mantine/core';
import { IconListCheck, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { JobId } from '#shared/domain/ids.ts';
import { type Job, MAX_WAITING_SHOWN } from '#shared/domain/job.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { groupJobs, hasMoreWaiting, jobGroupNames, type JobGroupName, type JobGroups } from '../../api/job-groups.ts';
import { useIsOwner, useJobs, useProject } from '../../api/queries.ts';
import { useJobRefusal } from '../../api/use-job-refusal.ts';
import { useUi } from '../../app/ui-context.tsx';
import { QueryState } from '../../components/QueryState.tsx';
import { QueueDownloads } from '../models/QueueDownloads.tsx';
import { JobItem } from './JobItem.tsx';
import classes from './QueueDrawer.module.css';

/** Everything that runs, waits, failed or is done. */
export function QueueDrawer() {
  const { t } = useTranslation();
  const isOpen = useUi((ui) => ui.isQueueOpen);
  const setOpen = useUi((ui) => ui.setQueueOpen);
  return (
    <Drawer
      opened={isOpen}
      onClose={() => setOpen(false)}
      position="right"
      size={440}
      title={<span className={classes.title}>{t('jobs.title')}</span>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      classNames={{ body: classes.body }}
    >
      <QueueDownloads />
      <QueueContents />
    </Drawer>
  );
}

function QueueContents() {
  const { t } = useTranslation();
  const hasProject = (useProject().data ?? null) !== null;
  const jobs = useJobs();
  const groups = useMemo(() => groupJobs(jobs.data ?? []), [jobs.data]);
  if (hasProject && jobs.data === undefined) return <QueryState query={jobs} />;
  if (!hasProject || jobs.data === undefined || jobs.data.length === 0) {
    return (
      <EmptyState
        mt="xl"
        icon={<IconListCheck stroke={1.5} aria-hidden />}
        title={t('jobs.empty.title')}
        description={t('jobs.empty.text')}
      />
    );
  }
  return (
    <>
      <QueueActions groups={groups} />
      {hasMoreWaiting(jobs.data) && <p className={classes.more}>{t('jobs.moreWait', { count: MAX_WAITING_SHOWN })}</p>}
      {jobGroupNames.map((name) => groups[name].length > 0 && <JobGroup key={name} name={name} groups={groups} />)}
    </>
  );
}

function JobGroup({ name, groups }: { readonly name: JobGroupName; readonly groups: JobGroups }) {
  const { t } = useTranslation();
  const clear = useCoreMutation('jobs', 'clearFinished');
  const isOwner = useIsOwner();
  const jobs = groups[name];
  return (
    <section className={classes.group} aria-labelledby={`jobs-${name}`}>
      <Group justify="space-between" mb={6}>
        <Title order={2} className={classes.groupTitle} id={`jobs-${name}`}>
          {t(`jobs.groups.${name}`)} <span className={classes.count}>{jobs.length}</span>
        </Title>
        {name === 'done' && isOwner && (
          <Button variant="subtle" color="gray" size="compact-xs" onClick={() => clear.mutate({})}>
            {t('jobs.clearFinished')}
          </Button>
        )}
      </Group>
      <ul className={classes.jobs}>
        {jobs.slice(0, SHOWN_JOBS).map((job) => (
          <JobItem key={job.id} job={job} blockedCount={groups.blockedBy.get(job.id) ?? 0} />
        ))}
      </ul>
      {jobs.length > SHOWN_JOBS && <p className={classes.more}>{t('common.andMore', { count: jobs.length - SHOWN_JOBS })}</p>}
    </section>
  );
}

/** Thousands of waiting jobs are shown as a number: nobody reads them one by one. */
const SHOWN_JOBS = 60;

function QueueActions({ groups }: { readonly groups: JobGroups }) {
  const { t } = useTranslation();
  const pause = useCoreMutation('jobs', 'pause');
  const resume = useCoreMutation('jobs', 'resume');
  const cancel = useCoreMutation('jobs', 'cancel');
  const retry = useCoreMutation('jobs', 'retry');
  const refusalOf = useJobRefusal();
  // The buttons are about those jobs that this person may do something with.
  const idsOf = (jobs: readonly Job[]): JobId[] => jobs.filter((job) => refusalOf(job) === undefined).map(({ id }) => id);
  const active = idsOf([...groups.running, ...groups.waiting.filter(({ state }) => state === 'queued')]);
  const paused = idsOf(groups.waiting.filter(({ state }) => state === 'paused'));
  const failed = idsOf(groups.failed);
  return (
    <Group gap="xs" className={classes.actions}>
      {active.length > 0 && (
        <Button variant="default" leftSection={<IconPlayerPause size={15} />} onClick={() => pause.mutate({ jobIds: active })}>
          {t('jobs.pauseAll')}
        </Button>
      )}
      {paused.length > 0 && (
        <Button variant="default" leftSection={<IconPlayerPlay size={15} />} onClick={() => resume.mutate({ jobIds: paused })}>
          {t('jobs.resumeAll')}
        </Button>
      )}
      {active.length + paused.length > 0 && (
        <Button variant="default" onClick={() => cancel.mutate({ jobIds: [...active, ...paused] })}>
          {t('jobs.cancelAll')}
        </Button>
      )}
      {failed.length > 1 && (
        <Button variant="default" onClick={() => retry.mutate({ jobIds: failed })}>
          {t('jobs.retryAll')}
        </Button>
      )}
    </Group>
  );
}
