import { Anchor, Badge, Paper, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ModelInfo } from '#shared/contract/views.ts';
import { useModels } from '../../api/queries.ts';
import { formatBytes } from '../../components/format.ts';
import { Page } from '../../components/Page.tsx';
import { QueryState } from '../../components/QueryState.tsx';
import classes from './ModelsPage.module.css';

const stateColors = { installed: 'green', missing: 'yellow', broken: 'red', available: 'gray' } as const;

/** Which models there are, where they come from, under which licence, and whether their files are sound. */
export function ModelsPage() {
  const { t } = useTranslation();
  const models = useModels();
  return (
    <Page title={t('models.title')} text={t('models.text')}>
      {models.data === undefined ? (
        <QueryState query={models} />
      ) : models.data.length === 0 ? (
        <Text c="dimmed">{t('models.empty')}</Text>
      ) : (
        <Stack gap="md">
          {models.data.map((model) => (
            <ModelCard key={model.id} model={model} />
          ))}
        </Stack>
      )}
    </Page>
  );
}

function ModelCard({ model }: { readonly model: ModelInfo }) {
  const { t, i18n } = useTranslation();
  return (
    <Paper withBorder p="lg" component="article" aria-label={model.title}>
      <div className={classes.head}>
        <Title order={2}>{model.title}</Title>
        <Badge color={stateColors[model.state]}>{t(`models.state.${model.state}`)}</Badge>
      </div>
      {model.stateReason !== null && (
        <Text size="sm" c="var(--warn-text)" mb="xs">
          {model.stateReason}
        </Text>
      )}
      {model.notes !== '' && (
        <Text size="sm" mb="sm">
          {model.notes}
        </Text>
      )}
      <dl className={classes.facts}>
        <dt>{t('models.role')}</dt>
        <dd>{i18n.exists(`models.roles.${model.role}`) ? t(`models.roles.${model.role as 'captioner'}`) : model.role}</dd>
        <dt>{t('models.size')}</dt>
        <dd>{formatBytes(model.sizeBytes)}</dd>
        <dt>{t('models.licence')}</dt>
        <dd>{model.licence}</dd>
        <dt>{t('models.source')}</dt>
        <dd>
          <Source text={model.source} />
        </dd>
        <dt>{t('models.id')}</dt>
        <dd>
          <code>{model.id}</code>
        </dd>
      </dl>
    </Paper>
  );
}

function Source({ text }: { readonly text: string }) {
  if (!/^https?:\/\/\S+$/.test(text)) return text;
  return (
    <Anchor inherit href={text} target="_blank" rel="noreferrer">
      {text}
    </Anchor>
  );
}
