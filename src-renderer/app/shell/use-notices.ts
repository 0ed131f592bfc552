import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import type { Events } from '#shared/contract/events.ts';
import { useCoreEvent } from '../../api/core-context.tsx';

const colors = { info: 'blue', warning: 'yellow', error: 'red' } as const;

/** Shows what the core has to say by itself, e.g. that it fell back to the CPU. */
export function useNotices(): void {
  useCoreEvent(
    'notice',
    useCallback(({ level, title, message }: Events['notice']) => {
      notifications.show({ id: `notice:${title}`, color: colors[level], title, message, autoClose: level === 'info' ? 6000 : 15_000 });
    }, []),
  );
}
