import { notifications } from '@mantine/notifications';

/** Says why a command that was asked for by its key, or in a menu of the system, does nothing now. Once, however often it is asked for. */
export function showRefusal(refusal: string | undefined): void {
  if (refusal !== undefined) notifications.show({ id: 'refused', color: 'yellow', message: refusal, autoClose: 5000 });
}
