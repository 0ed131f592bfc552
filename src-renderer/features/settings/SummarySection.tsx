import { Stack } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DEFAULT_SUMMARY_PROMPT_TEMPLATE } from '#shared/contract/views.ts';
import { endpointOfEngine } from '#shared/domain/endpoint.ts';
import { partsOfSummariser } from '#shared/domain/summary-method.ts';
import { DeviceSelect } from './DeviceSelect.tsx';
import { EngineSelect } from './EngineSelect.tsx';
import { NumberSetting, PromptSetting, type SettingsSectionProps } from './setting-fields.tsx';
import classes from './SettingsDialog.module.css';

export function SummarySection({ settings, onChange }: SettingsSectionProps) {
  const { t } = useTranslation();
  const modelId = partsOfSummariser(settings.summariserId)?.modelId;
  return (
    <Stack gap="lg">
      <EngineSelect
        kind="summariser"
        label={t('settings.summariser')}
        value={settings.summariserId}
        onChange={(summariserId) => onChange({ summariserId })}
      />
      {/* A storyline needs no device, and a server chooses its own. */}
      {modelId !== undefined && endpointOfEngine(modelId) === null && (
        <DeviceSelect engineId={modelId} settings={settings} onChange={onChange} />
      )}
      <PromptSetting
        label={t('settings.summaryPrompt.label')}
        description={t('settings.summaryPrompt.text')}
        value={settings.summaryPromptTemplate}
        standard={DEFAULT_SUMMARY_PROMPT_TEMPLATE}
        onCommit={(summaryPromptTemplate) => onChange({ summaryPromptTemplate })}
      />
      <div className={classes.pair}>
        <NumberSetting
          label={t('settings.summaryTokens.label')}
          description={t('settings.summaryTokens.text')}
          value={settings.summaryMaxTokens}
          min={32}
          max={2048}
          onCommit={(summaryMaxTokens) => onChange({ summaryMaxTokens })}
        />
        <NumberSetting
          label={t('settings.summaryFrames.label')}
          description={t('settings.summaryFrames.text')}
          value={settings.summaryFramesPerShot}
          min={1}
          max={8}
          onCommit={(summaryFramesPerShot) => onChange({ summaryFramesPerShot })}
        />
      </div>
    </Stack>
  );
}
