import { CloseButton, SegmentedControl, Switch, Text, TextInput, Title, Tooltip } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCoreMutation } from '../../api/mutations.ts';
import { useSettings } from '../../api/queries.ts';
import { useOwnersOnly } from '../../api/use-owners-only.ts';
import { AddFolderButton } from './AddFolderButton.tsx';
import { modelRoles, type ModelsView, type RoleFilter } from './models-view.ts';
import classes from './ModelsPage.module.css';

interface ModelsToolbarProps {
  readonly view: ModelsView;
  readonly onView: (view: ModelsView) => void;
}

export function ModelsToolbar({ view, onView }: ModelsToolbarProps) {
  const { t } = useTranslation();
  return (
    <header className={classes.toolbar}>
      <div className={classes.titleRow}>
        <div>
          <Title order={1}>{t('models.title')}</Title>
          <Text size="sm" c="dimmed">
            {t('models.text')}
          </Text>
        </div>
        <div className={classes.titleActions}>
          <NetworkSwitch />
          <AddFolderButton />
        </div>
      </div>
      <div className={classes.filters}>
        <SegmentedControl
          aria-label={t('models.filter.label')}
          value={view.role}
          onChange={(role) => onView({ ...view, role: role as RoleFilter })}
          data={(['all', ...modelRoles] as const).map((role) => ({ value: role, label: t(`models.filter.${role}`) }))}
        />
        <TextInput
          className={classes.search}
          aria-label={t('models.search')}
          placeholder={t('models.search')}
          leftSection={<IconSearch size={15} />}
          rightSection={
            view.text !== '' && <CloseButton size="sm" aria-label={t('models.clearSearch')} onClick={() => onView({ ...view, text: '' })} />
          }
          value={view.text}
          onChange={(event) => onView({ ...view, text: event.currentTarget.value })}
        />
      </div>
    </header>
  );
}

function NetworkSwitch() {
  const { t } = useTranslation();
  const settings = useSettings().data;
  const update = useCoreMutation('settings', 'update');
  const ownersOnly = useOwnersOnly();
  if (settings === undefined) return null;
  return (
    <Tooltip label={ownersOnly.title ?? t('models.offlineText')}>
      <div>
        <Switch
          label={t('models.offline')}
          disabled={ownersOnly.disabled ?? false}
          checked={!settings.allowNetwork}
          onChange={(event) => update.mutate({ allowNetwork: !event.currentTarget.checked })}
        />
      </div>
    </Tooltip>
  );
}
