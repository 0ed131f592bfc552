import { Button, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './SettingsDialog.module.css';
import type { Settings, SettingsPatch } from '#shared/contract/views.ts';

export interface SettingsSectionProps {
  readonly settings: Settings;
  readonly onChange: (change: SettingsPatch) => void;
}

interface TextSettingProps {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly maxLength: number;
  readonly isLong?: boolean;
  /** Called with a text that differs and is not blank, when the field is left. */
  readonly onCommit: (value: string) => void;
}

/** Stores when it is left, so that half a name is never a setting; a blank text goes back to what it was. */
export function TextSetting({ label, description, value, maxLength, isLong = false, onCommit }: TextSettingProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const shared = {
    label,
    description,
    maxLength,
    value: draft ?? value,
    onBlur: () => {
      const text = draft?.trim() ?? '';
      if (text !== '' && text !== value) onCommit(text);
      setDraft(null);
    },
  };
  return isLong ? (
    <Textarea {...shared} autosize minRows={3} maxRows={8} onChange={(event) => setDraft(event.currentTarget.value)} />
  ) : (
    <TextInput {...shared} onChange={(event) => setDraft(event.currentTarget.value)} />
  );
}

interface NumberSettingProps {
  readonly label: string;
  readonly description?: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly suffix?: string;
  readonly onCommit: (value: number) => void;
}

/** Stores when it is left or stepped; Mantine clamps to the limits at the same moment. */
export function NumberSetting({ label, description, value, min, max, step = 1, suffix = '', onCommit }: NumberSettingProps) {
  const [draft, setDraft] = useState<number | null>(null);
  return (
    <NumberInput
      label={label}
      description={description}
      min={min}
      max={max}
      step={step}
      suffix={suffix}
      allowDecimal={!Number.isInteger(step)}
      decimalScale={2}
      classNames={{ wrapper: classes.number }}
      value={draft ?? value}
      onChange={(next) => setDraft(typeof next === 'number' ? next : null)}
      onBlur={() => {
        if (draft !== null && draft !== value) onCommit(Math.min(max, Math.max(min, draft)));
        setDraft(null);
      }}
    />
  );
}

interface PromptSettingProps {
  readonly label: string;
  readonly description: string;
  readonly value: string;
  readonly standard: string;
  readonly onCommit: (value: string) => void;
}

/** A prompt template, with the way back to the standard one. */
export function PromptSetting({ standard, ...field }: PromptSettingProps) {
  const { t } = useTranslation();
  return (
    <Stack gap={6}>
      <TextSetting isLong maxLength={4000} {...field} />
      {field.value !== standard && (
        <Button variant="subtle" size="compact-xs" w="fit-content" onClick={() => field.onCommit(standard)}>
          {t('settings.prompt.reset')}
        </Button>
      )}
    </Stack>
  );
}
