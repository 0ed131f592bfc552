import { Anchor, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelInfo } from '#shared/contract/views.ts';
import { deviceName, formatBytes } from '../../components/format.ts';
import classes from './ModelsPage.module.css';

/** Everything that is known of a model, each number with where it is from. */
export function ModelFacts({ model }: { readonly model: ModelInfo }) {
  const { t } = useTranslation();
  const { quality, memory, variants } = model;
  return (
    <dl className={classes.facts}>
      <Fact name={t('models.facts.quality')}>
        {quality === null ? t('models.noQuality') : quality.text}
        {quality !== null && <Said source={quality.source} />}
      </Fact>
      {memory !== null && (
        <Fact name={t('models.facts.memory')}>
          {formatBytes(memory.bytes)}
          <Said source={memory.basis} />
        </Fact>
      )}
      <Fact name={t('models.facts.devices')}>
        {model.devices.length === 0 ? t('models.anyDevice') : model.devices.map(deviceName).join(', ')}
      </Fact>
      {variants.length > 0 && (
        <Fact name={t('models.facts.weights')}>
          {variants
            .map(({ title, approximateBytes }) => `${title} (${t('models.approximately', { size: formatBytes(approximateBytes) })})`)
            .join('; ')}
        </Fact>
      )}
      <Fact name={t('models.facts.licence')}>{model.licence}</Fact>
      <Fact name={t('models.facts.source')}>
        <Source text={model.source} />
      </Fact>
      {model.family !== null && (
        <Fact name={t('models.facts.family')}>
          <code>{model.family}</code>
        </Fact>
      )}
      <Fact name={t('models.facts.id')}>
        <code>{model.id}</code>
      </Fact>
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Said({ source }: { readonly source: string }) {
  return (
    <Text component="span" size="xs" c="dimmed" display="block">
      {source}
    </Text>
  );
}

export function Source({ text }: { readonly text: string }) {
  if (!/^https?:\/\/\S+$/.test(text)) return text;
  return (
    <Anchor inherit href={text} target="_blank" rel="noreferrer">
      {text}
    </Anchor>
  );
}
