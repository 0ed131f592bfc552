import { Group, NumberInput, Select, SimpleGrid, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Reasoning } from '#shared/domain/endpoint.ts';
import type { EndpointDraft } from './endpoint-draft.ts';

interface EndpointLimitsProps {
  readonly draft: EndpointDraft;
  readonly onChange: (changes: Partial<EndpointDraft>) => void;
}

const limits = [
  { name: 'concurrency', min: 1, max: 32 },
  { name: 'timeoutSeconds', min: 5, max: 300 },
  { name: 'maxFrames', min: 1, max: 64 },
  { name: 'contextTokens', min: 1024, max: 2_000_000 },
] as const;

/** What a server can take at once; the defaults fit most. */
export function EndpointLimits({ draft, onChange }: EndpointLimitsProps) {
  const { t } = useTranslation();
  return (
    <>
      <SimpleGrid cols={2} spacing="md">
        {limits.map(({ name, min, max }) => (
          <NumberInput
            key={name}
            label={t(`settings.endpoints.${name}.label`)}
            description={t(`settings.endpoints.${name}.text`)}
            min={min}
            max={max}
            allowDecimal={false}
            clampBehavior="blur"
            value={draft[name]}
            onChange={(value) => typeof value === 'number' && onChange({ [name]: value })}
          />
        ))}
      </SimpleGrid>
      <Group gap="xl" align="flex-start" wrap="nowrap">
        <Select
          label={t('settings.endpoints.reasoning.label')}
          w={220}
          allowDeselect={false}
          value={draft.reasoning}
          data={Reasoning.options.map((value) => ({ value, label: t(`settings.endpoints.reasoning.${value}`) }))}
          onChange={(value) => onChange({ reasoning: Reasoning.parse(value) })}
        />
        <Switch
          mt={28}
          label={t('settings.endpoints.video.label')}
          description={t('settings.endpoints.video.text')}
          checked={draft.sendVideo === 'video_url'}
          onChange={(event) => onChange({ sendVideo: event.currentTarget.checked ? 'video_url' : 'images' })}
        />
      </Group>
    </>
  );
}
