import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LanguageSelect } from '../transcript/LanguageSelect.tsx';
import { DeviceSelect } from './DeviceSelect.tsx';
import { EngineSelect } from './EngineSelect.tsx';
import type { SettingsSectionProps } from './setting-fields.tsx';

export function SpeechSection({ settings, onChange }: SettingsSectionProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <EngineSelect
        kind="transcriber"
        label={t('settings.transcriber')}
        value={settings.transcriberId}
        onChange={(transcriberId) => onChange({ transcriberId })}
      />
      <DeviceSelect engineId={settings.transcriberId} settings={settings} onChange={onChange} />
      <div>
        <LanguageSelect value={settings.speechLanguage} onChange={(speechLanguage) => onChange({ speechLanguage })} />
        <Text size="xs" c="dimmed" mt={4}>
          {t('settings.speechLanguageText')}
        </Text>
      </div>
    </Stack>
  );
}
