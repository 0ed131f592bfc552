import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { modals } from '@mantine/modals';
import { IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { PersonInfo } from '#shared/contract/people.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useMe, usePeople } from '../../api/queries.ts';
import { formatAgo } from '../../components/format.ts';
import { QueryState } from '../../components/QueryState.tsx';
import { useNow } from '../../components/use-now.ts';
import classes from './SettingsDialog.module.css';

/** Who was let in, and the way to shut a session. */
export function PeopleSection() {
  const { t } = useTranslation();
  const people = usePeople();
  if (people.data === undefined) return <QueryState query={people} />;
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('settings.people.text')}
      </Text>
      {people.data.map((person) => (
        <PersonCard key={person.personId} person={person} />
      ))}
    </Stack>
  );
}

function PersonCard({ person }: { readonly person: PersonInfo }) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const isMe = useMe().data?.personId === person.personId;
  const name = person.name ?? t('settings.people.unnamed');
  return (
    <section className={classes.endpoint} aria-label={name}>
      <IconUser size={18} stroke={1.6} aria-hidden />
      <div className={classes.endpointText}>
        <Group gap={8}>
          <Text size="sm" fw={500} {...(person.name === null && { c: 'dimmed' })}>
            {name}
          </Text>
          <Badge size="xs" variant="light" color={person.role === 'owner' ? 'iris' : 'gray'}>
            {t(`people.role.${person.role}`)}
          </Badge>
        </Group>
        <Text size="xs" c={person.isHere ? 'var(--ok-text)' : 'dimmed'}>
          {person.isHere ? t('settings.people.here') : t('settings.people.lastSeen', { when: formatAgo(person.lastSeenMs, nowMs) })}
        </Text>
      </div>
      {isMe ? (
        <Text size="xs" c="dimmed">
          {t('settings.people.you')}
        </Text>
      ) : (
        <EndButton person={person} name={name} />
      )}
    </section>
  );
}

function EndButton({ person, name }: { readonly person: PersonInfo; readonly name: string }) {
  const { t } = useTranslation();
  const end = useCoreMutation('people', 'end');
  const ask = (): void =>
    void modals.openConfirmModal({
      title: t('settings.people.confirm.title', { name }),
      children: <Text size="sm">{t('settings.people.confirm.text')}</Text>,
      labels: { confirm: t('settings.people.end'), cancel: t('common.cancel') },
      confirmProps: { color: 'red' },
      onConfirm: () => end.mutate({ personId: person.personId }),
    });
  return (
    <Button variant="default" size="xs" loading={end.isPending} onClick={ask} aria-label={t('settings.people.endOf', { name })}>
      {t('settings.people.end')}
    </Button>
  );
}
