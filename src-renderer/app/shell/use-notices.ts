import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Events } from '#shared/contract/events.ts';
import { useCoreEvent } from '../../api/core-context.tsx';
import { useMe } from '../../api/queries.ts';

const colors = { info: 'blue', warning: 'yellow', error: 'red' } as const;

/** Says that somebody else opened or closed the project: what was on the screen is gone. */
export function useProjectSwitches(): void {
  const { t } = useTranslation();
  const personId = useMe().data?.personId ?? null;
  useCoreEvent(
    'projectSwitched',
    useCallback(
      ({ name: project, by, byName }: Events['projectSwitched']) => {
        if (by === personId) return;
        const name = byName ?? t('people.somebody');
        const texts =
          project === null
            ? { title: t('people.closed.title', { name }), message: t('people.closed.text') }
            : { title: t('people.switched.title', { name, project }), message: t('people.switched.text') };
        notifications.show({ id: 'project-switched', color: 'yellow', autoClose: 15_000, ...texts });
      },
      [personId, t],
    ),
  );
}

/** Shows what the core has to say by itself, e.g. that it fell back to the CPU. */
export function useNotices(): void {
  useCoreEvent(
    'notice',
    useCallback(({ level, title, message }: Events['notice']) => {
      notifications.show({ id: `notice:${title}`, color: colors[level], title, message, autoClose: level === 'info' ? 6000 : 15_000 });
    }, []),
  );
}
