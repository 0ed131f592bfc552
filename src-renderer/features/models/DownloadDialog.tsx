import { Alert, Button, Checkbox, Group, Modal, Radio, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelInfo } from '#shared/contract/views.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useSettings, useSystemInfo } from '../../api/queries.ts';
import { deviceName, formatBytes } from '../../components/format.ts';
import { preferredVariant } from './models-view.ts';
import { Source } from './ModelFacts.tsx';

/** Which weights, how much, under which licence: nothing is fetched before all of it is confirmed. */
export function DownloadDialog({ model, onClose }: { readonly model: ModelInfo; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const devices = useSystemInfo().data?.providers ?? [];
  const isOffline = useSettings().data?.allowNetwork === false;
  const download = useCoreMutation('models', 'download');
  const [chosen, setChosen] = useState<string | null>(null);
  const [accepts, setAccepts] = useState(false);
  const variantId = chosen ?? preferredVariant(model, devices) ?? '';
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('models.download.title', { name: model.title })}
      size={560}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Stack gap="lg">
        <Radio.Group label={t('models.download.weights')} value={variantId} onChange={setChosen}>
          <Stack gap="sm" mt="xs">
            {model.variants.map((variant) => (
              <Radio
                key={variant.id}
                value={variant.id}
                label={`${variant.title} – ${t('models.approximately', { size: formatBytes(variant.approximateBytes) })}`}
                description={t('models.download.forDevices', { devices: variant.devices.map(deviceName).join(', ') })}
              />
            ))}
          </Stack>
        </Radio.Group>
        <div>
          <Text size="sm" fw={500}>
            {t('models.download.licence', { licence: model.licence })}
          </Text>
          <Text size="xs" c="dimmed">
            {t('models.download.readLicence')}: <Source text={model.source} />
          </Text>
        </div>
        {isOffline && <Alert color="yellow">{t('models.download.offline')}</Alert>}
        <Checkbox label={t('models.download.accept')} checked={accepts} onChange={(event) => setAccepts(event.currentTarget.checked)} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            disabled={!accepts || isOffline}
            loading={download.isPending}
            onClick={() => download.mutate({ modelId: model.id, variantId, acceptsLicence: true }, { onSuccess: onClose })}
          >
            {t('models.download.confirm')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
