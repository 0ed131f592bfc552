import { Button, Group, Modal, NumberInput, SimpleGrid, Stack, Switch, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { VideoSplit } from '#shared/domain/video.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useVideos } from '../../api/queries.ts';

const EIGHTY_TEN_TEN: Readonly<Record<VideoSplit, number>> = { train: 80, val: 10, test: 10 };

/** Divides the videos of the project into splits by shares. */
export function DivideDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const divide = useCoreMutation('videos', 'divide');
  const [shares, setShares] = useState(EIGHTY_TEN_TEN);
  const [seed, setSeed] = useState(0);
  const [keepsAssigned, setKeepsAssigned] = useState(true);
  const videos = useVideos().data ?? [];
  const hasAssigned = videos.some(({ split }) => split !== null);
  const open = videos.filter(({ split }) => split === null || !(keepsAssigned && hasAssigned));
  const sum = VideoSplit.options.reduce((total, split) => total + shares[split], 0);

  function start(): void {
    divide.mutate(
      { shares, seed, keepsAssigned: keepsAssigned && hasAssigned },
      {
        onSuccess(counts) {
          notifications.show({
            id: 'divided',
            title: t('library.divide.done'),
            message: t('library.divide.counts', counts),
            autoClose: 8000,
          });
          onClose();
        },
      },
    );
  }

  return (
    <Modal opened onClose={onClose} title={t('library.divide.title')} size={480} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Stack gap="md">
        <Text size="sm">{t('library.divide.text')}</Text>
        <SimpleGrid cols={3}>
          {VideoSplit.options.map((split) => (
            <NumberInput
              key={split}
              label={t(`library.split.${split}`)}
              suffix=" %"
              min={0}
              max={100}
              allowDecimal={false}
              clampBehavior="strict"
              value={shares[split]}
              onChange={(value) => setShares({ ...shares, [split]: Number(value) })}
            />
          ))}
        </SimpleGrid>
        {hasAssigned && (
          <Switch
            label={t('library.divide.keep')}
            checked={keepsAssigned}
            onChange={(event) => setKeepsAssigned(event.currentTarget.checked)}
          />
        )}
        <NumberInput
          label={t('library.divide.seed')}
          description={t('library.divide.seedText')}
          min={0}
          max={2 ** 31 - 1}
          allowDecimal={false}
          clampBehavior="strict"
          value={seed}
          onChange={(value) => setSeed(Number(value))}
        />
        <Group justify="space-between" gap="sm">
          <Text component="output" size="sm" c={sum === 100 ? 'dimmed' : 'var(--bad-text)'}>
            {sum === 100 ? t('library.divide.videos', { count: open.length }) : t('library.divide.sum', { sum })}
          </Text>
          <Group gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button onClick={start} disabled={sum !== 100 || open.length === 0} loading={divide.isPending} data-autofocus>
              {t('library.divide.start')}
            </Button>
          </Group>
        </Group>
      </Stack>
    </Modal>
  );
}
