import { Alert, Badge, Button, Group, Stack, Text } from '@mantine/core';
import { IconPlus, IconServer } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEndpoints } from '../../api/queries.ts';
import { QueryState } from '../../components/QueryState.tsx';
import type { SavedEndpoint } from './endpoint-draft.ts';
import { EndpointForm } from './EndpointForm.tsx';
import classes from './SettingsDialog.module.css';

/** Servers of models: a list, or the form of one of them. */
export function EndpointSection() {
  const { t } = useTranslation();
  const query = useEndpoints();
  const [edited, setEdited] = useState<SavedEndpoint | 'new' | null>(null);
  if (query.data === undefined) return <QueryState query={query} />;
  const { endpoints, keysPersist } = query.data;
  if (edited !== null)
    return (
      <EndpointForm
        saved={edited === 'new' ? null : edited}
        takenIds={endpoints.map(({ id }) => id)}
        keysPersist={keysPersist}
        onClose={() => setEdited(null)}
      />
    );
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('settings.endpoints.text')}
      </Text>
      <Alert color="yellow" p="xs" variant="light">
        {t('settings.endpoints.privacy')}
      </Alert>
      {endpoints.length === 0 && <Text size="sm">{t('settings.endpoints.empty')}</Text>}
      {endpoints.map((endpoint) => (
        <EndpointCard key={endpoint.id} endpoint={endpoint} onEdit={() => setEdited(endpoint)} />
      ))}
      <Button variant="default" w="fit-content" leftSection={<IconPlus size={14} />} onClick={() => setEdited('new')}>
        {t('settings.endpoints.add')}
      </Button>
    </Stack>
  );
}

function EndpointCard({ endpoint, onEdit }: { readonly endpoint: SavedEndpoint; readonly onEdit: () => void }) {
  const { t } = useTranslation();
  const { title, model, baseUrl, isLocal, hasKey } = endpoint;
  return (
    <section className={classes.endpoint} aria-label={title}>
      <IconServer size={18} stroke={1.6} aria-hidden />
      <div className={classes.endpointText}>
        <Group gap={8}>
          <Text size="sm" fw={500}>
            {title}
          </Text>
          <Badge size="xs" variant="light" color={isLocal ? 'teal' : 'yellow'}>
            {t(isLocal ? 'settings.endpoints.local' : 'settings.endpoints.remote')}
          </Badge>
          {hasKey && (
            <Badge size="xs" variant="light" color="gray">
              {t('settings.endpoints.hasKey')}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" truncate="start" title={model}>
          {model}
        </Text>
        <Text size="xs" c="dimmed" truncate title={baseUrl}>
          {baseUrl}
        </Text>
      </div>
      <Button variant="default" size="xs" onClick={onEdit} aria-label={t('settings.endpoints.editOf', { title })}>
        {t('settings.endpoints.edit')}
      </Button>
    </section>
  );
}
