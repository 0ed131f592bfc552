import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnectionState } from '../../api/core-context.tsx';
import { useCoreMutation } from '../../api/mutations.ts';
import { useMe, useSettings } from '../../api/queries.ts';
import { useWording } from '../../i18n/use-wording.ts';
import { recallPerson, rememberPerson } from './remembered-person.ts';

/** Asks a browser once who works in it; in a later session it says so by itself. */
export function NameDialog() {
  const me = useMe().data;
  const worded = useWording();
  const byItself = useCoreMutation('people', 'introduce', { isSilent: true });
  const asked = useCoreMutation('people', 'introduce', { isSilent: true });
  useRemembering();
  useIntroducingOneself(byItself.mutate);
  // What the browser remembers is tried first, so that a dialog does not flash up.
  const isAsked = me !== undefined && me.personId !== null && me.name === null && (recallPerson(localStorage) === null || byItself.isError);
  const error = asked.error ?? byItself.error;
  return isAsked && <AskName problem={error === null ? null : worded(error)} onName={(name) => asked.mutate({ name })} />;
}

type Introduce = ReturnType<typeof useCoreMutation<'people', 'introduce'>>['mutate'];

/** In each new session once, and when the name went to another browser meanwhile: one that somebody else has by now is asked for anew. */
function useIntroducingOneself(introduce: Introduce): void {
  const me = useMe().data;
  const personId = me?.personId ?? null;
  const isKnown = me?.isNameChosen ?? true;
  const introduced = useRef<string | null>(null);
  useEffect(() => {
    const person = recallPerson(localStorage);
    if (isKnown) introduced.current = null;
    if (personId === null || isKnown || person === null || introduced.current === personId) return;
    introduced.current = personId;
    introduce({ name: person.userName, theme: person.theme, keymap: person.keymap });
  }, [personId, isKnown, introduce]);
}

function useRemembering(): void {
  const me = useMe().data;
  const settings = useSettings().data;
  const isSaid = me?.personId !== null && me?.isNameChosen === true;
  const isConnected = useConnectionState() === 'connected';
  useEffect(() => {
    if (isSaid && isConnected && settings !== undefined && settings.userName === me.name) rememberPerson(localStorage, settings);
  }, [isSaid, isConnected, settings, me?.name]);
}

function AskName({ problem, onName }: { readonly problem: string | null; readonly onName: (name: string) => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(() => recallPerson(localStorage)?.userName ?? '');
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (name.trim() !== '') onName(name.trim());
  }
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('people.ask.title')}
      size={440}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <Text size="sm">{t('people.ask.text')}</Text>
          <TextInput
            label={t('people.ask.label')}
            placeholder={t('people.ask.placeholder')}
            description={t('people.ask.once')}
            inputWrapperOrder={['label', 'input', 'error', 'description']}
            error={problem}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            maxLength={80}
            autoComplete="name"
            data-autofocus
          />
          <Group justify="flex-end">
            <Button type="submit" disabled={name.trim() === ''}>
              {t('people.ask.start')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
