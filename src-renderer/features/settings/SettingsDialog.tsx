import { Modal, Tabs, Text } from '@mantine/core';
import { IconBadgeCc, IconCut, IconFileText, IconInfoCircle, IconMicrophone, IconServer, IconUser, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe, useSettings } from '../../api/queries.ts';
import { useChangeSettings } from '../../api/use-change-settings.ts';
import type { SettingsSection } from '../../app/ui-store.ts';
import { QueryState } from '../../components/QueryState.tsx';
import { AboutSection } from './AboutSection.tsx';
import { CaptionSection } from './CaptionSection.tsx';
import { EndpointSection } from './EndpointSection.tsx';
import { GeneralSection } from './GeneralSection.tsx';
import type { SettingsSectionProps } from './setting-fields.tsx';
import classes from './SettingsDialog.module.css';
import { PeopleSection } from './PeopleSection.tsx';
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
  const changeSettings = useChangeSettings();
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
        <SettingsTabs section={shown} onShow={setShown} settings={settings.data} onChange={changeSettings} />
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
  { name: 'people', Icon: IconUsers, Section: PeopleSection },
  { name: 'about', Icon: IconInfoCircle, Section: AboutSection },
] as const satisfies readonly { readonly name: SettingsSection; readonly Icon: unknown; readonly Section: unknown }[];

/** An annotator has settings of their own and no others; the desktop has nobody else to show. */
function useOfferedSections() {
  const me = useMe().data;
  return sections.filter(({ name }) => {
    if (me?.role === 'annotator') return name === 'general' || name === 'about';
    return name !== 'people' || (me?.personId ?? null) !== null;
  });
}

interface SettingsTabsProps extends SettingsSectionProps {
  readonly section: SettingsSection;
  readonly onShow: (section: SettingsSection) => void;
}

function SettingsTabs({ section, onShow, ...props }: SettingsTabsProps) {
  const { t } = useTranslation();
  const [first] = useState(section);
  const offered = useOfferedSections();
  return (
    <Tabs
      value={section}
      onChange={(next) => onShow(sections.find(({ name }) => name === next)?.name ?? section)}
      orientation="vertical"
      variant="none"
      classNames={{ root: classes.tabs, list: classes.list, tab: classes.tab, tabLabel: classes.tabLabel, panel: classes.panel }}
    >
      <Tabs.List>
        {offered.map(({ name, Icon }) => (
          <Tabs.Tab
            key={name}
            value={name}
            {...(name === first && { 'data-autofocus': true })}
            leftSection={<Icon size={16} stroke={1.7} />}
          >
            {t(`settings.sections.${name}`)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {offered.map(({ name, Section }) => (
        <Tabs.Panel key={name} value={name}>
          <Section {...props} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
