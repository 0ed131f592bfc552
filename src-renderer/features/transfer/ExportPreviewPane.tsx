import { Badge, Button, Group, ScrollArea, Tabs, Text } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ExportPreview } from '#shared/contract/views.ts';
import type { CheckChoices } from '../../api/queries.ts';
import { QueryState } from '../../components/QueryState.tsx';
import { useCounts } from '../../components/use-counts.ts';
import { FileCheck } from './FileCheck.tsx';
import { TrainerRows, type TrainerRowsAsk } from './TrainerRows.tsx';
import classes from './Transfer.module.css';
import { useWording } from '../../i18n/use-wording.ts';

interface ExportPreviewPaneProps {
  readonly preview: UseQueryResult<ExportPreview>;
  /** Null where drafts are exported already, or are no matter. */
  readonly onIncludeDrafts: (() => void) | null;
  /** Null where clips are written as well, or the format has no such choice. */
  readonly onWriteClips: (() => void) | null;
  /** Null where rows may name clips that are not there. */
  readonly onNameClips: (() => void) | null;
  readonly choices: CheckChoices;
  readonly onChoose: (choices: CheckChoices) => void;
  /** What the preview is of. */
  readonly ask: TrainerRowsAsk;
}

/** The beginning of the file as it would be written, and everything that would be left out, with the reason. */
export function ExportPreviewPane({ preview, onIncludeDrafts, onWriteClips, onNameClips, choices, onChoose, ask }: ExportPreviewPaneProps) {
  const { t } = useTranslation();
  const countWords = useCounts();
  if (preview.data === undefined || preview.error !== null) {
    return (
      <div className={classes.preview}>
        <QueryState query={preview} />
      </div>
    );
  }
  const { sample, counts, leftOutCount, draftCount, noClipCount, check } = preview.data;
  const graveCount = check.findings.reduce(
    (sum, { severity, count }) => (severity === 'refuse' || severity === 'warn' ? sum + count : sum),
    0,
  );
  const isRefused = check.findings.some(({ severity }) => severity === 'refuse');
  const isEmpty = Object.values(counts).every((count) => count === 0);
  return (
    <Tabs defaultValue="sample" className={classes.preview} data-stale={preview.isPlaceholderData}>
      <Group justify="space-between" wrap="nowrap" className={classes.previewHead}>
        <Tabs.List className={classes.previewTabs}>
          <Tabs.Tab value="sample">{t('transfer.export.sample')}</Tabs.Tab>
          <Tabs.Tab
            value="left-out"
            rightSection={
              leftOutCount > 0 && (
                <Badge color="yellow" size="xs">
                  {leftOutCount}
                </Badge>
              )
            }
          >
            {t('transfer.export.leftOut')}
          </Tabs.Tab>
          <Tabs.Tab
            value="check"
            rightSection={
              graveCount > 0 && (
                <Badge color={isRefused ? 'red' : 'yellow'} size="xs">
                  {graveCount}
                </Badge>
              )
            }
          >
            {t('transfer.check.tab')}
          </Tabs.Tab>
          {check.trainer !== null && <Tabs.Tab value="trainer">{t('transfer.check.trainerTab')}</Tabs.Tab>}
        </Tabs.List>
        <Text size="xs" c="dimmed" truncate>
          {countWords(counts).join(' · ')}
        </Text>
      </Group>
      {draftCount > 0 && onIncludeDrafts !== null && (
        <Group gap="xs" justify="space-between" className={classes.draftsNote}>
          <span className={classes.draftsWords}>{t('transfer.export.draftsLeftOut')}</span>
          <Button size="compact-xs" variant="default" onClick={onIncludeDrafts}>
            {t('transfer.export.includeDrafts')}
          </Button>
        </Group>
      )}
      {noClipCount > 0 && (
        <Group gap="xs" justify="space-between" className={classes.draftsNote}>
          <span className={classes.draftsWords}>{t('transfer.export.clipsLeftOut', { count: noClipCount })}</span>
          <Group gap="xs">
            {onWriteClips !== null && (
              <Button size="compact-xs" variant="default" onClick={onWriteClips}>
                {t('transfer.export.writeClips')}
              </Button>
            )}
            {onNameClips !== null && (
              <Button size="compact-xs" variant="default" onClick={onNameClips}>
                {t('transfer.export.nameClips')}
              </Button>
            )}
          </Group>
        </Group>
      )}
      <Tabs.Panel value="sample" className={`${classes.previewPanel} ${classes.samplePanel}`}>
        <ScrollArea h="100%" type="auto" viewportProps={{ tabIndex: 0, 'aria-label': t('transfer.export.sample') }}>
          <pre className={classes.sample}>{isEmpty ? t('transfer.export.nothing') : sample}</pre>
        </ScrollArea>
      </Tabs.Panel>
      <Tabs.Panel value="left-out" className={classes.previewPanel}>
        <ScrollArea h="100%" type="auto">
          <LeftOutTab preview={preview.data} />
        </ScrollArea>
      </Tabs.Panel>
      <Tabs.Panel value="check" className={classes.previewPanel}>
        <ScrollArea h="100%" type="auto" viewportProps={{ tabIndex: 0, 'aria-label': t('transfer.check.tab') }}>
          <FileCheck check={check} ask={ask} choices={choices} onChoose={onChoose} />
        </ScrollArea>
      </Tabs.Panel>
      {check.trainer !== null && (
        <Tabs.Panel value="trainer" keepMounted={false} className={classes.previewPanel}>
          <TrainerRows key={JSON.stringify(ask)} ask={ask} />
        </Tabs.Panel>
      )}
    </Tabs>
  );
}

/** What is left out; below it what goes out in other words than it has in the project. */
function LeftOutTab({ preview }: { readonly preview: ExportPreview }) {
  const { t } = useTranslation();
  const { leftOut, leftOutCount, mended, mendedCount } = preview;
  return (
    <>
      {leftOutCount === 0 ? (
        <Text size="sm" c="dimmed" p="md">
          {t('transfer.export.nothingLeftOut')}
        </Text>
      ) : (
        <IssueList issues={leftOut} count={leftOutCount} />
      )}
      {mendedCount > 0 && (
        <>
          <Text size="xs" fw={600} p="md" pb="xs">
            {t('transfer.export.mended')}
          </Text>
          <IssueList issues={mended} count={mendedCount} />
        </>
      )}
    </>
  );
}

function IssueList({ issues, count }: { readonly issues: ExportPreview['leftOut']; readonly count: number }) {
  const { t } = useTranslation();
  const wording = useWording();
  return (
    <>
      <ul className={classes.leftOut}>
        {issues.map(({ where, reason }, index) => (
          // Two things may be left out of one place for one reason: only the place in the list distinguishes them.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={index}>
            <span>{where}</span>
            <span>{wording(reason)}</span>
          </li>
        ))}
      </ul>
      {count > issues.length && (
        <Text size="xs" c="dimmed" p="md">
          {t('common.andMore', { count: count - issues.length })}
        </Text>
      )}
    </>
  );
}
