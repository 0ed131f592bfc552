import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DeviceSelect } from './DeviceSelect.tsx';
import { EngineSelect } from './EngineSelect.tsx';
import { NumberSetting, type SettingsSectionProps } from './setting-fields.tsx';

export function ShotSection({ settings, onChange }: SettingsSectionProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <EngineSelect
        kind="detector"
        label={t('settings.detector')}
        value={settings.detectorId}
        onChange={(detectorId) => onChange({ detectorId })}
      />
      {settings.detectorId === 'transnet-v2' && <DeviceSelect engineId={settings.detectorId} settings={settings} onChange={onChange} />}
      <NumberSetting
        label={t('settings.minShot.label')}
        description={t('settings.minShot.text')}
        value={settings.minShotSeconds}
        min={0}
        max={60}
        step={0.1}
        suffix=" s"
        onCommit={(minShotSeconds) => onChange({ minShotSeconds })}
      />
    </Stack>
  );
}
