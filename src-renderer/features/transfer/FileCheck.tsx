import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CheckReport } from '#shared/contract/export-check.ts';
import type { FileGrant } from '#shared/contract/host-api.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { isFinished } from '#shared/domain/job.ts';
import { useHost } from '../../api/core-context.tsx';
import { useFileChoice } from '../../api/file-choice.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { type CheckChoices, useJobs } from '../../api/queries.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { JobView } from '../jobs/JobView.tsx';
import { ExportCheck } from './ExportCheck.tsx';
import classes from './ExportCheck.module.css';
import type { TrainerRowsAsk } from './TrainerRows.tsx';

interface FileCheckProps {
  /** Of the rows alone. */
  readonly check: CheckReport;
  readonly ask: TrainerRowsAsk;
  readonly choices: CheckChoices;
  readonly onChoose: (choices: CheckChoices) => void;
}

/** What the check of the rows found; on request also what is found in the videos and in clips that were written, which takes a while. */
export function FileCheck({ check, ask, choices, onChoose }: FileCheckProps) {
  const asked = JSON.stringify(ask);
  const [started, setStarted] = useState<{ readonly asked: string; readonly jobId: JobId } | null>(null);
  // What was found for other options says nothing of these.
  const jobId = started?.asked === asked ? started.jobId : null;
  const job = useJobs((jobs) => jobs.find(({ id }) => id === jobId)).data;
  const looked = job?.kind === 'validate' && job.state === 'done' ? (job.result?.check ?? null) : null;
  return (
    <>
      <ExportCheck check={looked ?? check} choices={choices} onChoose={onChoose} />
      {check.rows > 0 && (
        <Stack gap="xs" className={classes.files}>
          {job === undefined || looked !== null || isFinished(job.state) ? (
            <FileCheckButtons ask={ask} hasLooked={looked !== null} onStart={(begun) => setStarted({ asked, jobId: begun })} />
          ) : (
            <RunningCheck jobId={job.id} />
          )}
          {job !== undefined && looked === null && (
            <output>
              <JobView job={job} />
            </output>
          )}
        </Stack>
      )}
    </>
  );
}

interface FileCheckButtonsProps {
  readonly ask: TrainerRowsAsk;
  readonly hasLooked: boolean;
  readonly onStart: (jobId: JobId) => void;
}

function FileCheckButtons({ ask, hasLooked, onStart }: FileCheckButtonsProps) {
  const { t } = useTranslation();
  const host = useHost();
  const { pick } = useFileChoice();
  const showError = useShowError();
  const enqueue = useCoreMutation('jobs', 'enqueue');

  function start(folder: FileGrant | null): void {
    const request = {
      kind: 'validate',
      ...ask,
      copies: folder === null,
      ...(folder !== null && { folderGrantId: folder.grantId }),
    } as const;
    enqueue.mutate({ requests: [request] }, { onSuccess: ([jobId]) => jobId !== undefined && onStart(jobId) });
  }

  async function decode(): Promise<void> {
    const [folder] = await pick('export-folder');
    if (folder !== undefined) start(folder);
  }

  return (
    <>
      <Text size="xs" c="dimmed">
        {hasLooked ? t('transfer.check.filesLooked') : t('transfer.check.files')}
      </Text>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" loading={enqueue.isPending} onClick={() => start(null)}>
          {t('transfer.check.copies')}
        </Button>
        {host.canOpenLocalFiles && (
          <Button size="compact-sm" variant="default" disabled={enqueue.isPending} onClick={() => void decode().catch(showError)}>
            {t('transfer.check.decode')}
          </Button>
        )}
      </Group>
    </>
  );
}

function RunningCheck({ jobId }: { readonly jobId: JobId }) {
  const { t } = useTranslation();
  const cancel = useCoreMutation('jobs', 'cancel');
  return (
    <Button size="compact-sm" variant="default" onClick={() => cancel.mutate({ jobIds: [jobId] })}>
      {t('jobs.cancel')}
    </Button>
  );
}
