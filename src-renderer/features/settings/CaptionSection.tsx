import { Button, Group, Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DEFAULT_PROMPT_TEMPLATE } from '#shared/contract/views.ts';
import { EngineSelect } from './EngineSelect.tsx';
import { NumberSetting, TextSetting, type SettingsSectionProps } from './setting-fields.tsx';

export function CaptionSection({ settings, onChange }: SettingsSectionProps) {
  const { t } = useTranslation();
  return (
    <Stack gap="lg">
      <EngineSelect
        kind="captioner"
        label={t('settings.captioner')}
        value={settings.captionerId}
        onChange={(captionerId) => onChange({ captionerId })}
      />
      <NumberSetting
        label={t('settings.frames.label')}
        description={t('settings.frames.text')}
        value={settings.framesPerShot}
        min={1}
        max={8}
        onCommit={(framesPerShot) => onChange({ framesPerShot })}
      />
      <Stack gap={6}>
        <TextSetting
          isLong
          label={t('settings.prompt.label')}
          description={t('settings.prompt.text')}
          value={settings.promptTemplate}
          maxLength={4000}
          onCommit={(promptTemplate) => onChange({ promptTemplate })}
        />
        {settings.promptTemplate !== DEFAULT_PROMPT_TEMPLATE && (
          <Button variant="subtle" size="compact-xs" w="fit-content" onClick={() => onChange({ promptTemplate: DEFAULT_PROMPT_TEMPLATE })}>
            {t('settings.prompt.reset')}
          </Button>
        )}
      </Stack>
      <Group gap="lg" align="flex-end">
        <NumberSetting
          label={t('settings.maxTokens')}
          value={settings.maxNewTokens}
          min={1}
          max={1024}
          onCommit={(maxNewTokens) => onChange({ maxNewTokens })}
        />
        <NumberSetting
          label={t('settings.temperature.label')}
          description={t('settings.temperature.text')}
          value={settings.temperature}
          min={0}
          max={2}
          step={0.1}
          onCommit={(temperature) => onChange({ temperature })}
        />
        {settings.temperature > 0 && (
          <NumberSetting label={t('settings.topP')} value={settings.topP} min={0.05} max={1} step={0.05} onCommit={(topP) => onChange({ topP })} />
        )}
      </Group>
    </Stack>
  );
}
