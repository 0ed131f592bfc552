import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useCoreMutation } from '../../api/mutations.ts';
import { useEngines, useSettings } from '../../api/queries.ts';
import { useOwnersOnly } from '../../api/use-owners-only.ts';
import { useWording } from '../../i18n/use-wording.ts';

/** What writes the next summary, here and wherever nothing else is said. */
export function SummariserSelect() {
  const { t } = useTranslation();
  const wording = useWording();
  const settings = useSettings().data;
  const engines = useEngines().data;
  const update = useCoreMutation('settings', 'update');
  const ownersOnly = useOwnersOnly();
  if (settings === undefined || engines === undefined) return null;
  const summarisers = engines.filter(({ role }) => role === 'summariser');
  const chosen = summarisers.find(({ id }) => id === settings.summariserId);
  const data = summarisers.map(({ id, title, problem }) => ({
    value: id,
    label: problem === null ? title : t('editor.summary.notAvailable', { title }),
  }));
  return (
    <Select
      {...ownersOnly}
      label={t('editor.summary.writtenBy')}
      allowDeselect={false}
      value={settings.summariserId}
      // A setting may name one that this installation does not have.
      data={chosen === undefined ? [...data, { value: settings.summariserId, label: settings.summariserId }] : data}
      description={chosen?.description}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      error={chosen?.problem ? wording(chosen.problem) : null}
      onChange={(summariserId) => summariserId !== null && update.mutate({ summariserId })}
    />
  );
}
