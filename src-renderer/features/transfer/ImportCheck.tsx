import { Accordion, Alert, Button, Group, ScrollArea, Stack, Text, Title } from '@mantine/core';
import {
  IconAlertTriangle,
  IconCircleCheck,
  IconCopy,
  IconFileOff,
  IconInfoCircle,
  IconLicense,
  IconReplace,
  IconX,
  type Icon,
} from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { ImportPreview } from '#shared/contract/import-preview.ts';
import { QueryState } from '../../components/QueryState.tsx';
import { useCounts } from '../../components/use-counts.ts';
import { useWording } from '../../i18n/use-wording.ts';
import classes from './Transfer.module.css';

interface ImportCheckProps {
  readonly preview: UseQueryResult<ImportPreview>;
  readonly isAllOrNothing: boolean;
  readonly isStarting: boolean;
  readonly onBack: () => void;
  readonly onStart: () => void;
}

/** What an import would bring and what not, before anything is changed. */
export function ImportCheck({ preview, isAllOrNothing, isStarting, onBack, onStart }: ImportCheckProps) {
  const { t } = useTranslation();
  const seen = preview.data;
  const hasNothing = seen === undefined || seen.videos === 0 || (isAllOrNothing && isFlawed(seen));
  return (
    <Stack gap="md">
      {seen === undefined ? <QueryState query={preview} /> : <WhatComesIn seen={seen} isAllOrNothing={isAllOrNothing} />}
      <Group justify="flex-end" gap="sm" className={classes.footer}>
        <Button variant="default" onClick={onBack}>
          {t('transfer.back')}
        </Button>
        <Button onClick={onStart} disabled={hasNothing} loading={isStarting} data-autofocus>
          {t('transfer.import.start')}
        </Button>
      </Group>
    </Stack>
  );
}

function isFlawed({ refusedRecords, problem }: ImportPreview): boolean {
  return refusedRecords > 0 || problem !== null;
}

function WhatComesIn({ seen, isAllOrNothing }: { readonly seen: ImportPreview; readonly isAllOrNothing: boolean }) {
  const { t } = useTranslation();
  const worded = useWording();
  const countWords = useCounts();
  const { videos, shots, texts, missingFiles, problem, licenceNote } = seen;
  const isNothing = videos === 0 || (isAllOrNothing && isFlawed(seen));
  const parts = usePartsOf(seen);
  const found = t('transfer.import.check.found', { found: videos - missingFiles, count: videos });
  return (
    <>
      <Group gap="sm" wrap="nowrap" align="flex-start">
        {isNothing ? (
          <IconAlertTriangle size={26} color="var(--bad-text)" aria-hidden />
        ) : (
          <IconCircleCheck size={26} color="var(--ok)" aria-hidden />
        )}
        <Stack component="output" gap={2} flex={1} miw={0}>
          <Title order={3}>{isNothing ? t('transfer.import.check.nothing') : t('transfer.import.check.videos', { count: videos })}</Title>
          <Text size="sm" c="dimmed">
            {isAllOrNothing && isFlawed(seen)
              ? t('transfer.import.check.allOrNothing')
              : [...countWords({ shots, texts }), ...(videos > missingFiles ? [found] : [])].join(' · ')}
          </Text>
        </Stack>
      </Group>
      {problem !== null && (
        <Alert color="red" icon={<IconAlertTriangle />} title={t('transfer.import.check.broken')}>
          {worded(problem)} {!isNothing && t('transfer.import.check.brokenNote')}
        </Alert>
      )}
      {parts.length > 0 && (
        <Accordion variant="contained" chevronPosition="right" order={4}>
          {parts.map((part) => (
            <CheckPart key={part.id} part={part} />
          ))}
        </Accordion>
      )}
      {licenceNote !== null && !isNothing && (
        <Alert color="blue" icon={<IconLicense />} title={t('transfer.import.licence')}>
          {licenceNote}
        </Alert>
      )}
    </>
  );
}

interface Part {
  readonly id: string;
  readonly icon: Icon;
  readonly color: string;
  readonly title: string;
  /** What becomes of them. */
  readonly note: string | null;
  readonly lines: readonly string[];
  readonly count: number;
}

/** What people should know before they import; what there is none of is left out. */
function usePartsOf({ refusedRecords, refused, missingFiles, missing, ...seen }: ImportPreview): readonly Part[] {
  const { gaveWay, givingWay, alreadyThere, known, notes } = seen;
  const { t } = useTranslation();
  const all: readonly Part[] = [
    {
      id: 'refused',
      icon: IconX,
      color: 'var(--bad-text)',
      title: t('transfer.import.check.refused', { count: refusedRecords }),
      note: null,
      lines: refused.map(({ where, reason }) => `${where}: ${reason}`),
      count: refusedRecords,
    },
    {
      id: 'missing',
      icon: IconFileOff,
      color: 'var(--warn-text)',
      title: t('transfer.import.check.missing', { count: missingFiles }),
      note: t('transfer.import.check.missingNote'),
      lines: missing,
      count: missingFiles,
    },
    {
      id: 'givingWay',
      icon: IconReplace,
      color: 'var(--text-dim)',
      title: t('transfer.import.check.givingWay', { count: gaveWay }),
      note: t('transfer.import.check.givingWayNote'),
      lines: givingWay,
      count: gaveWay,
    },
    {
      id: 'known',
      icon: IconCopy,
      color: 'var(--warn-text)',
      title: t('transfer.import.check.known', { count: alreadyThere }),
      note: t('transfer.import.check.knownNote'),
      lines: known,
      count: alreadyThere,
    },
    {
      id: 'notes',
      icon: IconInfoCircle,
      color: 'var(--text-dim)',
      title: t('transfer.import.check.notes', { count: notes.length }),
      note: null,
      lines: notes,
      count: notes.length,
    },
  ];
  return all.filter(({ count }) => count > 0);
}

function CheckPart({ part: { id, icon: PartIcon, color, title, note, lines, count } }: { readonly part: Part }) {
  const { t } = useTranslation();
  return (
    <Accordion.Item value={id}>
      <Accordion.Control icon={<PartIcon size={18} color={color} aria-hidden />}>
        <Text size="sm">{title}</Text>
      </Accordion.Control>
      <Accordion.Panel>
        {note !== null && (
          <Text size="xs" c="dimmed" mb="xs" className={classes.checkText}>
            {note}
          </Text>
        )}
        <ScrollArea.Autosize mah={180} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': title }}>
          <ul className={`${classes.checkLines} ${classes.checkText}`}>
            {lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
            {count > lines.length && <li>{t('common.andMore', { count: count - lines.length })}</li>}
          </ul>
        </ScrollArea.Autosize>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
