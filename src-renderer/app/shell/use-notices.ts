import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import type { Events } from '#shared/contract/events.ts';
import { useCoreEvent } from '../../api/core-context.tsx';
import { useMe } from '../../api/queries.ts';
import { useWording } from '../../i18n/use-wording.ts';

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
  const wording = useWording();
  useCoreEvent(
    'notice',
    useCallback(
      (notice: Events['notice']) => {
        const [title, message] = [wording(notice.title), wording(notice.message)];
        const autoClose = notice.level === 'info' ? 6000 : 15_000;
        notifications.show({ id: `notice:${title}`, color: colors[notice.level], title, message, autoClose });
      },
      [wording],
    ),
  );
}
