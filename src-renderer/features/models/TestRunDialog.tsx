import { Alert, Badge, Button, Group, Loader, Modal, Skeleton, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Events } from '#shared/contract/events.ts';
import type { ModelInfo, ModelTest } from '#shared/contract/views.ts';
import { useCore, useCoreEvent } from '../../api/core-context.tsx';
import { describeError } from '../../api/describe-error.ts';
import { useModelTestPicture } from '../../api/queries.ts';
import { ErrorText } from '../../components/ErrorText.tsx';
import { deviceName } from '../../components/format.ts';
import type { TriedRole } from './models-view.ts';
import classes from './ModelsPage.module.css';

interface TestRunDialogProps {
  readonly model: ModelInfo;
  readonly role: TriedRole;
  readonly onClose: () => void;
}

/** Runs as soon as it opens; closing it ends the run. */
export function TestRunDialog({ model, role, onClose }: TestRunDialogProps) {
  const { t } = useTranslation();
  const { api } = useCore();
  const [streamed, setStreamed] = useState('');
  const test = useQuery({
    queryKey: ['model-test', model.id],
    queryFn: ({ signal }) => api.models.testRun({ modelId: model.id }, { signal }),
    gcTime: 0,
    retry: false,
  });
  useCoreEvent(
    'modelTestText',
    useCallback(({ modelId, text }: Events['modelTestText']) => modelId === model.id && setStreamed(text), [model.id]),
  );
  const again = (): void => {
    setStreamed('');
    void test.refetch();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('models.test.title', { name: model.title })}
      size={620}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Text size="sm" c="dimmed" mb="md">
        {t(`models.test.text.${role}`)}
      </Text>
      {(role === 'captioner' || role === 'text-recogniser') && <TestPicture modelId={model.id} role={role} />}
      {test.error !== null && !test.isFetching ? (
        <Failure error={test.error} />
      ) : (
        <div className={classes.answer} aria-live="polite">
          {test.isFetching ? <Running text={streamed} role={role} /> : test.data !== undefined && <Outcome test={test.data} role={role} />}
        </div>
      )}
      <Group justify="flex-end" mt="lg">
        <Button variant="default" onClick={again} disabled={test.isFetching}>
          {t('models.test.again')}
        </Button>
        <Button onClick={onClose}>{t('common.close')}</Button>
      </Group>
    </Modal>
  );
}

function TestPicture({ modelId, role }: { readonly modelId: string; readonly role: 'captioner' | 'text-recogniser' }) {
  const { t } = useTranslation();
  const picture = useModelTestPicture(modelId).data;
  if (picture === undefined) return <Skeleton className={classes.testPicture} />;
  return <img className={classes.testPicture} src={picture.dataUrl} alt={t(`models.test.picture.${role}`)} />;
}

function Running({ text, role }: { readonly text: string; readonly role: TriedRole }) {
  const { t } = useTranslation();
  if (text !== '') return <Text>{text}</Text>;
  return (
    <Group gap="sm">
      <Loader size="xs" />
      <Text c="dimmed">{t(`models.test.running.${role}`)}</Text>
    </Group>
  );
}

function Outcome({ test, role }: { readonly test: ModelTest; readonly role: TriedRole }) {
  const { t } = useTranslation();
  const seconds = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
  return (
    <>
      {test.text === '' && (role === 'transcriber' || role === 'text-recogniser') ? (
        <Text c="dimmed">{t(`models.test.nothing.${role}`)}</Text>
      ) : (
        <Text className={classes.testText}>{test.text}</Text>
      )}
      <Group gap="xs" mt="sm">
        <Badge color="gray">{t('models.test.seconds', { seconds: seconds(test.seconds) })}</Badge>
        <Badge color="gray">{t('models.test.load', { seconds: seconds(test.loadSeconds) })}</Badge>
        {test.device !== null && <Badge color="gray">{deviceName(test.device)}</Badge>}
        {test.meanLogProb !== null && (
          <Badge color="gray">{t('models.test.confidence', { percent: Math.round(Math.exp(test.meanLogProb) * 100) })}</Badge>
        )}
      </Group>
      {test.notes.map((note) => (
        <Text key={note} size="xs" c="dimmed" mt="xs">
          {note}
        </Text>
      ))}
      {test.prompt !== null && (
        <details className={classes.read}>
          <summary>{t('models.test.read')}</summary>
          <Text size="xs" c="dimmed">
            {test.prompt}
          </Text>
        </details>
      )}
    </>
  );
}

function Failure({ error }: { readonly error: Error }) {
  const { t } = useTranslation();
  const refusal = describeError(error);
  return (
    <Alert color="red" title={t(`errors.${refusal.code}.title`)}>
      <ErrorText {...refusal} />
    </Alert>
  );
}
