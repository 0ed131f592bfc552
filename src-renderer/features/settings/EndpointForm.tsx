import { Alert, Autocomplete, Button, Group, PasswordInput, Stack, TextInput } from '@mantine/core';
import { IconArrowLeft, IconPlugConnected, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Endpoint, isLoopback } from '#shared/domain/endpoint.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { draftOf, draftProblems, type EndpointDraft, emptyDraft, endpointIdOf, type SavedEndpoint } from './endpoint-draft.ts';
import { EndpointLimits } from './EndpointLimits.tsx';
import { EndpointTestResult } from './EndpointTestResult.tsx';
import { useEndpointTest } from './use-endpoint-test.ts';

interface EndpointFormProps {
  /** Null: a new one. */
  readonly saved: SavedEndpoint | null;
  readonly takenIds: readonly string[];
  readonly keysPersist: boolean;
  readonly onClose: () => void;
}

/** One endpoint; unlike other settings it is saved as a whole, for half an address is none. */
export function EndpointForm({ saved, takenIds, keysPersist, onClose }: EndpointFormProps) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<EndpointDraft>(saved === null ? emptyDraft : draftOf(saved));
  const [key, setKey] = useState('');
  const [isChecked, setChecked] = useState(false);
  const save = useCoreMutation('endpoints', 'save');
  const remove = useCoreMutation('endpoints', 'remove');
  const test = useEndpointTest();
  const problems = draftProblems(draft);
  const isComplete = Object.keys(problems).length === 0;
  const change = (changes: Partial<EndpointDraft>): void => setDraft((old) => ({ ...old, ...changes }));
  const problem = (name: keyof EndpointDraft): string | undefined => (isChecked ? problems[name] : undefined);
  const endpoint: Endpoint = { ...draft, id: saved?.id ?? endpointIdOf(draft.title, takenIds) };
  const newKey = key.trim() === '' ? {} : { key: key.trim() };

  function whenComplete(action: () => void): void {
    setChecked(true);
    if (isComplete) action();
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        whenComplete(() => save.mutate({ endpoint, ...newKey }, { onSuccess: onClose }));
      }}
    >
      <Stack gap="md">
        <Button variant="subtle" size="compact-sm" w="fit-content" leftSection={<IconArrowLeft size={14} />} onClick={onClose}>
          {t('settings.endpoints.back')}
        </Button>
        <TextInput
          label={t('settings.endpoints.title')}
          placeholder={t('settings.endpoints.titleExample')}
          data-autofocus
          value={draft.title}
          error={problem('title')}
          onChange={(event) => change({ title: event.currentTarget.value })}
        />
        <TextInput
          label={t('settings.endpoints.address')}
          description={t('settings.endpoints.addressText')}
          value={draft.baseUrl}
          error={problem('baseUrl')}
          onChange={(event) => change({ baseUrl: event.currentTarget.value })}
        />
        {problems.baseUrl === undefined && !isLoopback(draft.baseUrl) && (
          <Alert color="yellow" p="xs" variant="light">
            {t('settings.endpoints.leaves', { host: new URL(draft.baseUrl).host })}
          </Alert>
        )}
        <PasswordInput
          label={t('settings.endpoints.key')}
          description={t(keysPersist ? 'settings.endpoints.keyKept' : 'settings.endpoints.keyForgotten')}
          placeholder={saved?.hasKey === true ? t('settings.endpoints.keyStored') : t('settings.endpoints.keyNone')}
          autoComplete="off"
          value={key}
          onChange={(event) => setKey(event.currentTarget.value)}
        />
        {saved?.hasKey === true && (
          <Button
            variant="subtle"
            color="red"
            size="compact-xs"
            w="fit-content"
            onClick={() => save.mutate({ endpoint: { ...draftOf(saved), id: saved.id }, key: null }, { onSuccess: onClose })}
          >
            {t('settings.endpoints.removeKey')}
          </Button>
        )}
        <Autocomplete
          size="xs"
          label={t('settings.endpoints.model')}
          description={t('settings.endpoints.modelText')}
          data={[...(test.result?.models ?? [])]}
          value={draft.model}
          error={problem('model')}
          onChange={(model) => change({ model })}
        />
        <EndpointLimits draft={draft} onChange={change} />
        <EndpointTestResult test={test} onUseContext={(contextTokens) => change({ contextTokens })} contextTokens={draft.contextTokens} />
        <Group gap="sm">
          <Button type="submit" loading={save.isPending}>
            {t('settings.endpoints.save')}
          </Button>
          {test.isRunning ? (
            <Button variant="default" onClick={test.stop}>
              {t('common.cancel')}
            </Button>
          ) : (
            // Without a model the server can still be asked which ones it has.
            <Button
              variant="default"
              leftSection={<IconPlugConnected size={14} />}
              disabled={problems.baseUrl !== undefined}
              onClick={() =>
                test.start({ ...endpoint, title: endpoint.title.trim() || 'test', model: endpoint.model.trim() || '?' }, newKey)
              }
            >
              {t('settings.endpoints.test')}
            </Button>
          )}
          {saved !== null && (
            <Button
              variant="subtle"
              color="red"
              ml="auto"
              leftSection={<IconTrash size={14} />}
              onClick={() => remove.mutate({ id: saved.id }, { onSuccess: onClose })}
            >
              {t('settings.endpoints.remove')}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
