import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { EngineInfo } from '#shared/contract/views.ts';
import { useEngines } from '../../api/queries.ts';
import { useWording } from '../../i18n/use-wording.ts';

interface EngineSelectProps {
  readonly kind: EngineInfo['role'];
  readonly label: string;
  readonly value: string;
  readonly onChange: (engineId: string) => void;
}

/** Engines of one role; one that cannot run here stays visible, with the reason. */
export function EngineSelect({ kind, label, value, onChange }: EngineSelectProps) {
  const { t } = useTranslation();
  const wording = useWording();
  const engines = (useEngines().data ?? []).filter((engine) => engine.role === kind);
  const chosen = engines.find(({ id }) => id === value);
  const known = engines.map(({ id, title, problem }) => ({
    value: id,
    label: problem === null ? title : t('settings.engineUnavailable', { title }),
  }));
  return (
    <Select
      label={label}
      value={value}
      onChange={(next) => next !== null && onChange(next)}
      // A setting may name an engine that this installation does not have.
      data={chosen === undefined ? [...known, { value, label: value }] : known}
      description={chosen?.description}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      error={chosen?.problem ? wording(chosen.problem) : null}
    />
  );
}
