import { Button, Checkbox, Group, Input, Select, Stack, Text } from '@mantine/core';
import { IconFile, IconFolder } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileGrant, PickPurpose } from '#shared/contract/host-api.ts';
import type { FormatInfo } from '#shared/contract/views.ts';
import type { JobId } from '#shared/domain/ids.ts';
import { useHost } from '../../api/core-context.tsx';
import { useFileChoice } from '../../api/file-choice.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useFormats, useImportPreview } from '../../api/queries.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { useUi } from '../../app/ui-context.tsx';
import { QueryState } from '../../components/QueryState.tsx';
import { ImportCheck } from './ImportCheck.tsx';
import { JobDialog } from './JobDialog.tsx';
import { fieldsOf, initialValues, isComplete, type FormValues } from './schema-form.ts';
import { SchemaForm } from './SchemaForm.tsx';
import classes from './Transfer.module.css';

/** Reads annotations that were made elsewhere into the open project. `file`: one that was chosen already. */
export function ImportDialog({ onClose, file }: { readonly onClose: () => void; readonly file: FileGrant | null }) {
  const { t } = useTranslation();
  const formats = useFormats();
  const { canOpenLocalFiles } = useHost();
  // A browser sends files, no folders.
  const importers = (formats.data ?? []).filter(
    ({ direction, readsFolder }) => direction === 'import' && (canOpenLocalFiles || !readsFolder),
  );
  const openDialog = useUi((ui) => ui.openDialog);
  return (
    <JobDialog
      title={t('transfer.import.title')}
      size={560}
      onClose={onClose}
      next={{ label: t('transfer.import.thenExport'), onClick: () => openDialog({ name: 'export', group: 'vision-language' }) }}
    >
      {(onStart) =>
        formats.data === undefined ? (
          <QueryState query={formats} />
        ) : (
          <ImportForm importers={importers} file={file} onStart={onStart} onClose={onClose} />
        )
      }
    </JobDialog>
  );
}

interface ImportFormProps {
  readonly importers: readonly FormatInfo[];
  readonly file: FileGrant | null;
  readonly onStart: (jobId: JobId) => void;
  readonly onClose: () => void;
}

function ImportForm({ importers, file, onStart, onClose }: ImportFormProps) {
  const { t } = useTranslation();
  const host = useHost();
  const enqueue = useCoreMutation('jobs', 'enqueue');
  const [format, setFormat] = useState<FormatInfo | null>(file === null ? (importers[0] ?? null) : formatFor(file, importers));
  const [dataset, setDataset] = useState(file);
  const [media, setMedia] = useState<FileGrant | null>(null);
  const [isReviewed, setIsReviewed] = useState(false);
  const [isAllOrNothing, setAllOrNothing] = useState(false);
  const [isChecking, setChecking] = useState(false);
  const [changed, setChanged] = useState<FormValues>({});
  const fields = useMemo(() => fieldsOf(format?.optionsSchema), [format]);
  const options = { ...initialValues(fields), ...changed };

  function choose(next: FormatInfo | null): void {
    if (next?.readsFolder !== format?.readsFolder) setDataset(null);
    setFormat(next);
    setChanged({});
  }

  function chooseFile(next: FileGrant): void {
    setDataset(next);
    const fitting = format !== null && takes(format, next) ? format : formatFor(next, importers);
    if (fitting !== format && format?.readsFolder === false) {
      setFormat(fitting);
      setChanged({});
    }
  }

  const ask =
    format === null || dataset === null
      ? null
      : { formatId: format.id, grantId: dataset.grantId, options, ...(media !== null && { mediaGrantId: media.grantId }) };
  const preview = useImportPreview(isChecking ? ask : null);

  function start(): void {
    if (ask === null) return;
    const request = { kind: 'import-dataset', ...ask, isReviewed, isAllOrNothing } as const;
    enqueue.mutate({ requests: [request] }, { onSuccess: ([jobId]) => jobId !== undefined && onStart(jobId) });
  }

  if (isChecking)
    return (
      <ImportCheck
        preview={preview}
        isAllOrNothing={isAllOrNothing}
        isStarting={enqueue.isPending}
        onBack={() => setChecking(false)}
        onStart={start}
      />
    );
  return (
    <Stack gap="md">
      <Select
        label={t('transfer.import.format')}
        data={importers.map(({ id, title }) => ({ value: id, label: title }))}
        value={format?.id ?? null}
        onChange={(id) => choose(importers.find((importer) => importer.id === id) ?? null)}
        {...(format !== null && { description: format.description })}
        inputWrapperOrder={['label', 'input', 'description']}
        data-autofocus
      />
      <GrantField
        label={t(format?.readsFolder === true ? 'transfer.import.folder' : 'transfer.import.file')}
        empty={t(format?.readsFolder === true ? 'transfer.import.noFolder' : 'transfer.import.noFile')}
        purpose={format?.readsFolder === true ? 'video-folder' : 'dataset'}
        grant={dataset}
        onChange={chooseFile}
      />
      {host.canOpenLocalFiles ? (
        <GrantField
          label={t('transfer.import.media')}
          description={t('transfer.import.mediaNote')}
          empty={t('transfer.import.noMedia')}
          purpose="video-folder"
          grant={media}
          onChange={setMedia}
        />
      ) : (
        <Text size="xs" c="dimmed">
          {t('transfer.import.mediaLater')}
        </Text>
      )}
      <Checkbox
        label={t('transfer.import.reviewed')}
        description={t('transfer.import.reviewedNote')}
        checked={isReviewed}
        onChange={(event) => setIsReviewed(event.currentTarget.checked)}
      />
      <Checkbox
        label={t('transfer.import.allOrNothing')}
        description={t('transfer.import.allOrNothingNote')}
        checked={isAllOrNothing}
        onChange={(event) => setAllOrNothing(event.currentTarget.checked)}
      />
      <SchemaForm fields={fields} values={options} onChange={setChanged} />
      <Group justify="flex-end" gap="sm" className={classes.footer}>
        <Button variant="default" onClick={onClose}>
          {t('common.cancel')}
        </Button>
        <Button onClick={() => setChecking(true)} disabled={ask === null || !isComplete(fields, options)}>
          {t('transfer.import.next')}
        </Button>
      </Group>
    </Stack>
  );
}

function takes({ extensions }: FormatInfo, { name }: FileGrant): boolean {
  return extensions.some((extension) => name.toLowerCase().endsWith(`.${extension}`));
}

/** By the ending alone; the import looks at what is in the file. */
function formatFor(file: FileGrant, importers: readonly FormatInfo[]): FormatInfo | null {
  return importers.find((format) => takes(format, file)) ?? importers[0] ?? null;
}

interface GrantFieldProps {
  readonly label: string;
  readonly description?: string;
  readonly empty: string;
  readonly purpose: PickPurpose;
  readonly grant: FileGrant | null;
  readonly onChange: (grant: FileGrant) => void;
}

function GrantField({ label, description, empty, purpose, grant, onChange }: GrantFieldProps) {
  const { t } = useTranslation();
  const { pick } = useFileChoice();
  const showError = useShowError();
  const FieldIcon = purpose === 'dataset' ? IconFile : IconFolder;
  async function choose(): Promise<void> {
    const [chosen] = await pick(purpose);
    if (chosen !== undefined) onChange(chosen);
  }
  return (
    <Input.Wrapper label={label} description={description} labelElement="div">
      <Group gap="sm" wrap="nowrap" className={classes.grant}>
        <FieldIcon size={16} aria-hidden />
        <Text size="sm" c={grant === null ? 'dimmed' : 'var(--text)'} truncate flex={1}>
          {grant?.name ?? empty}
        </Text>
        <Button
          variant="default"
          size="compact-xs"
          aria-label={t('transfer.import.chooseFor', { field: label })}
          onClick={() => void choose().catch(showError)}
        >
          {t('transfer.import.choose')}
        </Button>
      </Group>
    </Input.Wrapper>
  );
}
