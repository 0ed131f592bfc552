import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FormatGroup, FormatInfo } from '#shared/contract/views.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { type CheckChoices, useExportPreview, useFormats } from '../../api/queries.ts';
import { QueryState } from '../../components/QueryState.tsx';
import { ExportPreviewPane } from './ExportPreviewPane.tsx';
import { FolderChoice, type ChosenFolder } from './FolderChoice.tsx';
import { JobProgress } from './JobProgress.tsx';
import { inGroups } from './format-groups.ts';
import { choicesToKeep, fieldsOf, initialValues, isComplete, type FormValues } from './schema-form.ts';
import { SchemaForm } from './SchemaForm.tsx';
import classes from './Transfer.module.css';

/** Choose a format and its options, see what would be written and what not, write it. */
export function ExportDialog({ group, onClose }: { readonly group?: FormatGroup | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const exporters = (formats.data ?? []).filter(({ direction }) => direction === 'export');
  const [jobId, setJobId] = useState<JobId | null>(null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('transfer.export.title')}
      size={jobId === null ? 980 : 560}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {jobId !== null ? (
        <JobProgress jobId={jobId} onBack={() => setJobId(null)} onClose={onClose} />
      ) : formats.data === undefined ? (
        <QueryState query={formats} />
      ) : (
        <ExportForm exporters={exporters} group={group} onStart={setJobId} onClose={onClose} />
      )}
    </Modal>
  );
}

interface ExportFormProps {
  readonly exporters: readonly FormatInfo[];
  /** Of which the first format is chosen to begin with. */
  readonly group: FormatGroup | undefined;
  readonly onStart: (jobId: JobId) => void;
  readonly onClose: () => void;
}

const PREVIEW_DELAY_MS = 300;

/** Of the list of formats, in pixels: nearly all are seen at once. */
const FORMATS_HEIGHT = 530;

const SAME_FOR_ALL = ['texts', 'split'];

function ExportForm({ exporters, group: firstGroup, onStart, onClose }: ExportFormProps) {
  const { t } = useTranslation();
  const enqueue = useCoreMutation('jobs', 'enqueue');
  const [format, setFormat] = useState<FormatInfo | null>(exporters.find(({ group }) => group === firstGroup) ?? exporters[0] ?? null);
  const groups = inGroups(exporters).map(({ group, formats }) => ({
    group: t(`transfer.groups.${group}`),
    items: formats.map(({ id, title }) => ({ value: id, label: title })),
  }));
  const fields = useMemo(() => fieldsOf(format?.optionsSchema), [format]);
  const [changed, setChanged] = useState<FormValues>({});
  const [folder, setFolder] = useState<ChosenFolder>(null);
  const [choices, setChoices] = useState<CheckChoices>({});
  const values = useMemo(() => ({ ...initialValues(fields), ...changed }), [fields, changed]);
  const canSend = isComplete(fields, values);
  const formatBox = useRef<HTMLInputElement>(null);
  // The formats come after the dialog, which looks for its focus only when it opens.
  useEffect(() => formatBox.current?.focus(), []);
  const [settled] = useDebouncedValue({ formatId: format?.id ?? null, values, canSend, choices }, PREVIEW_DELAY_MS);
  const preview = useExportPreview(settled.canSend ? settled.formatId : null, settled.values, settled.choices);

  function choose(formatId: string | null): void {
    const chosen = exporters.find(({ id }) => id === formatId) ?? null;
    setFormat(chosen);
    // Another format's options are other options, even where they bear the same name; but which texts and videos are meant is the same for all.
    const unlikeBefore = SAME_FOR_ALL.filter((name) => changed[name] !== initialValues(fields)[name]);
    setChanged(choicesToKeep(changed, unlikeBefore, fieldsOf(chosen?.optionsSchema)));
    setChoices({});
  }

  function start(): void {
    if (format === null) return;
    enqueue.mutate(
      {
        requests: [
          {
            kind: 'export',
            formatId: format.id,
            options: values,
            ...choices,
            ...(folder !== null && { folderGrantId: folder.grantId }),
          },
        ],
      },
      { onSuccess: ([jobId]) => jobId !== undefined && onStart(jobId) },
    );
  }

  return (
    <>
      <div className={classes.columns}>
        <Stack gap="md" className={classes.options}>
          <Select
            label={t('transfer.export.format')}
            data={groups}
            maxDropdownHeight={FORMATS_HEIGHT}
            value={format?.id ?? null}
            onChange={choose}
            {...(format !== null && { description: format.description })}
            inputWrapperOrder={['label', 'input', 'description']}
            ref={formatBox}
          />
          <SchemaForm fields={fields} values={values} onChange={setChanged} />
          {(format?.licenceNote ?? null) !== null && (
            <Text size="xs" c="dimmed">
              {format?.licenceNote}
            </Text>
          )}
        </Stack>
        <ExportPreviewPane
          preview={preview}
          choices={choices}
          onChoose={setChoices}
          ask={{
            formatId: settled.formatId ?? '',
            options: settled.values,
            ...settled.choices,
          }}
          onIncludeDrafts={values.texts === 'accepted' ? () => setChanged({ ...values, texts: 'all' }) : null}
          onWriteClips={values.withClips === false ? () => setChanged({ ...values, withClips: true }) : null}
          onNameClips={values.requireClips === true ? () => setChanged({ ...values, requireClips: false }) : null}
        />
      </div>
      <Group justify="space-between" className={classes.footer}>
        <FolderChoice
          folder={folder}
          onChange={setFolder}
          emptyLabel={t('transfer.export.ownFolder')}
          browserLabel={t('transfer.export.download')}
        />
        <Group gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button onClick={start} disabled={format === null || !canSend} loading={enqueue.isPending}>
            {t('transfer.export.start')}
          </Button>
        </Group>
      </Group>
    </>
  );
}
