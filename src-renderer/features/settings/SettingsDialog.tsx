import { Modal, Tabs, Text } from '@mantine/core';
import { IconBadgeCc, IconCut, IconFileText, IconInfoCircle, IconMicrophone, IconServer, IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCoreMutation } from '../../api/mutations.ts';
import { useSettings } from '../../api/queries.ts';
import type { SettingsSection } from '../../app/ui-store.ts';
import { QueryState } from '../../components/QueryState.tsx';
import { AboutSection } from './AboutSection.tsx';
import { CaptionSection } from './CaptionSection.tsx';
import { EndpointSection } from './EndpointSection.tsx';
import { GeneralSection } from './GeneralSection.tsx';
import type { SettingsSectionProps } from './setting-fields.tsx';
import classes from './SettingsDialog.module.css';
import { ShotSection } from './ShotSection.tsx';
import { SpeechSection } from './SpeechSection.tsx';
import { SummarySection } from './SummarySection.tsx';

interface SettingsDialogProps {
  readonly section: SettingsSection;
  readonly onClose: () => void;
}

/** Settings take effect and are stored when they are made; there is nothing to confirm. */
export function SettingsDialog({ section, onClose }: SettingsDialogProps) {
  const { t } = useTranslation();
  const settings = useSettings();
  const update = useCoreMutation('settings', 'update');
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('settings.title')}
      size={760}
      closeButtonProps={{ 'aria-label': t('common.close') }}
      classNames={{ body: classes.body }}
    >
      {settings.data === undefined ? (
        <QueryState query={settings} />
      ) : (
        <SettingsTabs section={section} settings={settings.data} onChange={(change) => update.mutate(change)} />
      )}
      <Text size="xs" c="dimmed" className={classes.note}>
        {t('settings.note')}
      </Text>
    </Modal>
  );
}

const sections = [
  { name: 'general', Icon: IconUser, Section: GeneralSection },
  { name: 'shots', Icon: IconCut, Section: ShotSection },
  { name: 'speech', Icon: IconMicrophone, Section: SpeechSection },
  { name: 'captions', Icon: IconBadgeCc, Section: CaptionSection },
  { name: 'summaries', Icon: IconFileText, Section: SummarySection },
  { name: 'endpoints', Icon: IconServer, Section: EndpointSection },
  { name: 'about', Icon: IconInfoCircle, Section: AboutSection },
] as const satisfies readonly { readonly name: SettingsSection; readonly Icon: unknown; readonly Section: unknown }[];

function SettingsTabs({ section, ...props }: SettingsSectionProps & { readonly section: SettingsSection }) {
  const { t } = useTranslation();
  return (
    <Tabs
      defaultValue={section}
      orientation="vertical"
      variant="none"
      classNames={{ root: classes.tabs, list: classes.list, tab: classes.tab, tabLabel: classes.tabLabel, panel: classes.panel }}
    >
      <Tabs.List>
        {sections.map(({ name, Icon }) => (
          <Tabs.Tab key={name} value={name} {...(name === section && { 'data-autofocus': true })} leftSection={<Icon size={16} stroke={1.7} />}>
            {t(`settings.sections.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {sections.map(({ name, Section }) => (
        <Tabs.Panel key={name} value={name}>
          <Section {...props} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
