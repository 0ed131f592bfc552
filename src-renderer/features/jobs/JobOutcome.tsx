import { Badge, Button, Spoiler, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { mediaUrls } from '#shared/contract/media-urls.ts';
import type { Job } from '#shared/domain/job.ts';
import { findStep } from '#shared/steps/from-steps.ts';
import { useHost } from '../../api/core-context.tsx';
import { offeredFiles, outcomeOf } from '../../api/job-result.ts';
import { useOwnersOnly } from '../../api/use-owners-only.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { useCounts } from '../../components/use-counts.ts';
import classes from './JobView.module.css';
import { useWording } from '../../i18n/use-wording.ts';

/** More than jobs list and offer; a project from elsewhere may say that they did. */
const SHOWN_PROBLEMS = 300;
const SHOWN_FILES = 600;

/** What a finished job made, its files, and what it could not do. */
export function JobOutcome({ job }: { readonly job: Job }) {
  const { t } = useTranslation();
  const host = useHost();
  const showError = useShowError();
  const countWords = useCounts();
  const wording = useWording();
  const outcome = outcomeOf(job);
  const { problems, leftOutCount, folder, counts } = outcome;
  const ownersOnly = useOwnersOnly();
  const reserved = findStep(job.kind)?.right === 'own' ? ownersOnly : {};
  const files = offeredFiles(outcome, host.canOpenLocalFiles);
  const made = countWords(counts).join(' · ');
  return (
    <>
      {made !== '' && (
        <Text size="xs" c="dimmed">
          {made}
        </Text>
      )}
      {files.slice(0, SHOWN_FILES).map((file) => (
        <Button
          key={file}
          {...reserved}
          variant="default"
          size="compact-xs"
          w="fit-content"
          leftSection={<IconDownload size={13} />}
          onClick={() => void host.revealExport(mediaUrls.exportFile(job.id, file)).catch(showError)}
        >
          {host.canOpenLocalFiles ? t('jobs.showFile', { file }) : t('jobs.downloadFile', { file })}
        </Button>
      ))}
      {files.length > SHOWN_FILES && (
        <Text size="xs" c="dimmed">
          {t('common.andMore', { count: files.length - SHOWN_FILES })}
        </Text>
      )}
      {folder !== null && (host.canOpenLocalFiles || files.length === 0) && (
        <Text size="xs" c="dimmed" truncate title={folder}>
          {folder}
        </Text>
      )}
      {leftOutCount > 0 && (
        <Badge color="yellow" w="fit-content">
          {t('jobs.leftOut', { count: leftOutCount })}
        </Badge>
      )}
      {problems.length > 0 && (
        <Spoiler
          maxHeight={80}
          showLabel={t('jobs.showProblems', { count: problems.length })}
          hideLabel={t('jobs.hideProblems')}
          classNames={{ control: classes.spoilerControl }}
        >
          <ul className={classes.problems}>
            {problems
              .slice(0, SHOWN_PROBLEMS)
              .map(wording)
              .map((problem) => (
                <li key={problem}>{problem}</li>
              ))}
            {problems.length > SHOWN_PROBLEMS && <li>{t('common.andMore', { count: problems.length - SHOWN_PROBLEMS })}</li>}
          </ul>
        </Spoiler>
      )}
    </>
  );
}
