import { Input, SegmentedControl, Select, Stack, Switch, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { KeymapPreset, ThemeSetting } from '#shared/contract/people.ts';
import { automaticStepIds } from '#shared/steps/from-steps.ts';
import { useIsOwner } from '../../api/queries.ts';
import classes from './SettingsDialog.module.css';
import { TextSetting, type SettingsSectionProps } from './setting-fields.tsx';

export function GeneralSection({ settings, onChange }: SettingsSectionProps) {
  const { t } = useTranslation();
  const isOwner = useIsOwner();
  return (
    <Stack gap="lg">
      <TextSetting
        label={t('settings.userName.label')}
        description={t('settings.userName.text')}
        value={settings.userName}
        maxLength={80}
        onCommit={(userName) => onChange({ userName })}
      />
      <Input.Wrapper label={t('settings.theme.label')} labelElement="div">
        <div className={classes.control}>
          <SegmentedControl
            aria-label={t('settings.theme.label')}
            value={settings.theme}
            onChange={(theme) => onChange({ theme: ThemeSetting.parse(theme) })}
            data={ThemeSetting.options.map((theme) => ({ value: theme, label: t(`settings.theme.${theme}`) }))}
          />
        </div>
      </Input.Wrapper>
      <Select
        label={t('settings.keymap.label')}
        description={t('settings.keymap.text')}
        w={240}
        value={settings.keymap}
        onChange={(keymap) => onChange({ keymap: KeymapPreset.parse(keymap) })}
        data={KeymapPreset.options.map((keymap) => ({ value: keymap, label: t(`settings.keymap.${keymap}`) }))}
      />
      {isOwner ? (
        <StudioWide settings={settings} onChange={onChange} />
      ) : (
        <Text size="sm" c="dimmed">
          {t('settings.ownersOnly')}
        </Text>
      )}
    </Stack>
  );
}

/** The same for everybody who works on this studio. */
function StudioWide({ settings, onChange }: SettingsSectionProps) {
  const { t } = useTranslation();
  return (
    <>
      <Switch
        label={t('settings.offline.label')}
        description={t('settings.offline.text')}
        checked={!settings.allowNetwork}
        onChange={(event) => onChange({ allowNetwork: !event.currentTarget.checked })}
      />
      <Input.Wrapper label={t('settings.afterImport.label')} description={t('settings.afterImport.text')} labelElement="div">
        <Stack gap="sm" mt="xs">
          {automaticStepIds.map((id) => (
            <Switch
              key={id}
              label={t(`settings.afterImport.steps.${id}`)}
              checked={settings.automaticSteps[id]}
              onChange={(event) => onChange({ automaticSteps: { [id]: event.currentTarget.checked } })}
            />
          ))}
        </Stack>
      </Input.Wrapper>
    </>
  );
}
