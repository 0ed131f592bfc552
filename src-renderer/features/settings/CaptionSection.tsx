import { Stack, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { DEFAULT_NARRATION_PROMPT_TEMPLATE, DEFAULT_PROMPT_TEMPLATE } from '#shared/contract/views.ts';
import { endpointOfEngine } from '#shared/domain/endpoint.ts';
import { MAX_CANDIDATES } from '#shared/domain/text.ts';
import { DeviceSelect } from './DeviceSelect.tsx';
import { EngineSelect } from './EngineSelect.tsx';
import { NumberSetting, PromptSetting, type SettingsSectionProps } from './setting-fields.tsx';
import classes from './SettingsDialog.module.css';

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
      {/* A server chooses its devices itself. */}
      {endpointOfEngine(settings.captionerId) === null && (
        <DeviceSelect engineId={settings.captionerId} settings={settings} onChange={onChange} />
      )}
      <NumberSetting
        label={t('settings.frames.label')}
        description={t('settings.frames.text')}
        value={settings.framesPerShot}
        min={1}
        max={8}
        onCommit={(framesPerShot) => onChange({ framesPerShot })}
      />
      <PromptSetting
        label={t('settings.prompt.label')}
        description={t('settings.prompt.text')}
        value={settings.promptTemplate}
        standard={DEFAULT_PROMPT_TEMPLATE}
        onCommit={(promptTemplate) => onChange({ promptTemplate })}
      />
      <PromptSetting
        label={t('settings.narrationPrompt.label')}
        description={t('settings.narrationPrompt.text')}
        value={settings.narrationPromptTemplate}
        standard={DEFAULT_NARRATION_PROMPT_TEMPLATE}
        onCommit={(narrationPromptTemplate) => onChange({ narrationPromptTemplate })}
      />
      <Switch
        label={t('settings.titleCards.label')}
        description={t('settings.titleCards.text')}
        checked={settings.titleCardsFromText}
        onChange={(event) => onChange({ titleCardsFromText: event.currentTarget.checked })}
      />
      <DecodingSettings settings={settings} onChange={onChange} />
    </Stack>
  );
}

/** How the words are chosen. */
function DecodingSettings({ settings, onChange }: SettingsSectionProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className={classes.pair}>
        <NumberSetting
          label={t('settings.maxTokens.label')}
          description={t('settings.maxTokens.text')}
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
      </div>
      <div className={classes.pair}>
        <NumberSetting
          label={t('settings.noRepeat.label')}
          description={t('settings.noRepeat.text')}
          value={settings.noRepeatNgramSize}
          min={0}
          max={20}
          onCommit={(noRepeatNgramSize) => onChange({ noRepeatNgramSize })}
        />
        <NumberSetting
          label={t('settings.candidateCount.label')}
          description={t('settings.candidateCount.text')}
          value={settings.candidateCount}
          min={2}
          max={MAX_CANDIDATES}
          onCommit={(candidateCount) => onChange({ candidateCount })}
        />
        {settings.temperature > 0 && (
          <NumberSetting
            label={t('settings.topP')}
            value={settings.topP}
            min={0.05}
            max={1}
            step={0.05}
            onCommit={(topP) => onChange({ topP })}
          />
        )}
      </div>
    </>
  );
}
