import { Button, Group, Input, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileGrant } from '#shared/contract/host-api.ts';
import { useHost } from '../../api/core-context.tsx';
import { useWording } from '../../i18n/use-wording.ts';
import { useFileChoice } from '../../api/file-choice.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { navigate } from '../../app/use-route.ts';

export function NewProjectDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const host = useHost();
  const worded = useWording();
  const { pick } = useFileChoice();
  const showError = useShowError();
  const create = useCoreMutation('projects', 'create', { isSilent: true });
  const [name, setName] = useState('');
  const [location, setLocation] = useState<FileGrant | null>(null);

  async function chooseLocation(): Promise<void> {
    const [grant] = await pick('project-location');
    if (grant !== undefined) setLocation(grant);
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    create.mutate(
      { name, ...(location !== null && { locationGrantId: location.grantId }) },
      {
        onSuccess: () => {
          navigate({ page: 'library' });
          onClose();
        },
      },
    );
  }

  return (
    <Modal opened onClose={onClose} title={t('start.newDialog.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t('start.newDialog.name')}
            placeholder={t('start.newDialog.placeholder')}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={create.error === null ? undefined : worded(create.error)}
            maxLength={120}
            data-autofocus
            required
          />
          {host.canOpenLocalFiles && (
            <Input.Wrapper label={t('start.newDialog.location')} labelElement="div">
              <Group gap="sm" wrap="nowrap">
                <Text size="sm" c={location === null ? 'dimmed' : 'var(--text)'} truncate flex={1}>
                  {location?.name ?? t('start.newDialog.defaultLocation')}
                </Text>
                <Button variant="default" onClick={() => void chooseLocation().catch(showError)}>
                  {t('start.newDialog.choose')}
                </Button>
              </Group>
            </Input.Wrapper>
          )}
          <Text size="xs" c="dimmed">
            {t('start.newDialog.note')}
          </Text>
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={onClose}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" disabled={name.trim() === ''} loading={create.isPending}>
              {t('start.newDialog.create')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
