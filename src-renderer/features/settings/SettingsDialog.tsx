import { Modal, Tabs, Text } from '@mantine/core';
import { IconBadgeCc, IconCut, IconFileText, IconInfoCircle, IconMicrophone, IconServer, IconUser } from '@tabler/icons-react';
import { useState } from 'react';
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

/** Settings take effect and are stored when they are made; endpoints have a form of their own, which is saved. */
export function SettingsDialog({ section, onClose }: SettingsDialogProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(section);
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
        <SettingsTabs section={shown} onShow={setShown} settings={settings.data} onChange={(change) => update.mutate(change)} />
      )}
      <Text size="xs" c="dimmed" className={classes.note}>
        {t(shown === 'endpoints' ? 'settings.noteEndpoint' : 'settings.note')}
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

interface SettingsTabsProps extends SettingsSectionProps {
  readonly section: SettingsSection;
  readonly onShow: (section: SettingsSection) => void;
}

function SettingsTabs({ section, onShow, ...props }: SettingsTabsProps) {
  const { t } = useTranslation();
  const [first] = useState(section);
  return (
    <Tabs
      value={section}
      onChange={(next) => onShow(sections.find(({ name }) => name === next)?.name ?? section)}
      orientation="vertical"
      variant="none"
      classNames={{ root: classes.tabs, list: classes.list, tab: classes.tab, tabLabel: classes.tabLabel, panel: classes.panel }}
    >
      <Tabs.List>
        {sections.map(({ name, Icon }) => (
          <Tabs.Tab key={name} value={name} {...(name === first && { 'data-autofocus': true })} leftSection={<Icon size={16} stroke={1.7} />}>
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
