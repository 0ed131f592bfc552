import { useFileChoice } from '../../api/file-choice.ts';
import { useCoreMutation } from '../../api/mutations.ts';
import { useShowError } from '../../api/use-show-error.ts';
import { navigate } from '../../app/use-route.ts';
import type { ProjectRef } from '#shared/domain/ids.ts';

/** Opening and closing projects; each ends in the library of what was opened. */
export function useProjectActions() {
  const { pick } = useFileChoice();
  const showError = useShowError();
  const open = useCoreMutation('projects', 'open');
  const openSample = useCoreMutation('projects', 'openSample');
  const close = useCoreMutation('projects', 'close');
  const forget = useCoreMutation('projects', 'forget');
  const toLibrary = (): void => navigate({ page: 'library' });

  async function chooseAndOpen(): Promise<void> {
    const [grant] = await pick('project');
    if (grant !== undefined) open.mutate({ grantId: grant.grantId }, { onSuccess: toLibrary });
  }

  return {
    openFromDisk: () => void chooseAndOpen().catch(showError),
    openRecent: (ref: ProjectRef) => open.mutate({ ref }, { onSuccess: toLibrary }),
    /** To see what is left of one that cannot be opened otherwise. */
    openForReading: (ref: ProjectRef) => open.mutate({ ref, readOnly: true }, { onSuccess: toLibrary }),
    openSample: () => openSample.mutate({}, { onSuccess: toLibrary }),
    close: () => close.mutate({}, { onSuccess: toLibrary }),
    forget: (ref: ProjectRef) => forget.mutate({ ref }),
    isOpening: open.isPending || openSample.isPending,
    isOpeningSample: openSample.isPending,
  };
}
